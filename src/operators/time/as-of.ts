import { integerAtLeast, knownKeys, oneOf, refuse } from '../../domain/check.js';
import { type Duration, milliseconds } from '../../domain/duration.js';

/** By which clock the other instrument's price is looked up, and how old it may be. */
export interface AsOfOptions {
  /**
   * `known`: what was known here when the frame came. `event`: what had happened at the other venue when the frame's
   * own event happened at its venue, as far as it was known here by then.
   *
   * @default "known"
   */
  readonly on?: 'known' | 'event';
  /** Prices older than this are `NaN`. @default never */
  readonly staleAfter?: Duration;
  /** With `on: 'event'`: how many prices of the other instrument are kept to look back into. @default 1024 */
  readonly memory?: number;
}

/** One instrument's prices as of the events of another: what `aligned` joins. */
export interface AsOf {
  readonly instrument: string;
  readonly other: string;
  readonly on: 'known' | 'event';
  /** Milliseconds; `Infinity`: never stale. */
  readonly staleAfter: number;
  readonly memory: number;
}

/**
 * An as-of join: for each event of `instrument`, the last prices of `other` at or before it.
 *
 * On event time the answer rests on rows already known alone: a row of `other` that comes late is seen by later
 * frames, and changes no earlier answer. Two rows of one event time: the one known last counts. Both venues' clocks are
 * taken as they are (see `clockSkew`); an event without venue time has no answer and makes no row.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * aligned({ perpetual: asOf('BTC-USDT.SPOT@binance', 'BTC-USDT.PERP@binance', { on: 'known', staleAfter: '1s' }) })
 */
export function asOf(instrument: string, other: string, options: AsOfOptions = {}): AsOf {
  knownKeys('asOf', options, ['on', 'staleAfter', 'memory']);
  if (instrument === other) refuse('asOf', 'of two instruments', other);
  const { staleAfter } = options;
  return {
    instrument,
    other,
    on: oneOf('asOf.on', options.on ?? 'known', ['known', 'event']),
    staleAfter:
      staleAfter === undefined ? Number.POSITIVE_INFINITY : milliseconds('asOf.staleAfter', staleAfter),
    memory: integerAtLeast('asOf.memory', options.memory ?? 1_024, 1),
  };
}
