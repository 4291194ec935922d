import type { InstrumentId } from '../../domain/brand.js';
import { knownKeys, nonEmptyName, oneOf } from '../../domain/check.js';
import { type Duration, milliseconds } from '../../domain/duration.js';
import type { Plain } from '../../domain/plain.js';
import { type Feature, fingerprint } from './feature.js';
import { Intervals } from './kernels/intervals.js';
import { RollingPair } from './kernels/rolling-pair.js';
import { windowSize } from './window-size.js';

/** The other series, and the intervals at which both are compared. */
export interface BetweenSeriesOptions {
  /** The other instrument. */
  readonly to: InstrumentId;
  /** Pairs that count; at least 2. */
  readonly window: number;
  /** Length of an interval in event time: one pair each, of both mids as they stood at its end. */
  readonly every: Duration;
  /** What is compared: the returns of both mids over the interval, or the mids themselves. @default 'returns' */
  readonly of?: 'returns' | 'prices';
}

class Series {
  readonly pairs: RollingPair;
  readonly intervals: Intervals;
  mine: number = Number.NaN;
  other: number = Number.NaN;
  mineBefore: number = Number.NaN;
  otherBefore: number = Number.NaN;

  constructor(window: number, every: number) {
    this.pairs = new RollingPair(window);
    this.intervals = new Intervals(every);
  }

  close(returns: boolean): void {
    const { mine, other, mineBefore, otherBefore } = this;
    const x = returns ? (other - otherBefore) / otherBefore : other;
    const y = returns ? (mine - mineBefore) / mineBefore : mine;
    if (Number.isFinite(x) && Number.isFinite(y)) this.pairs.push(x, y);
    this.mineBefore = mine;
    this.otherBefore = other;
  }
}

function between(
  kind: string,
  text: Readonly<Record<'unit' | 'source', string>>,
  options: BetweenSeriesOptions,
  read: (pairs: RollingPair) => number,
): Feature<Series> {
  knownKeys(kind, options, ['to', 'window', 'every', 'of']);
  const to = nonEmptyName(`${kind}.to`, options.to) as InstrumentId;
  const window = windowSize(`${kind}.window`, options.window, 2);
  const every = milliseconds(`${kind}.every`, options.every);
  const of = oneOf(`${kind}.of`, options.of ?? 'returns', ['returns', 'prices']);
  const returns = of === 'returns';
  return {
    warmUp: window + (returns ? 1 : 0),
    ...text,
    fingerprint: fingerprint(kind, { to, window, every, of }),
    init: () => new Series(window, every),
    update: (state, input) => {
      // A long silence fills the window and no more.
      for (let ended = Math.min(state.intervals.ended(input.ts), window + 1); ended > 0; ended--)
        state.close(returns);
      state.mine = input.mid;
      state.other = input.market(to, 'mid');
      const value = state.pairs.full && Number.isFinite(state.mine) ? read(state.pairs) : Number.NaN;
      return Number.isFinite(value) ? value + 0 : Number.NaN;
    },
    save: ({ pairs, intervals, mine, other, mineBefore, otherBefore }) => ({
      pairs: pairs.save(),
      end: intervals.end,
      mine,
      other,
      mineBefore,
      otherBefore,
    }),
    restore: (saved) => {
      const { pairs, end, ...rest } = saved as { readonly pairs: Plain; readonly end: number } & Record<
        string,
        number
      >;
      const state = Object.assign(new Series(window, every), rest);
      state.pairs.load(pairs);
      state.intervals.end = end;
      return state;
    },
  };
}

/**
 * Pearson's correlation with another instrument over the last `window` intervals, from -1 to 1. Both mids are read at this
 * instrument's own events; `NaN` where either has not moved.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * rollingCorrelation({ to: instrumentId('ETH-USDT.SPOT@binance'), window: 60, every: '1m' });
 */
export function rollingCorrelation(options: BetweenSeriesOptions): Feature<Series> {
  const text = { unit: 'from -1 to 1', source: 'Pearson; TA-Lib CORREL with of: prices' };
  return between('rollingCorrelation', text, options, ({ correlation }) => correlation);
}

/**
 * Beta to another instrument over the last `window` intervals: how far this one moves for each move of the other, by least
 * squares. `NaN` where the other has not moved.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * rollingBeta({ to: instrumentId('BTC-USDT.SPOT@binance'), window: 60, every: '1m' });
 */
export function rollingBeta(options: BetweenSeriesOptions): Feature<Series> {
  const text = { unit: 'moves a move', source: 'covariance over variance of the other; TA-Lib BETA' };
  return between('rollingBeta', text, options, ({ slope }) => slope);
}
