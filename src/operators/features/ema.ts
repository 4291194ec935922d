import type { Feature } from './feature.js';
import { SeededAverage } from './kernels/seeded-average.js';
import { type PriceSeriesOptions, priceSeries } from './price-series.js';
import type { SampledPrice } from './sampled-price.js';
import { windowSize } from './window-size.js';

/** The period of {@link ema}, in samples. */
export interface EmaOptions extends PriceSeriesOptions {
  /** Samples; the newest one weighs 2 / (period + 1). */
  readonly period: number;
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
  const period = windowSize('ema.period', options.period, 1);
  return priceSeries(options, {
    kind: 'ema',
    parameters: { period },
    warmUp: period,
    unit: 'price',
    source: 'TA-Lib EMA',
    // After 20 periods the past weighs less than the last bit.
    memory: 20 * period + 20,
    start: () => new SeededAverage(period),
  });
}
