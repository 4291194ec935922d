import type { Plain } from '../../domain/plain.js';
import type { Feature } from './feature.js';
import { RollingSum } from './kernels/rolling-sum.js';
import { type PriceSeriesOptions, priceSeries, type SeriesKernel } from './price-series.js';
import type { SampledPrice } from './sampled-price.js';
import { windowSize } from './window-size.js';

/** The window of {@link sma}, in samples. */
export interface SmaOptions extends PriceSeriesOptions {
  /** Samples that count. */
  readonly period: number;
}

class SmaKernel implements SeriesKernel {
  readonly #period: number;
  readonly #sum: RollingSum;

  constructor(period: number) {
    this.#period = period;
    this.#sum = new RollingSum(period);
  }

  push(value: number): number {
    this.#sum.push(value);
    return this.#sum.full ? this.#sum.sum / this.#period : Number.NaN;
  }

  save(): Plain {
    return this.#sum.save();
  }

  load(saved: Plain): void {
    this.#sum.load(saved);
  }
}

/**
 * Simple moving average of a price: the mean of its last `period` samples, in units of the price.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * sma({ period: 200, of: 'barClose' });
 */
export function sma(options: SmaOptions): Feature<SampledPrice> {
  const period = windowSize('sma.period', options.period, 1);
  return priceSeries(options, {
    kind: 'sma',
    parameters: { period },
    warmUp: period,
    unit: 'price',
    source: 'TA-Lib SMA',
    memory: period,
    start: () => new SmaKernel(period),
  });
}
