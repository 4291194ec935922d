import type { BookView } from './book-view.js';

/** What an auction would do with a book, were it to end now. Price in ticks, quantities in lots. */
export interface IndicativePrice {
  readonly price: number;
  /** Lots that would trade. */
  readonly matched: number;
  /** Lots at this price or better that would not: above 0 buyers are left over, below 0 sellers. */
  readonly surplus: number;
}

/**
 * The price at which most lots of a crossed book would trade, all at that one price; `undefined` when none would.
 *
 * Ties are broken in this order: the smallest surplus; then, if buyers are left over at all of these prices the
 * highest, if sellers the lowest; then the price nearest to `reference` (such as the last settlement); without one
 * the middle, rounded down.
 */
export function indicativePrice(book: BookView, reference: number = Number.NaN): IndicativePrice | undefined {
  const { bestBid, bestAsk } = book;
  if (!(bestBid >= bestAsk)) return undefined;
  // Between two of these prices neither demand nor supply changes: it changes right above a bid, and at an ask.
  const starts = new Set<number>();
  for (let level = 0; book.priceAt('ask', level) <= bestBid; level++) starts.add(book.priceAt('ask', level));
  for (let level = 0; book.priceAt('bid', level) >= bestAsk; level++) {
    if (book.priceAt('bid', level) < bestBid) starts.add(book.priceAt('bid', level) + 1);
  }
  const sorted = [...starts].sort((a, b) => a - b);

  let matched = 0;
  let smallest = 0;
  let low = Number.NaN;
  let high = Number.NaN;
  let least = 0;
  let most = 0;
  sorted.forEach((start, index) => {
    const end = index + 1 < sorted.length ? (sorted[index + 1] as number) - 1 : bestBid;
    const demand = book.quantityWithin('sell', start);
    const supply = book.quantityWithin('buy', start);
    const volume = Math.min(demand, supply);
    const surplus = demand - supply;
    if (volume > matched || (volume === matched && Math.abs(surplus) < smallest)) {
      matched = volume;
      smallest = Math.abs(surplus);
      low = start;
      least = surplus;
      most = surplus;
    } else if (volume !== matched || Math.abs(surplus) > smallest) return;
    high = end;
    least = Math.min(least, surplus);
    most = Math.max(most, surplus);
  });
  const price = least > 0 ? high : most < 0 ? low : nearest(low, high, reference);
  const surplus = book.quantityWithin('sell', price) - book.quantityWithin('buy', price);
  return { price, matched, surplus };
}

function nearest(low: number, high: number, reference: number): number {
  return Number.isNaN(reference) ? Math.floor((low + high) / 2) : Math.min(Math.max(reference, low), high);
}
