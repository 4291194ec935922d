import type { Plain } from '../../domain/plain.js';
import {
  type BarFeatureOptions,
  type BarKernel,
  barFeature,
  type FollowedBars,
  TYPICAL_ROUNDING,
  typicalPrice,
} from './bar-feature.js';
import type { Feature, FeatureInput } from './feature.js';
import type { Saveable } from './kernels/kernel.js';
import { loadParts, saveParts } from './kernels/parts.js';
import { RollingMoments } from './kernels/rolling-moments.js';
import { RollingOrder } from './kernels/rolling-order.js';
import { windowSize } from './window-size.js';

/** The window of {@link cci}, in bars. */
export interface CciOptions extends BarFeatureOptions {
  /** Bars that count. @default 14 */
  readonly period?: number;
}

/** Up to so many bars it is faster to add the deviations up than to keep the bars in order. */
const FEW = 64;

class CciKernel implements BarKernel {
  readonly #period: number;
  readonly #moments: RollingMoments;
  /** Absent for few bars. */
  readonly #order: RollingOrder | undefined;

  constructor(period: number) {
    this.#period = period;
    this.#moments = new RollingMoments(period);
    this.#order = period <= FEW ? undefined : new RollingOrder(period);
  }

  push(bar: FeatureInput): number {
    const typical = typicalPrice(bar);
    this.#moments.push(typical);
    this.#order?.push(typical);
    if (!this.#moments.full) return Number.NaN;
    if (this.#moments.variance === 0) return 0;
    const deviations =
      this.#order?.distanceFrom(-this.#moments.above(this.#order.anchor)) ?? this.#moments.distances();
    const deviation = deviations / this.#period;
    if (deviation <= TYPICAL_ROUNDING * Math.abs(typical)) return 0;
    return this.#moments.above(typical) / (0.015 * deviation);
  }

  save(): Plain {
    return saveParts(this.#parts);
  }

  load(saved: Plain): void {
    loadParts(this.#parts, saved);
  }

  get #parts(): Record<string, Saveable> {
    return { moments: this.#moments, ...(this.#order && { order: this.#order }) };
  }
}

/**
 * Lambert's commodity channel index: the typical price's distance from its mean, in mean absolute deviations times 0.015.
 * It costs O(log period) a bar (up to 64 bars: one addition each), since the mean about which deviations count moves with
 * every bar. A flat window is 0.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * cci({ period: 20, bars: 'minute' });
 */
export function cci(options: CciOptions = {}): Feature<FollowedBars> {
  const period = windowSize('cci.period', options.period ?? 14, 2);
  return barFeature(options, {
    kind: 'cci',
    parameters: { period },
    warmUp: period,
    unit: 'mean absolute deviations / 0.015',
    source: 'Lambert 1980; TA-Lib CCI',
    start: () => new CciKernel(period),
  });
}
