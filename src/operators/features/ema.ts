import { integerAtLeast } from '../../domain/check.js';
import type { Plain } from '../../domain/plain.js';
import type { Feature } from './feature.js';
import { type PriceSeriesOptions, priceSeries, type SeriesKernel } from './price-series.js';
import type { SampledPrice } from './sampled-price.js';

export interface EmaOptions extends PriceSeriesOptions {
  /** Samples; the newest one weighs 2 / (period + 1). */
  readonly period: number;
}

class EmaKernel implements SeriesKernel {
  readonly #period: number;
  readonly #weight: number;
  #count = 0;
  #sum = 0;
  #value = Number.NaN;

  constructor(period: number, saved?: Readonly<Record<'count' | 'sum' | 'value', number>>) {
    this.#period = period;
    this.#weight = 2 / (period + 1);
    if (saved === undefined) return;
    this.#count = saved.count;
    this.#sum = saved.sum;
    this.#value = saved.value;
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
}

/**
 * Exponential moving average of a price, in units of the price. It starts from the plain average of its first `period`
 * samples, as TA-Lib's does.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * ema({ period: 20, every: '1s' });
 */
export function ema(options: EmaOptions): Feature<SampledPrice> {
  const period = integerAtLeast('ema.period', options.period, 1);
  return priceSeries(options, {
    kind: 'ema',
    parameters: { period },
    warmUp: period,
    // After 20 periods the past weighs less than the last bit.
    memory: 20 * period + 20,
    start: () => new EmaKernel(period),
    resume: (saved) => new EmaKernel(period, saved as { count: number; sum: number; value: number }),
  });
}
