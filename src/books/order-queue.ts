import { QueueIndex } from './queue-index.js';
import type { QueueAhead, QueuedOrder } from './resting-order.js';

/** The orders at one price, the first to be filled at the head: a linked list, so that any of them leaves in O(1). */
export class OrderQueue {
  price = 0;
  lots = 0;
  count = 0;
  head: QueuedOrder | undefined = undefined;
  #tail: QueuedOrder | undefined = undefined;
  #index: QueueIndex | undefined = undefined;

  /** Puts an order at the end. */
  append(order: QueuedOrder): void {
    const tail = this.#tail;
    order.queue = this;
    order.previous = tail;
    order.next = undefined;
    if (tail === undefined) this.head = order;
    else tail.next = order;
    this.#tail = order;
    this.lots += order.quantity;
    this.count++;
    // One that is full is made again when somebody asks.
    if (this.#index !== undefined && !this.#index.append(order)) this.#index = undefined;
  }

  /** Takes lots off an order, which keeps its place. */
  reduce(order: QueuedOrder, lots: number): void {
    order.quantity -= lots;
    this.lots -= lots;
    this.#index?.change(order, -lots, 0);
  }

  /** Takes an order out. */
  remove(order: QueuedOrder): void {
    const { previous, next } = order;
    if (previous === undefined) this.head = next;
    else previous.next = next;
    if (next === undefined) this.#tail = previous;
    else next.previous = previous;
    this.lots -= order.quantity;
    this.count--;
    if (this.count === 0) this.#index = undefined;
    else this.#index?.change(order, -order.quantity, -1);
    order.queue = undefined;
    order.previous = undefined;
    order.next = undefined;
  }

  /** What stands before an order of this queue. */
  ahead(order: QueuedOrder): QueueAhead {
    this.#index ??= new QueueIndex(this.head, this.count);
    return this.#index.before(order);
  }

  /** Forgets its orders, to be used for another price. */
  clear(): void {
    this.head = undefined;
    this.#tail = undefined;
    this.#index = undefined;
    this.lots = 0;
    this.count = 0;
  }
}
