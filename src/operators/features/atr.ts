import { oneOf } from '../../domain/check.js';
import type { Plain } from '../../domain/plain.js';
import { type BarFeatureOptions, type BarKernel, barFeature, type FollowedBars } from './bar-feature.js';
import type { Feature, FeatureInput } from './feature.js';
import { type SeededAverage, wilderAverage } from './kernels/seeded-average.js';
import { windowSize } from './window-size.js';

/** What {@link atr} is computed from: bars, and how its average starts. */
export interface AtrOptions extends BarFeatureOptions {
  /** Bars, in Wilder's smoothing. @default 14 */
  readonly period?: number;
  /**
   * `taLib` leaves out the first bar, which has no close before it; `wilder` counts its high less its low, as Wilder's
   * book and most charts do. @default 'taLib'
   */
  readonly seed?: 'taLib' | 'wilder';
}

/** The way that the price can have gone in a bar, the gap to the close before included. */
export function trueRange({ barHigh, barLow }: FeatureInput, closeBefore: number): number {
  return Math.max(barHigh, closeBefore) - Math.min(barLow, closeBefore);
}

/** The average true range, for the features that rest on it. */
export class AtrKernel implements BarKernel {
  readonly #average: SeededAverage;
  readonly #countsFirst: boolean;
  #close = Number.NaN;

  constructor(period: number, seed: 'taLib' | 'wilder') {
    this.#average = wilderAverage(period);
    this.#countsFirst = seed === 'wilder';
  }

  push(bar: FeatureInput): number {
    const before = this.#close;
    this.#close = bar.barClose;
    if (!Number.isNaN(before)) return this.#average.push(trueRange(bar, before));
    return this.#countsFirst ? this.#average.push(bar.barHigh - bar.barLow) : Number.NaN;
  }

  save(): Plain {
    return { close: this.#close, average: this.#average.save() };
  }

  load(saved: Plain): void {
    const { close, average } = saved as { readonly close: number; readonly average: Plain };
    this.#close = close;
    this.#average.load(average);
  }
}

/**
 * Wilder's average true range, in units of the price.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * atr({ period: 14, bars: 'minute' });
 */
export function atr(options: AtrOptions = {}): Feature<FollowedBars> {
  const period = windowSize('atr.period', options.period ?? 14, 1);
  const seed = oneOf('atr.seed', options.seed ?? 'taLib', ['taLib', 'wilder']);
  return barFeature(options, {
    kind: 'atr',
    parameters: { period, seed },
    warmUp: period + (seed === 'taLib' ? 1 : 0),
    unit: 'price',
    source: 'Wilder 1978; TA-Lib ATR',
    start: () => new AtrKernel(period, seed),
  });
}
