import { knownKeys } from '../../domain/check.js';
import { type Duration, milliseconds } from '../../domain/duration.js';
import type { Plain } from '../../domain/plain.js';
import { type Feature, fingerprint } from './feature.js';
import { Intervals } from './kernels/intervals.js';
import { RollingPair } from './kernels/rolling-pair.js';
import { windowSize } from './window-size.js';

/** The intervals over which {@link kyleLambda} measures. */
export interface KyleLambdaOptions {
  /** Intervals that count; at least 2. */
  readonly window: number;
  /** Length of an interval in event time. */
  readonly every: Duration;
}

class Impact {
  readonly pairs: RollingPair;
  readonly intervals: Intervals;
  mid: number = Number.NaN;
  /** The mid when the present interval began. */
  from: number = Number.NaN;
  /** Signed quantity traded in the present interval. */
  flow = 0;

  constructor(window: number, every: number) {
    this.pairs = new RollingPair(window);
    this.intervals = new Intervals(every);
  }
}

/**
 * Kyle's lambda: how far the mid moves for each unit that buyers take more than sellers, by least squares over the last
 * `window` intervals. `NaN` where nothing was traded, and while the mid is unknown.
 *
 * ```
 * trades     +2  -1 |+3    |
 * mid      100--101-|--103-|   pairs (flow, change of the mid): (1, 1) (3, 2)
 * ```
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * kyleLambda({ window: 120, every: '5s' });
 */
export function kyleLambda(options: KyleLambdaOptions): Feature<Impact> {
  knownKeys('kyleLambda', options, ['window', 'every']);
  const window = windowSize('kyleLambda.window', options.window, 2);
  const every = milliseconds('kyleLambda.every', options.every);
  return {
    warmUp: window + 1,
    unit: 'price a base unit',
    source: 'Kyle 1985; slope of the change of the mid on signed quantity (Hasbrouck 2009)',
    fingerprint: fingerprint('kyleLambda', { window, every }),
    init: () => new Impact(window, every),
    update: (state, input) => {
      const ended = state.intervals.ended(input.ts);
      if (ended > 0) {
        const { mid, from } = state;
        if (Number.isFinite(mid - from)) state.pairs.push(state.flow, mid - from);
        // Then it was quiet: a long silence fills the window and no more.
        if (Number.isFinite(mid))
          for (let quiet = Math.min(ended - 1, window); quiet > 0; quiet--) state.pairs.push(0, 0);
        state.from = mid;
        state.flow = 0;
      }
      if (Number.isFinite(input.mid) || input.kind !== 'trade') state.mid = input.mid;
      const flow = input.tradeSign * input.tradeQuantity;
      if (Number.isFinite(flow)) state.flow += flow;
      const value = state.pairs.full && Number.isFinite(state.mid) ? state.pairs.slope : Number.NaN;
      return Number.isFinite(value) ? value + 0 : Number.NaN;
    },
    save: ({ pairs, intervals, mid, from, flow }) => ({
      pairs: pairs.save(),
      end: intervals.end,
      mid,
      from,
      flow,
    }),
    restore: (saved) => {
      const { pairs, end, ...rest } = saved as { readonly pairs: Plain; readonly end: number } & Record<
        string,
        number
      >;
      const state = Object.assign(new Impact(window, every), rest);
      state.pairs.load(pairs);
      state.intervals.end = end;
      return state;
    },
  };
}
