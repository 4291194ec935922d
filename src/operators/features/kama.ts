import { refuse } from '../../domain/check.js';
import type { Plain } from '../../domain/plain.js';
import type { Feature } from './feature.js';
import { Delay } from './kernels/delay.js';
import { RollingSum } from './kernels/rolling-sum.js';
import { type PriceSeriesOptions, priceSeries, type SeriesKernel } from './price-series.js';
import type { SampledPrice } from './sampled-price.js';
import { windowSize } from './window-size.js';

/** The periods of {@link kama}, in samples. */
export interface KamaOptions extends PriceSeriesOptions {
  /** Changes over which the efficiency is measured. @default 10 */
  readonly period?: number;
  /** Period of the average while the price goes straight. @default 2 */
  readonly fast?: number;
  /** Period of the average while it goes nowhere. @default 30 */
  readonly slow?: number;
}

class KamaKernel implements SeriesKernel {
  readonly #fast: number;
  readonly #slow: number;
  readonly #changes: RollingSum;
  readonly #past: Delay;
  #previous = Number.NaN;
  #value = Number.NaN;

  constructor(period: number, fast: number, slow: number) {
    this.#fast = 2 / (fast + 1);
    this.#slow = 2 / (slow + 1);
    this.#changes = new RollingSum(period);
    this.#past = new Delay(period);
  }

  push(value: number): number {
    const previous = this.#previous;
    this.#previous = value;
    if (!Number.isNaN(previous)) this.#changes.push(Math.abs(value - previous));
    const net = Math.abs(value - this.#past.oldest);
    this.#past.push(value);
    if (!this.#changes.full) return Number.NaN;
    const way = this.#changes.sum;
    // Nothing moved: there is no noise.
    const efficiency = way > net ? net / way : 1;
    const weight = (efficiency * (this.#fast - this.#slow) + this.#slow) ** 2;
    const from = Number.isNaN(this.#value) ? previous : this.#value;
    this.#value = from + weight * (value - from);
    return this.#value;
  }

  save(): Plain {
    return {
      changes: this.#changes.save(),
      past: this.#past.save(),
      previous: this.#previous,
      value: this.#value,
    };
  }

  load(saved: Plain): void {
    const { changes, past, previous, value } = saved as {
      changes: Plain;
      past: Plain;
      previous: number;
      value: number;
    };
    this.#changes.load(changes);
    this.#past.load(past);
    this.#previous = previous;
    this.#value = value;
  }
}

/**
 * Kaufman's adaptive moving average: quick while the price goes straight, slow while it goes to and fro; in units of the
 * price. It starts from the sample before the first value.
 *
 * @throws ConfigurationError when an option is unknown or out of range, or `slow` is below `fast`
 * @example
 * kama({ period: 10, of: 'barClose' });
 */
export function kama(options: KamaOptions = {}): Feature<SampledPrice> {
  const period = windowSize('kama.period', options.period ?? 10, 1);
  const fast = windowSize('kama.fast', options.fast ?? 2, 1);
  const slow = windowSize('kama.slow', options.slow ?? 30, 1);
  if (slow < fast) refuse('kama.slow', 'at least `fast`', slow);
  return priceSeries(options, {
    kind: 'kama',
    parameters: { period, fast, slow },
    warmUp: period + 1,
    unit: 'price',
    source: 'Kaufman 1995; TA-Lib KAMA',
    // A flat price is efficient: the fast weight closes the gap.
    memory: period + 10 * (fast + 1) ** 2,
    start: () => new KamaKernel(period, fast, slow),
  });
}
