import { oneOf, positiveNumber } from '../../domain/check.js';
import type { Plain } from '../../domain/plain.js';
import type { Feature } from './feature.js';
import { RollingMoments } from './kernels/rolling-moments.js';
import { type PriceSeriesOptions, priceSeries, type SeriesKernel } from './price-series.js';
import type { SampledPrice } from './sampled-price.js';
import { windowSize } from './window-size.js';

/** The window of {@link bollinger}, and which of its lines is wanted. */
export interface BollingerOptions extends PriceSeriesOptions {
  /** Samples that count. @default 20 */
  readonly period?: number;
  /** Standard deviations (of the population) between middle and band. @default 2 */
  readonly deviations?: number;
  /**
   * A band, in units of the price; `width`: upper less lower, over the middle; `position`: where the price is, 0 on the
   * lower band and 1 on the upper.
   */
  readonly line: 'upper' | 'middle' | 'lower' | 'width' | 'position';
}

type Line = BollingerOptions['line'];

class BollingerKernel implements SeriesKernel {
  readonly #window: RollingMoments;
  readonly #deviations: number;
  readonly #line: Line;

  constructor(period: number, deviations: number, line: Line) {
    this.#window = new RollingMoments(period);
    this.#deviations = deviations;
    this.#line = line;
  }

  push(value: number): number {
    this.#window.push(value);
    if (!this.#window.full) return Number.NaN;
    const { mean } = this.#window;
    const reach = this.#deviations * Math.sqrt(this.#window.variance);
    switch (this.#line) {
      case 'upper':
        return mean + reach;
      case 'middle':
        return mean;
      case 'lower':
        return mean - reach;
      case 'width':
        return (2 * reach) / mean;
      case 'position':
        return (this.#window.above(value) + reach) / (2 * reach);
    }
  }

  save(): Plain {
    return this.#window.save();
  }

  load(saved: Plain): void {
    this.#window.load(saved);
  }
}

/**
 * Bollinger's bands: the mean of the last `period` samples, and some standard deviations above and below it. `position`
 * is `NaN` for a flat window.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * bollinger({ period: 20, line: 'upper', of: 'barClose' });
 */
export function bollinger(options: BollingerOptions): Feature<SampledPrice> {
  const period = windowSize('bollinger.period', options.period ?? 20, 2);
  const deviations = positiveNumber('bollinger.deviations', options.deviations ?? 2);
  const line = oneOf('bollinger.line', options.line, ['upper', 'middle', 'lower', 'width', 'position']);
  return priceSeries(options, {
    kind: 'bollinger',
    parameters: { period, deviations, line },
    warmUp: period,
    unit: line === 'width' || line === 'position' ? 'fraction' : 'price',
    source: 'Bollinger 2001; TA-Lib BBANDS',
    memory: period,
    start: () => new BollingerKernel(period, deviations, line),
  });
}
