import type { Plain } from '../../../domain/plain.js';
import type { Saveable } from './kernel.js';

/**
 * An exponential average that starts from the plain average of its first `period` values, as TA-Lib's do: with a weight
 * of 2 / (period + 1) the EMA, with 1 / period Wilder's smoothing.
 */
export class SeededAverage implements Saveable {
  readonly #period: number;
  readonly #weight: number;
  #count = 0;
  #sum = 0;
  #value = Number.NaN;

  constructor(period: number, weight: number = 2 / (period + 1)) {
    this.#period = period;
    this.#weight = weight;
  }

  /** `NaN` until there were `period` values. */
  get value(): number {
    return this.#value;
  }

  push(value: number): number {
    if (this.#count === this.#period) {
      this.#value += this.#weight * (value - this.#value);
      return this.#value;
    }
    this.#count += 1;
    this.#sum += value;
    if (this.#count === this.#period) this.#value = this.#sum / this.#period;
    return this.#value;
  }

  save(): Plain {
    return { count: this.#count, sum: this.#sum, value: this.#value };
  }

  load(saved: Plain): void {
    const { count, sum, value } = saved as Readonly<Record<'count' | 'sum' | 'value', number>>;
    this.#count = count;
    this.#sum = sum;
    this.#value = value;
  }
}

/** Wilder's smoothing: each new value counts 1 / period. */
export const wilderAverage = (period: number): SeededAverage => new SeededAverage(period, 1 / period);
