import { oneOf, positiveNumber } from '../../domain/check.js';
import type { Plain } from '../../domain/plain.js';
import { AtrKernel } from './atr.js';
import { type BarFeatureOptions, type BarKernel, barFeature, type FollowedBars } from './bar-feature.js';
import type { Feature, FeatureInput } from './feature.js';
import { loadParts, saveParts } from './kernels/parts.js';
import { SeededAverage } from './kernels/seeded-average.js';
import { windowSize } from './window-size.js';

/** The periods of {@link keltner}, in bars, and which of its lines is wanted. */
export interface KeltnerOptions extends BarFeatureOptions {
  /** Bars of the exponential average of closes. @default 20 */
  readonly period?: number;
  /** Bars of the average true range. @default 10 */
  readonly atrPeriod?: number;
  /** Average true ranges between middle and band. @default 2 */
  readonly multiple?: number;
  readonly line: 'upper' | 'middle' | 'lower';
}

class KeltnerKernel implements BarKernel {
  readonly #middle: SeededAverage;
  readonly #atr: AtrKernel;
  readonly #reach: number;

  constructor(period: number, atrPeriod: number, reach: number) {
    this.#middle = new SeededAverage(period);
    this.#atr = new AtrKernel(atrPeriod, 'taLib');
    this.#reach = reach;
  }

  push(bar: FeatureInput): number {
    const middle = this.#middle.push(bar.barClose);
    const range = this.#atr.push(bar);
    return middle + this.#reach * range;
  }

  save(): Plain {
    return saveParts(this.#parts);
  }

  load(saved: Plain): void {
    loadParts(this.#parts, saved);
  }

  get #parts() {
    return { middle: this.#middle, atr: this.#atr };
  }
}

/**
 * Keltner's channel in Raschke's form: an exponential average of closes, and some average true ranges above and below it;
 * in units of the price. All lines begin together.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * keltner({ line: 'lower', bars: 'minute' });
 */
export function keltner(options: KeltnerOptions): Feature<FollowedBars> {
  const period = windowSize('keltner.period', options.period ?? 20, 1);
  const atrPeriod = windowSize('keltner.atrPeriod', options.atrPeriod ?? 10, 1);
  const multiple = positiveNumber('keltner.multiple', options.multiple ?? 2);
  const line = oneOf('keltner.line', options.line, ['upper', 'middle', 'lower']);
  const reach = line === 'upper' ? multiple : line === 'lower' ? -multiple : 0;
  return barFeature(options, {
    kind: 'keltner',
    parameters: { period, atrPeriod, multiple, line },
    warmUp: Math.max(period, atrPeriod + 1),
    unit: 'price',
    source: 'Keltner 1960 in the form of Raschke; TA-Lib EMA and ATR',
    start: () => new KeltnerKernel(period, atrPeriod, reach),
  });
}
