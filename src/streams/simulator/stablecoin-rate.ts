import type { RateEvent } from '../../domain/market-event.js';
import { SeededRandom } from './seeded-random.js';

/** Milliseconds between two published rates. */
export const RATE_INTERVAL = 60_000;

const STABLECOINS: ReadonlySet<string> = new Set(['USDT', 'USDC']);

/** Whether a currency floats around a dollar in the simulation. */
export const isStablecoin = (currency: string): boolean => STABLECOINS.has(currency);

/** What a stablecoin is worth in dollars: it wanders by hundred-thousandths around 0.9998. */
export class StablecoinRate {
  readonly currency: string;
  readonly #random: SeededRandom;
  #units = 99_980;

  constructor(seed: number, currency: string) {
    this.currency = currency;
    this.#random = new SeededRandom(seed, `rate:${currency}`);
  }

  get value(): number {
    return this.#units / 100_000;
  }

  step(): void {
    const pull = (99_980 - this.#units) * 0.05;
    this.#units = Math.round(this.#units + pull + 2 * this.#random.gaussian());
  }

  event(venueTime: number): RateEvent {
    const digits = String(this.#units).padStart(6, '0');
    const rate = `${digits.slice(0, -5)}.${digits.slice(-5)}`;
    return { kind: 'rate', venueTime, from: this.currency, to: 'USD', rate };
  }
}
