import type { Plain } from '../../domain/plain.js';
import type { Feature } from './feature.js';
import { RollingSum } from './kernels/rolling-sum.js';
import { priceSeries, type SeriesKernel } from './price-series.js';
import type { SampledPrice } from './sampled-price.js';
import type { SmaOptions } from './sma.js';
import { windowSize } from './window-size.js';

class WmaKernel implements SeriesKernel {
  readonly #weights: number;
  readonly #sum: RollingSum;

  constructor(period: number) {
    this.#weights = (period * (period + 1)) / 2;
    this.#sum = new RollingSum(period, true);
  }

  push(value: number): number {
    this.#sum.push(value);
    return this.#sum.full ? this.#sum.weighted / this.#weights : Number.NaN;
  }

  save(): Plain {
    return this.#sum.save();
  }

  load(saved: Plain): void {
    this.#sum.load(saved);
  }
}

/**
 * Linearly weighted moving average: the newest of `period` samples counts `period` times, the oldest once; in units of
 * the price.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * wma({ period: 30 });
 */
export function wma(options: SmaOptions): Feature<SampledPrice> {
  const period = windowSize('wma.period', options.period, 1);
  return priceSeries(options, {
    kind: 'wma',
    parameters: { period },
    warmUp: period,
    unit: 'price',
    source: 'TA-Lib WMA',
    memory: period,
    start: () => new WmaKernel(period),
  });
}
