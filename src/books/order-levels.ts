import type { BookSide } from './book-view.js';
import type { Levels } from './levels.js';
import { OrderQueue } from './order-queue.js';
import { placeOf } from './place-of.js';

/**
 * One side of an order-by-order book: a queue of orders at each price.
 *
 * The prices lie in a sorted `Float64Array`, best one at the end, beside the queues; asks as negated prices. An order
 * knows its queue, so that most changes search for nothing.
 */
export class OrderLevels implements Levels {
  readonly side: BookSide;
  readonly #sign: 1 | -1;
  #keys: Float64Array = new Float64Array(64);
  readonly #queues: OrderQueue[] = [];
  /** Queues that are empty, to be used again. */
  readonly #spare: OrderQueue[] = [];

  constructor(side: BookSide) {
    this.side = side;
    this.#sign = side === 'bid' ? 1 : -1;
  }

  get length(): number {
    return this.#queues.length;
  }

  get bestPrice(): number {
    return this.priceAt(0);
  }

  get bestQuantity(): number {
    return this.quantityAt(0);
  }

  priceAt(level: number): number {
    return this.queueAt(level)?.price ?? Number.NaN;
  }

  quantityAt(level: number): number {
    return this.queueAt(level)?.lots ?? 0;
  }

  total(levels: number = this.length): number {
    const queues = this.#queues;
    let sum = 0;
    for (let index = queues.length - 1; index >= 0 && index >= queues.length - levels; index--) {
      sum += (queues[index] as OrderQueue).lots;
    }
    return sum;
  }

  /** The queue of a level, 0 being the best. */
  queueAt(level: number): OrderQueue | undefined {
    return level >= 0 && level < this.#queues.length
      ? this.#queues[this.#queues.length - 1 - level]
      : undefined;
  }

  /** The queue of a price, opened when there is none. */
  open(price: number): OrderQueue {
    const key = this.#sign * price + 0;
    const index = placeOf(this.#keys, this.#queues.length, key);
    const queues = this.#queues;
    if (index < queues.length && this.#keys[index] === key) return queues[index] as OrderQueue;
    const queue = this.#spare.pop() ?? new OrderQueue();
    queue.price = price;
    if (queues.length === this.#keys.length) {
      const keys = new Float64Array(queues.length * 2);
      keys.set(this.#keys);
      this.#keys = keys;
    }
    const keys = this.#keys;
    queues.push(queue);
    for (let at = queues.length - 1; at > index; at--) {
      keys[at] = keys[at - 1] as number;
      queues[at] = queues[at - 1] as OrderQueue;
    }
    keys[index] = key;
    queues[index] = queue;
    return queue;
  }

  /** Closes the level of a queue that has become empty. */
  close(queue: OrderQueue): void {
    const keys = this.#keys;
    const queues = this.#queues;
    const last = queues.length - 1;
    for (let at = placeOf(keys, queues.length, this.#sign * queue.price + 0); at < last; at++) {
      keys[at] = keys[at + 1] as number;
      queues[at] = queues[at + 1] as OrderQueue;
    }
    queues.pop();
    this.#spare.push(queue);
  }

  clear(): void {
    for (const queue of this.#queues) {
      queue.clear();
      this.#spare.push(queue);
    }
    this.#queues.length = 0;
  }
}
