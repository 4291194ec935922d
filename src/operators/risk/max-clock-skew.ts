import { knownKeys } from '../../domain/check.js';
import { type Duration, milliseconds } from '../../domain/duration.js';
import type { RiskRule } from './rule.js';

/** How far a venue's time may be from ours. */
export interface MaxClockSkewOptions {
  /** Ahead or behind; delay on the way counts as behind. */
  readonly limit: Duration;
}

/**
 * Nothing is added on a market whose last word bears a time too far from our own: a clock is wrong, or the feed lags.
 *
 * ```
 * quotes     q-----r-----     r left the venue two seconds ago
 * proposals  --a-----b---
 *            risk([maxClockSkew({ limit: '1s' })])
 * verdicts   --y-----n---
 * ```
 *
 * A market that tells no time (0) is denied. The limit, which operators may change, is in milliseconds.
 *
 * @throws ConfigurationError for options that cannot be
 * @example
 * risk([maxClockSkew({ limit: '500ms' })])
 */
export function maxClockSkew(options: MaxClockSkewOptions): RiskRule<Float64Array> {
  knownKeys('maxClockSkew', options, ['limit']);
  const limit = milliseconds('maxClockSkew.limit', options.limit);
  return {
    name: 'maxClockSkew',
    limit,
    fingerprint: 'maxClockSkew',
    observes: ['quote', 'trade', 'book', 'bookOrder'],
    init: ({ size }) => new Float64Array(size).fill(Number.NaN),
    observe: (behind, event, { ts }, index) => {
      if (index >= 0 && 'venueTime' in event)
        behind[index] = event.venueTime > 0 ? ts - event.venueTime : Number.NaN;
    },
    save: (behind) => behind.slice(),
    restore: (saved) => (saved as Float64Array).slice(),
    judge: (_proposal, { id, index }, allowed, _view, behind) => {
      const skew = behind[index] as number;
      if (Math.abs(skew) <= allowed) return undefined;
      if (Number.isNaN(skew)) return `the time of ${id} is unknown`;
      return `the time of ${id} is ${Math.abs(skew)} ms ${skew > 0 ? 'behind' : 'ahead'}, beyond the limit of ${allowed} ms`;
    },
  };
}
