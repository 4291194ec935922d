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
import { RollingSum } from './kernels/rolling-sum.js';
import { readFlat } from './read-flat.js';
import { windowSize } from './window-size.js';

/** The window of {@link mfi}, in bars. */
export interface MfiOptions extends BarFeatureOptions {
  /** Bars that count. @default 14 */
  readonly period?: number;
  /** What it is where nothing flowed: 0 as TA-Lib has it, or 50. @default 0 */
  readonly flat?: 0 | 50;
}

class MfiKernel implements BarKernel {
  readonly #in: RollingSum;
  readonly #out: RollingSum;
  readonly #flat: number;
  #typical = Number.NaN;

  constructor(period: number, flat: number) {
    this.#flat = flat;
    this.#in = new RollingSum(period);
    this.#out = new RollingSum(period);
  }

  push(bar: FeatureInput): number {
    const before = this.#typical;
    const typical = typicalPrice(bar);
    this.#typical = typical;
    if (Number.isNaN(before)) return Number.NaN;
    const flow = typical * bar.barVolume;
    const moved = Math.abs(typical - before) > TYPICAL_ROUNDING * Math.abs(before);
    this.#in.push(moved && typical > before ? flow : 0);
    this.#out.push(moved && typical < before ? flow : 0);
    if (!this.#in.full) return Number.NaN;
    const all = this.#in.sum + this.#out.sum;
    return all > 0 ? 100 * (this.#in.sum / all) : this.#flat;
  }

  save(): Plain {
    return { typical: this.#typical, in: this.#in.save(), out: this.#out.save() };
  }

  load(saved: Plain): void {
    const { typical, in: into, out } = saved as { typical: number; in: Plain; out: Plain };
    this.#typical = typical;
    this.#in.load(into);
    this.#out.load(out);
  }
}

/**
 * The money flow index, from 0 (all turnover at falling prices) to 100 (all at rising ones). Where nothing flowed it is 0 as
 * in TA-Lib, or 50 with `flat: 50`. TA-Lib takes a turnover of less than 1 for nothing, which is not followed: in bitcoin
 * that is a fortune. Typical prices that differ by the rounding of a mean of three are the same.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * mfi({ period: 14, bars: 'minute' });
 */
export function mfi(options: MfiOptions = {}): Feature<FollowedBars> {
  const period = windowSize('mfi.period', options.period ?? 14, 1);
  const flat = readFlat('mfi', options.flat);
  return barFeature(options, {
    kind: 'mfi',
    parameters: { period, flat },
    warmUp: period + 1,
    unit: 'percent, 0 to 100',
    source: 'Quong and Soudack 1989; TA-Lib MFI, which has 0 below a turnover of 1 too',
    start: () => new MfiKernel(period, flat),
  });
}
