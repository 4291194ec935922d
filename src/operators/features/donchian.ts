import { oneOf } from '../../domain/check.js';
import type { Plain } from '../../domain/plain.js';
import { type BarFeatureOptions, type BarKernel, barFeature, type FollowedBars } from './bar-feature.js';
import type { Feature, FeatureInput } from './feature.js';
import { loadParts, saveParts } from './kernels/parts.js';
import { type Extreme, rollingExtreme } from './kernels/rolling-extreme.js';
import { windowSize } from './window-size.js';

/** The window of {@link donchian}, in bars, and which of its lines is wanted. */
export interface DonchianOptions extends BarFeatureOptions {
  /** Bars that count. @default 20 */
  readonly period?: number;
  /** Highest high, lowest low, or their middle. */
  readonly line: 'upper' | 'middle' | 'lower';
}

class DonchianKernel implements BarKernel {
  readonly #highest: Extreme;
  readonly #lowest: Extreme;
  readonly #line: DonchianOptions['line'];

  constructor(period: number, line: DonchianOptions['line']) {
    this.#highest = rollingExtreme('greatest', period);
    this.#lowest = rollingExtreme('least', period);
    this.#line = line;
  }

  push({ barHigh, barLow }: FeatureInput): number {
    this.#highest.push(barHigh);
    this.#lowest.push(barLow);
    if (!this.#highest.full) return Number.NaN;
    if (this.#line === 'upper') return this.#highest.value;
    if (this.#line === 'lower') return this.#lowest.value;
    return (this.#highest.value + this.#lowest.value) / 2;
  }

  save(): Plain {
    return saveParts(this.#parts);
  }

  load(saved: Plain): void {
    loadParts(this.#parts, saved);
  }

  get #parts() {
    return { highest: this.#highest, lowest: this.#lowest };
  }
}

/**
 * Donchian's channel: the highest high and lowest low of the last `period` bars, in units of the price.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * donchian({ period: 20, line: 'upper', bars: 'minute' });
 */
export function donchian(options: DonchianOptions): Feature<FollowedBars> {
  const period = windowSize('donchian.period', options.period ?? 20, 1);
  const line = oneOf('donchian.line', options.line, ['upper', 'middle', 'lower']);
  return barFeature(options, {
    kind: 'donchian',
    parameters: { period, line },
    warmUp: period,
    unit: 'price',
    source: 'Donchian 1960; TA-Lib MAX of highs, MIN of lows',
    start: () => new DonchianKernel(period, line),
  });
}
