import type { TradeEvent } from '../../domain/market-event.js';
import type { Side } from '../../domain/order.js';
import { fromPlain, type Plain } from '../../domain/plain.js';

/** How many lots trade against each side of each book, averaged with a memory that fades exponentially. */
export class MarketVolume {
  readonly #memory: number;
  readonly #buying: Float64Array;
  readonly #selling: Float64Array;
  readonly #at: Float64Array;

  /** @param memory milliseconds over which it is averaged */
  constructor(size: number, memory: number) {
    this.#memory = memory;
    this.#buying = new Float64Array(size);
    this.#selling = new Float64Array(size);
    this.#at = new Float64Array(size);
  }

  /** A trade of which nobody knows who took counts half for each side. */
  take(index: number, { aggressor, quantity }: TradeEvent, ts: number): void {
    const faded = Math.exp(((this.#at[index] as number) - ts) / this.#memory);
    const bought = aggressor === 'buy' ? quantity : aggressor === 'none' ? quantity / 2 : 0;
    this.#buying[index] = (this.#buying[index] as number) * faded + bought;
    this.#selling[index] = (this.#selling[index] as number) * faded + quantity - bought;
    this.#at[index] = ts;
  }

  /** Lots that are expected to trade against resting orders of a side in some milliseconds. */
  against(side: Side, index: number, ts: number, milliseconds: number): number {
    const faded = Math.exp(((this.#at[index] as number) - ts) / this.#memory);
    const sum = (side === 'buy' ? this.#selling[index] : this.#buying[index]) as number;
    return ((sum * faded) / this.#memory) * milliseconds;
  }

  save(): Plain {
    return [this.#buying.slice(), this.#selling.slice(), this.#at.slice()];
  }

  restore(saved: Plain): void {
    const [buying, selling, at] = fromPlain<readonly [Float64Array, Float64Array, Float64Array]>(saved);
    this.#buying.set(buying);
    this.#selling.set(selling);
    this.#at.set(at);
  }
}
