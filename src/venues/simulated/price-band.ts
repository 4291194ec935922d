import type { PriceBands } from './market-rules.js';
import type { RecordedBook } from './recorded-book.js';

/** Lowest and highest price that is taken, in ticks. */
export interface PriceBand {
  readonly low: number;
  readonly high: number;
}

export const isWithin = (price: number, { low, high }: PriceBand): boolean => price >= low && price <= high;

/** The band around the last trade, or around the mid before there was one; `undefined` while there is neither. */
export function bandOf(
  { up, down }: PriceBands,
  lastTrade: number,
  book: RecordedBook,
): PriceBand | undefined {
  const mid = (book.price('bid', 0) + book.price('ask', 0)) / 2;
  const reference = Number.isNaN(lastTrade) ? mid : lastTrade;
  // A share of a price says nothing of a spread that is worth nothing or less.
  if (!(reference > 0)) return undefined;
  // A hair beside a whole tick, by the rounding of floats, is that tick.
  return {
    low: Math.ceil(reference * (1 - down) - 1e-6),
    high: Math.floor(reference * (1 + up) + 1e-6),
  };
}
