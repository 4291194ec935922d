import { refuse } from '../../domain/check.js';
import { type Duration, milliseconds } from '../../domain/duration.js';
import type { Plain } from '../../domain/plain.js';
import type { Feature } from './feature.js';
import { RollingSum } from './kernels/rolling-sum.js';
import { type PriceSeriesOptions, priceSeries, readEvery, type SeriesKernel } from './price-series.js';
import type { SampledPrice } from './sampled-price.js';
import { windowSize } from './window-size.js';

/** The window of {@link realisedVolatility}, and the time for which it is stated. */
export interface RealisedVolatilityOptions extends PriceSeriesOptions {
  /** Log returns that count. */
  readonly window: number;
  /**
   * States the volatility for such a time instead of for one sample, by the square root of time: `365d` is annual.
   * It needs `every`.
   */
  readonly per?: Duration;
}

class VolatilityKernel implements SeriesKernel {
  readonly #scale: number;
  readonly #window: number;
  readonly #squares: RollingSum;
  #previous = Number.NaN;

  constructor(scale: number, window: number) {
    this.#scale = scale;
    this.#window = window;
    this.#squares = new RollingSum(window);
  }

  push(value: number): number {
    const change = Math.log(value / this.#previous);
    this.#previous = value;
    // There is no log return from the first price, nor across a price of zero or less.
    if (Number.isFinite(change)) this.#squares.push(change * change);
    return this.#squares.full ? Math.sqrt(this.#squares.sum / this.#window) * this.#scale : Number.NaN;
  }

  save(): Plain {
    return { previous: this.#previous, squares: this.#squares.save() };
  }

  load(saved: Plain): void {
    const { previous, squares } = saved as { readonly previous: number; readonly squares: Plain };
    this.#previous = previous;
    this.#squares.load(squares);
  }
}

/**
 * Realised volatility: the root of the mean squared log return over the last `window` samples, as a fraction (0.01 is
 * 1%) for one sample, or for `per` when that is given.
 *
 * @throws ConfigurationError when an option is unknown or out of range, or `per` comes without `every`
 * @example
 * realisedVolatility({ window: 300, every: '1s', per: '365d' }); // 0.6: 60% a year
 */
export function realisedVolatility(options: RealisedVolatilityOptions): Feature<SampledPrice> {
  const window = windowSize('realisedVolatility.window', options.window, 1);
  const every = readEvery('realisedVolatility', options);
  const per = options.per === undefined ? 0 : milliseconds('realisedVolatility.per', options.per);
  if (per > 0 && every === 0) refuse('realisedVolatility.per', 'absent without `every`', options.per);
  const scale = per > 0 ? Math.sqrt(per / every) : 1;
  return priceSeries(options, {
    kind: 'realisedVolatility',
    parameters: { window, per },
    warmUp: window + 1,
    unit: 'fraction, a sample or `per`',
    source: 'root of the mean squared log return (Andersen and Bollerslev 1998)',
    memory: window + 1,
    start: () => new VolatilityKernel(scale, window),
  });
}
