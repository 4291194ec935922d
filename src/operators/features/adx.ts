import { oneOf } from '../../domain/check.js';
import type { Plain } from '../../domain/plain.js';
import { trueRange } from './atr.js';
import { type BarFeatureOptions, type BarKernel, barFeature, type FollowedBars } from './bar-feature.js';
import type { Feature, FeatureInput } from './feature.js';
import { windowSize } from './window-size.js';

/** What {@link adx} is computed from: bars, and which of its lines is wanted. */
export interface AdxOptions extends BarFeatureOptions {
  /** Bars, in Wilder's smoothing. @default 14 */
  readonly period?: number;
  /** The index, or what it is made of: the two directional indicators and their distance. @default 'adx' */
  readonly line?: 'adx' | 'dx' | 'plusDi' | 'minusDi';
  /**
   * How the sums start: `taLib` from `period` - 1 changes, then smoothing; `wilder` from `period` changes, which are the
   * first value. @default 'taLib'
   */
  readonly seed?: 'taLib' | 'wilder';
}

type Line = 'adx' | 'dx' | 'plusDi' | 'minusDi';

const FIELDS = ['changes', 'high', 'low', 'close', 'plus', 'minus', 'range', 'dx', 'indices', 'adx'] as const;

class AdxKernel implements BarKernel {
  readonly #period: number;
  /** Changes that are summed before smoothing begins. */
  readonly #seeds: number;
  readonly #line: Line;
  readonly #state: Record<(typeof FIELDS)[number], number> = {
    changes: 0,
    high: Number.NaN,
    low: Number.NaN,
    close: Number.NaN,
    plus: 0,
    minus: 0,
    range: 0,
    dx: 0,
    indices: 0,
    adx: 0,
  };

  constructor(period: number, line: Line, seed: 'taLib' | 'wilder') {
    this.#period = period;
    this.#seeds = seed === 'taLib' ? period - 1 : period;
    this.#line = line;
  }

  push(bar: FeatureInput): number {
    const state = this.#state;
    const period = this.#period;
    const up = bar.barHigh - state.high;
    const down = state.low - bar.barLow;
    const range = trueRange(bar, state.close);
    state.high = bar.barHigh;
    state.low = bar.barLow;
    state.close = bar.barClose;
    if (Number.isNaN(up)) return Number.NaN;
    state.changes += 1;
    const kept = state.changes > this.#seeds ? 1 - 1 / period : 1;
    state.plus = state.plus * kept + (up > 0 && up > down ? up : 0);
    state.minus = state.minus * kept + (down > 0 && down > up ? down : 0);
    state.range = state.range * kept + range;
    if (state.changes < period) return Number.NaN;
    const sum = state.plus + state.minus;
    const moved = state.range > 0 && sum > 0;
    if (moved) state.dx = (100 * Math.abs(state.plus - state.minus)) / sum;
    state.indices += 1;
    // Where nothing moved there is no index: the average stays.
    if (state.indices <= period) state.adx += (moved ? state.dx : 0) / period;
    else if (moved) state.adx += (state.dx - state.adx) / period;
    switch (this.#line) {
      case 'plusDi':
        return state.range > 0 ? (100 * state.plus) / state.range : 0;
      case 'minusDi':
        return state.range > 0 ? (100 * state.minus) / state.range : 0;
      case 'dx':
        return state.dx;
      case 'adx':
        return state.indices < period ? Number.NaN : state.adx;
    }
  }

  save(): Plain {
    return { ...this.#state };
  }

  load(saved: Plain): void {
    const state = saved as Readonly<Record<(typeof FIELDS)[number], number>>;
    for (const field of FIELDS) this.#state[field] = state[field];
  }
}

/**
 * Wilder's average directional index, from 0 (no direction) to 100, and the indicators behind it: how much of the range
 * went up (`plusDi`) or down (`minusDi`).
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * adx({ period: 14, bars: 'minute' });
 */
export function adx(options: AdxOptions = {}): Feature<FollowedBars> {
  const period = windowSize('adx.period', options.period ?? 14, 2);
  const line = oneOf('adx.line', options.line ?? 'adx', ['adx', 'dx', 'plusDi', 'minusDi']);
  const seed = oneOf('adx.seed', options.seed ?? 'taLib', ['taLib', 'wilder']);
  return barFeature(options, {
    kind: 'adx',
    parameters: { period, line, seed },
    warmUp: line === 'adx' ? 2 * period : period + 1,
    unit: 'percent, 0 to 100',
    source: 'Wilder 1978; TA-Lib ADX, DX, PLUS_DI, MINUS_DI',
    start: () => new AdxKernel(period, line, seed),
  });
}
