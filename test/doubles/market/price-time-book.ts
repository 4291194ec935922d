import type { DoubleOrder } from './double-order.js';

interface Level {
  readonly price: number;
  /** The eldest first. */
  readonly queue: DoubleOrder[];
}

/** Resting orders of one instrument: the best price first, the eldest first within a price. */
export class PriceTimeBook {
  readonly #bids: Level[] = [];
  readonly #asks: Level[] = [];

  add(order: DoubleOrder): void {
    const levels = this.#of(order.side);
    const place = levels.findIndex(({ price }) => !isBetter(order.side, price, order.price));
    const level = place < 0 ? undefined : levels[place];
    if (level?.price === order.price) level.queue.push(order);
    else levels.splice(place < 0 ? levels.length : place, 0, { price: order.price, queue: [order] });
  }

  remove(order: DoubleOrder): boolean {
    const levels = this.#of(order.side);
    const place = levels.findIndex(({ price }) => price === order.price);
    const queue = levels[place]?.queue ?? [];
    const index = queue.indexOf(order);
    if (index < 0) return false;
    queue.splice(index, 1);
    if (queue.length === 0) levels.splice(place, 1);
    return true;
  }

  /** The order that an incoming one of this side meets first. */
  first(taker: 'buy' | 'sell'): DoubleOrder | undefined {
    return this.#of(taker === 'buy' ? 'sell' : 'buy')[0]?.queue[0];
  }

  /** Orders that an incoming one of this side could meet, in order, down to its limit (0: any price). */
  *meeting(taker: 'buy' | 'sell', limit: number): Generator<DoubleOrder> {
    for (const { price, queue } of this.#of(taker === 'buy' ? 'sell' : 'buy')) {
      if (limit !== 0 && (taker === 'buy' ? price > limit : price < limit)) return;
      yield* queue;
    }
  }

  /** Lots at a price. */
  quantityAt(side: 'bid' | 'ask', price: number): number {
    const level = this.#of(side === 'bid' ? 'buy' : 'sell').find((each) => each.price === price);
    return level === undefined ? 0 : lotsIn(level);
  }

  /** The orders of nobody at a price. */
  backgroundAt(side: 'bid' | 'ask', price: number): readonly DoubleOrder[] {
    const level = this.#of(side === 'bid' ? 'buy' : 'sell').find((each) => each.price === price);
    return level?.queue.filter(({ owner }) => owner === '') ?? [];
  }

  /** Price and lots, the best first. */
  depth(side: 'bid' | 'ask'): readonly (readonly [price: number, quantity: number])[] {
    return this.#of(side === 'bid' ? 'buy' : 'sell').map((level) => [level.price, lotsIn(level)] as const);
  }

  /** The best price, or `undefined`. */
  best(side: 'bid' | 'ask'): number | undefined {
    return this.#of(side === 'bid' ? 'buy' : 'sell')[0]?.price;
  }

  #of(side: 'buy' | 'sell'): Level[] {
    return side === 'buy' ? this.#bids : this.#asks;
  }
}

const isBetter = (side: 'buy' | 'sell', price: number, than: number): boolean =>
  side === 'buy' ? price > than : price < than;

const lotsIn = ({ queue }: Level): number =>
  queue.reduce((sum, { quantity, filled }) => sum + quantity - filled, 0);
