import type { BookSide } from '../../books/book-view.js';
import { isWithin, type PriceBand } from './price-band.js';
import type { RecordedBook } from './recorded-book.js';
import type { TakenLiquidity } from './taken-liquidity.js';
import { crosses, type OrderRequest } from './venue-order.js';

/** Some lots at a price that an order can have now. */
export interface Slice {
  readonly price: number;
  readonly quantity: number;
}

/** The side of the book that an order of this side takes from. */
export const oppositeOf = (side: 'buy' | 'sell'): BookSide => (side === 'buy' ? 'ask' : 'bid');

/** The side of the book that an order of this side rests in. */
export const ownOf = (side: 'buy' | 'sell'): BookSide => (side === 'buy' ? 'bid' : 'ask');

/**
 * What an order would fill against the recorded book, level by level from the best, down to its limit and up to
 * `wanted` lots, leaving out what we took before and what lies beyond the venue's price band.
 */
export function availableTo(
  order: OrderRequest,
  wanted: number,
  book: RecordedBook,
  taken: TakenLiquidity,
  band?: PriceBand,
): Slice[] {
  const side = oppositeOf(order.side);
  const slices: Slice[] = [];
  let left = wanted;
  for (let level = 0; left > 0; level++) {
    const price = book.price(side, level);
    if (Number.isNaN(price) || !crosses(order, price) || (band !== undefined && !isWithin(price, band)))
      break;
    const quantity = Math.min(left, taken.available(side, price));
    if (quantity <= 0) continue;
    slices.push({ price, quantity });
    left -= quantity;
  }
  return slices;
}
