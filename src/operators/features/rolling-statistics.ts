import { numberAtLeast, oneOf } from '../../domain/check.js';
import type { Plain } from '../../domain/plain.js';
import type { Feature } from './feature.js';
import { rollingExtreme } from './kernels/rolling-extreme.js';
import { RollingMoments } from './kernels/rolling-moments.js';
import { RollingOrder } from './kernels/rolling-order.js';
import { SortedWindow } from './kernels/sorted-window.js';
import { type PriceSeriesOptions, priceSeries, type SeriesKernel } from './price-series.js';
import type { SampledPrice } from './sampled-price.js';
import { windowSize } from './window-size.js';

/** The window of a rolling statistic, in samples. */
export interface WindowOptions extends PriceSeriesOptions {
  /** Samples that count, the newest included. */
  readonly window: number;
}

/** The window of a rolling variance, in samples, and what it is taken over. */
export interface RollingVarianceOptions extends WindowOptions {
  /** Of the window as a whole population (over n), or as a sample of one (over n - 1). @default 'population' */
  readonly over?: 'population' | 'sample';
}

/** The window of {@link rollingQuantile}, in samples, and the quantile. */
export interface RollingQuantileOptions extends WindowOptions {
  /** Share of the samples below it, from 0 to 1; between two samples on the line. */
  readonly quantile: number;
}

/** A window of samples and what is read of it once it is full. */
class WindowKernel<W extends SeriesWindow> implements SeriesKernel {
  readonly #window: W;
  readonly #read: (window: W) => number;

  constructor(window: W, read: (window: W) => number) {
    this.#window = window;
    this.#read = read;
  }

  push(value: number): number {
    this.#window.push(value);
    if (!this.#window.full) return Number.NaN;
    return this.#read(this.#window);
  }

  save(): Plain {
    return this.#window.save();
  }

  load(saved: Plain): void {
    this.#window.load(saved);
  }
}

interface SeriesWindow {
  readonly full: boolean;
  push(value: number): void;
  save(): Plain;
  load(saved: Plain): void;
}

interface Kind<W extends SeriesWindow> {
  readonly kind: string;
  readonly parameters: Readonly<Record<string, number | string>>;
  readonly unit: string;
  readonly source: string;
  make(): W;
  read(window: W): number;
}

function rolling<W extends SeriesWindow>(options: WindowOptions, of: Kind<W>): Feature<SampledPrice> {
  const { window } = options;
  return priceSeries(options, {
    kind: of.kind,
    parameters: { window, ...of.parameters },
    warmUp: window,
    unit: of.unit,
    source: of.source,
    memory: window,
    start: () => new WindowKernel(of.make(), of.read),
  });
}

/**
 * The mean of the last `window` samples of a price, in its units: what `sma` is, about the mean instead of by the sum, so
 * that even samples of very different size leave no trace.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * rollingMean({ window: 60, every: '1s' });
 */
export function rollingMean(options: WindowOptions): Feature<SampledPrice> {
  windowSize('rollingMean.window', options.window, 1);
  return rolling(options, {
    kind: 'rollingMean',
    parameters: {},
    unit: 'price',
    source: 'Welford 1962',
    make: () => new RollingMoments(options.window),
    read: ({ mean }) => mean,
  });
}

/**
 * The variance of the last `window` samples of a price, in its units squared; exactly 0 when all are equal.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * rollingVariance({ window: 60, every: '1s', over: 'sample' });
 */
export function rollingVariance(options: RollingVarianceOptions): Feature<SampledPrice> {
  const { window } = options;
  const over = oneOf('rollingVariance.over', options.over ?? 'population', ['population', 'sample']);
  windowSize('rollingVariance.window', window, 2);
  const scale = over === 'population' ? 1 : window / (window - 1);
  return rolling(options, {
    kind: 'rollingVariance',
    parameters: { over },
    unit: 'price squared',
    source: 'Welford 1962; TA-Lib VAR',
    make: () => new RollingMoments(window),
    read: ({ variance }) => variance * scale,
  });
}

/**
 * The skewness of the last `window` samples of a price: negative when the longer tail is below. `NaN` for a flat window.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * rollingSkewness({ window: 120, every: '1s' });
 */
export function rollingSkewness(options: WindowOptions): Feature<SampledPrice> {
  windowSize('rollingSkewness.window', options.window, 2);
  return rolling(options, {
    kind: 'rollingSkewness',
    parameters: {},
    unit: 'none',
    source: 'third moment over deviation cubed, of the population (Fisher and Pearson)',
    make: () => new RollingMoments(options.window, true),
    read: ({ skewness }) => skewness,
  });
}

function extreme(kind: string, which: 'greatest' | 'least', options: WindowOptions): Feature<SampledPrice> {
  windowSize(`${kind}.window`, options.window, 1);
  return rolling(options, {
    kind,
    parameters: {},
    unit: 'price',
    source: which === 'greatest' ? 'TA-Lib MAX' : 'TA-Lib MIN',
    make: () => rollingExtreme(which, options.window),
    read: ({ value }) => value,
  });
}

/**
 * The greatest of the last `window` samples of a price, in its units: two steps an update on average, `window` at most.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * rollingMaximum({ window: 300, every: '1s' });
 */
export function rollingMaximum(options: WindowOptions): Feature<SampledPrice> {
  return extreme('rollingMaximum', 'greatest', options);
}

/**
 * The least of the last `window` samples of a price, in its units: two steps an update on average, `window` at most.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * rollingMinimum({ window: 300, every: '1s' });
 */
export function rollingMinimum(options: WindowOptions): Feature<SampledPrice> {
  return extreme('rollingMinimum', 'least', options);
}

/** Up to so many samples a sorted array is faster than a tree. */
const FEW = 256;

/**
 * A quantile of the last `window` samples of a price, in its units, at O(log window) an update, since no O(1) is known; up to 256
 * samples at no more than one move each.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * rollingQuantile({ window: 600, quantile: 0.95, every: '1s' });
 */
export function rollingQuantile(options: RollingQuantileOptions): Feature<SampledPrice> {
  const { window } = options;
  windowSize('rollingQuantile.window', window, 1);
  const quantile = numberAtLeast('rollingQuantile.quantile', options.quantile, 0, 1);
  const place = quantile * (window - 1);
  const rank = Math.floor(place);
  const share = place - rank;
  return rolling(options, {
    kind: 'rollingQuantile',
    parameters: { quantile },
    unit: 'price',
    source: 'Hyndman and Fan 1996, type 7 (as NumPy)',
    make: () => (window <= FEW ? new SortedWindow(window) : new RollingOrder(window)),
    read: (order) => {
      const below = order.at(rank);
      return share === 0 ? below : below + share * (order.at(rank + 1) - below);
    },
  });
}
