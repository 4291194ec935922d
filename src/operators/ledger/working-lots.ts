import type { Side } from '../../domain/order.js';
import type { TrackedOrder } from './tracked-order.js';

/**
 * Lots that open and unknown orders may still trade, by instrument index, for the desk and for each agent.
 *
 * Integers, so adding and taking away leaves no trace.
 */
export class WorkingLots {
  readonly buy: Float64Array;
  readonly sell: Float64Array;
  /** Lots times ticks of orders with a price: products that pass 2^53, so that they stay exact. */
  readonly #priced: { readonly buy: bigint[]; readonly sell: bigint[] };
  /** Lots of orders without a price. */
  readonly #unpriced: { readonly buy: Float64Array; readonly sell: Float64Array };
  readonly #byAgent = new Map<string, Float64Array>();
  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
    this.buy = new Float64Array(size);
    this.sell = new Float64Array(size);
    this.#priced = { buy: new Array<bigint>(size).fill(0n), sell: new Array<bigint>(size).fill(0n) };
    this.#unpriced = { buy: new Float64Array(size), sell: new Float64Array(size) };
  }

  /** Counts what an order has left. */
  add(tracked: TrackedOrder): void {
    this.#count(tracked, 1);
  }

  /** Takes an order out again; to be called before its state or filled quantity changes. */
  remove(tracked: TrackedOrder): void {
    this.#count(tracked, -1);
  }

  /** Signed lots of one agent. */
  ofAgent(agent: string, index: number): number {
    return this.#byAgent.get(agent)?.[index] ?? 0;
  }

  /** Lots times ticks that orders with a price may still trade. */
  priced(side: Side, index: number): number {
    return Number(this.#priced[side][index] as bigint);
  }

  /** Lots that orders without a price may still trade. */
  unpriced(side: Side, index: number): number {
    return this.#unpriced[side][index] as number;
  }

  #count(tracked: TrackedOrder, factor: 1 | -1): void {
    if (tracked.remaining === 0) return;
    const { index } = tracked;
    const { side, price } = tracked.order;
    if (price === 0) {
      const unpriced = this.#unpriced[side];
      unpriced[index] = (unpriced[index] as number) + factor * tracked.remaining;
    } else {
      const priced = this.#priced[side];
      priced[index] = (priced[index] as bigint) + BigInt(factor * tracked.remaining) * BigInt(price);
    }
    const lots = side === 'buy' ? this.buy : this.sell;
    lots[index] = (lots[index] as number) + factor * tracked.remaining;
    for (let share = 0; share < tracked.agents.length; share++) {
      const ofAgent = this.#ofAgent(tracked.agents[share] as string);
      ofAgent[index] = (ofAgent[index] as number) + factor * tracked.remainingOf(share);
    }
  }

  #ofAgent(agent: string): Float64Array {
    let lots = this.#byAgent.get(agent);
    if (lots === undefined) {
      lots = new Float64Array(this.#size);
      this.#byAgent.set(agent, lots);
    }
    return lots;
  }
}
