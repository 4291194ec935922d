import type { BookSide } from './book-view.js';

/** The reading half of one side of a book: price levels by place, 0 being the best. */
export interface Levels {
  readonly side: BookSide;
  readonly length: number;
  /** Best price in ticks, or `NaN` when the side is empty. */
  readonly bestPrice: number;
  /** Lots at the best price, or 0 when the side is empty. */
  readonly bestQuantity: number;
  /** Price of a level; `NaN` beyond the last. */
  priceAt(level: number): number;
  /** Lots of a level; 0 beyond the last. */
  quantityAt(level: number): number;
  /** Lots of the best `levels` levels, or of all. */
  total(levels?: number): number;
  clear(): void;
}
