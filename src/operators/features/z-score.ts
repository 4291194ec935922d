import type { Plain } from '../../domain/plain.js';
import type { Feature } from './feature.js';
import { RollingMoments } from './kernels/rolling-moments.js';
import { type PriceSeriesOptions, priceSeries, type SeriesKernel } from './price-series.js';
import type { SampledPrice } from './sampled-price.js';
import { windowSize } from './window-size.js';

/** The window of {@link zScore}, in samples. */
export interface ZScoreOptions extends PriceSeriesOptions {
  /** Samples that count, the newest included; at least 2. */
  readonly window: number;
}

class ZScoreKernel implements SeriesKernel {
  readonly #window: RollingMoments;

  constructor(window: number) {
    this.#window = new RollingMoments(window);
  }

  push(value: number): number {
    this.#window.push(value);
    if (!this.#window.full) return Number.NaN;
    const { variance } = this.#window;
    return variance > 0 ? this.#window.above(value) / Math.sqrt(variance) : Number.NaN;
  }

  save(): Plain {
    return this.#window.save();
  }

  load(saved: Plain): void {
    this.#window.load(saved);
  }
}

/**
 * How many standard deviations (of the population) the price lies from the mean of its last `window` samples. `NaN` for
 * a flat window, which has no deviation to measure by.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * zScore({ window: 120, every: '1s' });
 */
export function zScore(options: ZScoreOptions): Feature<SampledPrice> {
  const window = windowSize('zScore.window', options.window, 2);
  return priceSeries(options, {
    kind: 'zScore',
    parameters: { window },
    warmUp: window,
    unit: 'standard deviations',
    source: '(p - mean) / deviation of the population',
    memory: window,
    start: () => new ZScoreKernel(window),
  });
}
