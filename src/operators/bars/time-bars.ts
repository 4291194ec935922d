import { integerAtLeast, knownKeys, oneOf } from '../../domain/check.js';
import { type Duration, milliseconds } from '../../domain/duration.js';
import type { BarDefinition, CommonBarOptions } from './bar-definition.js';
import type { BarSource } from './print.js';
import { TimeCutter } from './time-cutter.js';

/** The interval of bars by time, and the clock by which trades find theirs. */
export interface TimeBarOptions extends CommonBarOptions {
  /** Length of a bar, in whole milliseconds. */
  readonly every: Duration;
  /** Whether an interval without trades gives a bar that carries the last close. @default "none" */
  readonly gaps?: 'none' | 'empty';
  /** @default "trade" */
  readonly of?: BarSource;
  /**
   * The clock by which a trade finds its bar: when it was known here, or when it happened at the venue.
   *
   * @default "known"; bars of bars go by their start
   */
  readonly on?: 'known' | 'event';
  /**
   * With `on: 'event'` and for bars of bars: how long after its end, by the known clock, a bar waits for what is still
   * under way. A later trade closes it sooner. It has to be longer than the venue's clock is behind ours.
   *
   * @default "1s"
   */
  readonly patience?: Duration;
}

/** The longer interval into which bars are joined. */
export interface ResampleOptions
  extends Pick<TimeBarOptions, 'every' | 'gaps' | 'patience'>,
    CommonBarOptions {}

/**
 * Bars of equal time.
 *
 * ```
 * trades    -1--3--|-----2--|--------|4    bars of 9 ms
 *           timeBars({ every: 9 })
 * closed           A        B          (A: 1 3, B: 2; at 4 the third interval had none)
 * ```
 *
 * A bar covers `[start, end)` and is closed by the first event of any instrument at or after its end, or by a timer
 * when nothing comes. By the known clock no trade is ever late; one that happened before the bar began is counted in
 * it nevertheless (`late`). By the event clock a trade that comes after its bar was closed counts in the next one, and
 * as `late`: volume is never lost, and a closed bar never changes. A trade without a venue time goes by the known clock.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * bars({ oneMinute: timeBars({ every: '1m', gaps: 'empty' }) })
 */
export function timeBars(options: TimeBarOptions): BarDefinition {
  knownKeys('timeBars', options, ['every', 'gaps', 'of', 'on', 'patience', 'session']);
  const every = integerAtLeast('timeBars.every', milliseconds('timeBars.every', options.every), 1);
  const gaps = oneOf('timeBars.gaps', options.gaps ?? 'none', ['none', 'empty']);
  const source = oneOf('timeBars.of', options.of ?? 'trade', ['trade', 'bookTrade', 'mid', 'bar']);
  const on = source === 'bar' ? 'event' : oneOf('timeBars.on', options.on ?? 'known', ['known', 'event']);
  const patience = on === 'known' ? 0 : milliseconds('timeBars.patience', options.patience ?? '1s');
  const { session } = options;
  const settings = { every, fill: gaps === 'empty', byEvent: on === 'event', patience, session };
  return {
    source,
    fingerprint: `timeBars(${every},${gaps},${source},${on},${patience},${session?.fingerprint ?? 'none'})`,
    cutter: () => new TimeCutter(settings),
  };
}

/**
 * Longer bars out of recorded shorter ones (`bar` events), each counted where it starts. A bar is closed by the short
 * bar that reaches its end, by a later one, or when `patience` is over.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * bars({ fiveMinutes: resample({ every: '5m' }) })
 */
export function resample(options: ResampleOptions): BarDefinition {
  knownKeys('resample', options, ['every', 'gaps', 'patience', 'session']);
  return timeBars({ ...options, of: 'bar' });
}
