import { oneOf } from '../../domain/check.js';
import type { Plain } from '../../domain/plain.js';
import { type BarFeatureOptions, type BarKernel, barFeature, type FollowedBars } from './bar-feature.js';
import type { Feature, FeatureInput } from './feature.js';
import { loadParts, saveParts } from './kernels/parts.js';
import { type Extreme, rollingExtreme } from './kernels/rolling-extreme.js';
import { RollingSum } from './kernels/rolling-sum.js';
import { windowSize } from './window-size.js';

/** The periods of {@link stochastic}, in bars, and which of its lines is wanted. */
export interface StochasticOptions extends BarFeatureOptions {
  /** Bars whose range counts. @default 5 */
  readonly period?: number;
  /** Bars over which %K is averaged; 1 leaves it as it is. @default 3 */
  readonly slowing?: number;
  /** Values of %K over which %D is averaged. @default 3 */
  readonly signal?: number;
  /** @default 'k' */
  readonly line?: 'k' | 'd';
}

class StochasticKernel implements BarKernel {
  readonly #highest: Extreme;
  readonly #lowest: Extreme;
  readonly #k: RollingSum;
  readonly #d: RollingSum;
  readonly #slowing: number;
  readonly #signal: number;
  readonly #line: 'k' | 'd';

  constructor(period: number, slowing: number, signal: number, line: 'k' | 'd') {
    this.#highest = rollingExtreme('greatest', period);
    this.#lowest = rollingExtreme('least', period);
    this.#k = new RollingSum(slowing);
    this.#d = new RollingSum(signal);
    this.#slowing = slowing;
    this.#signal = signal;
    this.#line = line;
  }

  push({ barHigh, barLow, barClose }: FeatureInput): number {
    this.#highest.push(barHigh);
    this.#lowest.push(barLow);
    if (!this.#highest.full) return Number.NaN;
    const range = this.#highest.value - this.#lowest.value;
    this.#k.push(range === 0 ? 0 : (100 * (barClose - this.#lowest.value)) / range);
    if (!this.#k.full) return Number.NaN;
    const k = this.#k.sum / this.#slowing;
    if (this.#line === 'k') return k;
    this.#d.push(k);
    return this.#d.full ? this.#d.sum / this.#signal : Number.NaN;
  }

  save(): Plain {
    return saveParts(this.#parts);
  }

  load(saved: Plain): void {
    loadParts(this.#parts, saved);
  }

  get #parts() {
    return { highest: this.#highest, lowest: this.#lowest, k: this.#k, d: this.#d };
  }
}

/**
 * Lane's stochastic: where the close lies in the range of the last `period` bars, from 0 (at the low) to 100. A range of
 * nothing counts 0, as in TA-Lib.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * stochastic({ period: 14, slowing: 3, signal: 3, line: 'd' });
 */
export function stochastic(options: StochasticOptions = {}): Feature<FollowedBars> {
  const period = windowSize('stochastic.period', options.period ?? 5, 1);
  const slowing = windowSize('stochastic.slowing', options.slowing ?? 3, 1);
  const signal = windowSize('stochastic.signal', options.signal ?? 3, 1);
  const line = oneOf('stochastic.line', options.line ?? 'k', ['k', 'd']);
  return barFeature(options, {
    kind: 'stochastic',
    parameters: { period, slowing, signal, line },
    warmUp: period + slowing - 1 + (line === 'd' ? signal - 1 : 0),
    unit: 'percent, 0 to 100',
    source: 'Lane 1984; TA-Lib STOCH, but %K does not wait for %D',
    start: () => new StochasticKernel(period, slowing, signal, line),
  });
}
