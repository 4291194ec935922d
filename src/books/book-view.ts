import type { Side } from '../domain/order.js';

/** A side of a book: the buyers' or the sellers'. */
export type BookSide = 'bid' | 'ask';

/**
 * What operators see of a live book: reads only, nothing copied, nothing allocated.
 *
 * Prices are in ticks, quantities in lots. A view shows the book as it is now: it is valid during the pass in which it
 * was handed out, and a caller keeps the numbers, not the view.
 */
export interface BookView {
  /** Whether the book is known to be complete. While it is not, it is empty: unknown is not zero. */
  readonly synced: boolean;
  /** Synced, and not within a venue's atomic group of changes: only then may a decision rest on it. */
  readonly whole: boolean;
  /** Best bid price in ticks; `NaN` when there is no bid. */
  readonly bestBid: number;
  /** Lots at the best bid; 0 when there is no bid. */
  readonly bestBidQuantity: number;
  /** Best ask price in ticks; `NaN` when there is no ask. */
  readonly bestAsk: number;
  /** Lots at the best ask; 0 when there is no ask. */
  readonly bestAskQuantity: number;
  /** How many price levels a side has. */
  depth(side: BookSide): number;
  /** Price in ticks of a side's level, 0 being the best; `NaN` beyond the last. */
  priceAt(side: BookSide, level: number): number;
  /** Lots at a side's level, 0 being the best; 0 beyond the last. */
  quantityAt(side: BookSide, level: number): number;
  /**
   * Writes the lots up to each level of a side, best first, into the caller's array, as far as there are levels and
   * room; returns how many it wrote.
   */
  cumulate(side: BookSide, into: Float64Array): number;
  /**
   * Bids' lots less asks' lots over their sum, counting the best `levels` of each side: from -1 (only asks) to 1.
   * `NaN` when both sides are empty.
   */
  imbalance(levels: number): number;
  /** The mid weighted by the quantity of the opposite side, in ticks: near the side about to give way. `NaN`: a side is empty. */
  microprice(): number;
  /** Average price in ticks at which an order of this side would fill against the book; `NaN` when it is not deep enough. */
  vwapToFill(side: Side, lots: number): number;
  /** The limit in ticks that an order of this side needs to fill against the book; `NaN` when it is not deep enough. */
  priceToFill(side: Side, lots: number): number;
  /** Lots that an order of this side could take at `limitTicks` or better. */
  quantityWithin(side: Side, limitTicks: number): number;
}
