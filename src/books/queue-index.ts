import type { QueueAhead, QueuedOrder } from './resting-order.js';

/**
 * Counts what stands before an order of one queue, in O(log n).
 *
 * A Fenwick tree over the orders by arrival. A queue gets one when somebody asks for a place in it: queues that
 * nobody asks about pay nothing.
 */
export class QueueIndex {
  readonly #lots: Float64Array;
  readonly #orders: Float64Array;
  #used = 0;

  constructor(head: QueuedOrder | undefined, count: number) {
    // Room for as many as there are: an index that is full is thrown away, at a cost spread over those that came.
    const room = 2 * count + 17;
    this.#lots = new Float64Array(room);
    this.#orders = new Float64Array(room);
    for (let order = head; order !== undefined; order = order.next) this.append(order);
  }

  /** Takes in an order that came last; false when there is no room left. */
  append(order: QueuedOrder): boolean {
    if (this.#used + 1 >= this.#lots.length) return false;
    order.slot = ++this.#used;
    this.change(order, order.quantity, 1);
    return true;
  }

  /** Adds lots and orders (or takes them away) at an order's place. */
  change({ slot }: QueuedOrder, lots: number, orders: number): void {
    for (let node = slot; node < this.#lots.length; node += node & -node) {
      this.#lots[node] = (this.#lots[node] as number) + lots;
      this.#orders[node] = (this.#orders[node] as number) + orders;
    }
  }

  before({ slot }: QueuedOrder): QueueAhead {
    let quantity = 0;
    let orders = 0;
    for (let node = slot - 1; node > 0; node -= node & -node) {
      quantity += this.#lots[node] as number;
      orders += this.#orders[node] as number;
    }
    return { quantity, orders };
  }
}
