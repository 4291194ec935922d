import type { BookSide, BookView } from './book-view.js';
import type { QueueAhead, RestingOrder } from './resting-order.js';

/** What operators see of a live book that is kept order by order: reads only, and valid during the pass like any view. */
export interface OrdersView extends BookView {
  /** How many orders rest in the book. */
  readonly orderCount: number;
  /** The order of an id, or `undefined`. Live: copy what you keep. */
  order(id: string): RestingOrder | undefined;
  /** What is filled before an order at its price; `undefined` when the book has no such order. */
  queueAhead(id: string): QueueAhead | undefined;
  /** How many orders rest at a side's level, 0 being the best. */
  orderCountAt(side: BookSide, level: number): number;
  /** The order that is filled first at a side's level, 0 being the best. Live: copy what you keep. */
  firstOrderAt(side: BookSide, level: number): RestingOrder | undefined;
  /** Calls back for each order at a side's level, in order of priority. */
  forEachOrderAt(side: BookSide, level: number, visit: (order: RestingOrder) => void): void;
}
