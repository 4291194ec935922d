import type { BookView, OrdersView } from '../../books/index.js';
import type { InstrumentId } from '../../domain/brand.js';

/**
 * The markets of all instruments as they are now, by index in the instrument table: live, for one pass.
 *
 * Prices and quantities are plain numbers; `NaN` is unknown. An unsynced market has no prices.
 */
export interface MarketsView {
  /** Index of an instrument, or -1. */
  indexOf(id: InstrumentId): number;
  /** The asset that an instrument trades, such as `BTC`; empty for an index of -1. */
  asset(index: number): string;
  bid(index: number): number;
  ask(index: number): number;
  bidQuantity(index: number): number;
  askQuantity(index: number): number;
  mid(index: number): number;
  /** Price of the last trade. */
  lastPrice(index: number): number;
  /** Whether the market is known and not crossed. */
  synced(index: number): boolean;
  /** When its best bid or ask was last heard of (Unix milliseconds); 0: never. */
  updatedAt(index: number): number;
  /**
   * The venue's own time of its best bid and ask, which is not that of its newest message: one that tells nothing new of
   * them, or comes late, changes neither (Unix milliseconds); 0: unknown.
   */
  pricedAt(index: number): number;
  /** Whether the venue takes orders for it, as far as it has said. */
  open(index: number): boolean;
  /** Its book of price levels; empty where the venue sends none. */
  book(index: number): BookView;
  /** Its book order by order; `undefined` where the venue sends none. */
  orders(index: number): OrdersView | undefined;
}
