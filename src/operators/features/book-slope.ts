import type { BookSide, BookView } from '../../books/book-view.js';
import { integerAtLeast, knownKeys, oneOf } from '../../domain/check.js';
import { type Feature, type FeatureInput, fingerprint } from './feature.js';
import { momentary } from './momentary.js';

/** How deep, and on which side, {@link bookSlope} looks. */
export interface BookSlopeOptions {
  /** Price levels of a side that count. @default 10 */
  readonly levels?: number;
  /** One side, or the mean of both. @default 'both' */
  readonly side?: 'bid' | 'ask' | 'both';
}

/** Least squares through the origin of cumulated lots on the distance from the mid in basis points. */
function slopeOf(book: BookView, side: BookSide, mid: number, levels: number): number {
  const depth = Math.min(levels, book.depth(side));
  let cumulated = 0;
  let products = 0;
  let squares = 0;
  for (let level = 0; level < depth; level++) {
    cumulated += book.quantityAt(side, level);
    const distance = (Math.abs(book.priceAt(side, level) - mid) / mid) * 1e4;
    products += distance * cumulated;
    squares += distance * distance;
  }
  return products / squares;
}

/**
 * The slope of the book: units of the base that a side gains for each basis point away from the mid, over its best
 * `levels`. It costs O(levels), whatever has gone before; `NaN` while the book is not whole or a side is empty.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * bookSlope({ levels: 20, side: 'bid' });
 */
export function bookSlope(options: BookSlopeOptions = {}): Feature<null> {
  knownKeys('bookSlope', options, ['levels', 'side']);
  const levels = integerAtLeast('bookSlope.levels', options.levels ?? 10, 1);
  const side = oneOf('bookSlope.side', options.side ?? 'both', ['bid', 'ask', 'both']);
  const read = ({ book, lotSize }: FeatureInput): number => {
    if (!book?.whole) return Number.NaN;
    const mid = (book.bestBid + book.bestAsk) / 2;
    if (side !== 'both') return slopeOf(book, side, mid, levels) * lotSize;
    return ((slopeOf(book, 'bid', mid, levels) + slopeOf(book, 'ask', mid, levels)) / 2) * lotSize;
  };
  const kind = {
    print: fingerprint('bookSlope', { levels, side }),
    unit: 'base units a basis point',
    source: 'cumulated depth on distance from the mid, through the origin (after Næs and Skjeltorp 2006)',
  };
  return momentary(kind, read);
}
