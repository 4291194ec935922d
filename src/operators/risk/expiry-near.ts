import { knownKeys } from '../../domain/check.js';
import { type Duration, milliseconds } from '../../domain/duration.js';
import type { RiskRule } from './rule.js';

/** How close to its expiry a contract is left alone. */
export interface ExpiryNearOptions {
  readonly within: Duration;
}

/**
 * Nothing is added to a contract that expires soon, or has expired.
 *
 * ```
 * proposals  --a---b--     b: less than a day before the expiry
 *            risk([expiryNear({ within: '1d' })])
 * verdicts   --y---n--
 * ```
 *
 * The limit, which operators may change, is the time in milliseconds.
 *
 * @throws ConfigurationError for options that cannot be
 * @example
 * risk([expiryNear({ within: '1d' })])
 */
export function expiryNear(options: ExpiryNearOptions): RiskRule {
  knownKeys('expiryNear', options, ['within']);
  const limit = milliseconds('expiryNear.within', options.within);
  return {
    name: 'expiryNear',
    limit,
    fingerprint: 'expiryNear',
    judge: (_proposal, { id, definition: { expiry } }, within, { ts }) => {
      if (expiry === undefined || expiry - ts > within) return undefined;
      return expiry > ts
        ? `${id} expires in ${expiry - ts} ms, within the limit of ${within} ms`
        : `${id} has expired`;
    },
  };
}
