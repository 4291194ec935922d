import type { BookSide } from './book-view.js';
import type { OrderQueue } from './order-queue.js';

/** An order that rests in the book: price in ticks, what is left of it in lots. */
export interface RestingOrder {
  readonly id: string;
  readonly side: BookSide;
  readonly price: number;
  readonly quantity: number;
}

/** What is filled before an order at its price. */
export interface QueueAhead {
  /** Lots before it. */
  readonly quantity: number;
  /** Orders before it. */
  readonly orders: number;
}

/** A resting order with its place in the queue of its price. */
export class QueuedOrder implements RestingOrder {
  id = '';
  side: BookSide = 'bid';
  price = 0;
  quantity = 0;
  queue: OrderQueue | undefined = undefined;
  previous: QueuedOrder | undefined = undefined;
  next: QueuedOrder | undefined = undefined;
  /** Its place in the index of its queue, where the queue has one. */
  slot = -1;
}
