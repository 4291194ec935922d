import { integerAtLeast, knownKeys } from '../../domain/check.js';
import { type Duration, milliseconds } from '../../domain/duration.js';
import { fromPlain } from '../../domain/plain.js';
import type { RiskRule } from './rule.js';
import { type RuleScope, Scope } from './scope.js';

/** How many losses in a row, and what then. */
export interface LossStreakOptions {
  readonly limit: number;
  /** How long nothing is added after the last of them. */
  readonly coolDown: Duration;
  /** Where. @default everywhere */
  readonly scope?: Omit<RuleScope, 'agent'>;
}

interface Streak {
  losses: number;
  /** When the last loss was booked (Unix milliseconds). */
  at: number;
  /** The order that lost last: its many fills are one loss. */
  order: string;
  /** Realised profit by instrument, as it was at the last fill. */
  readonly realised: Float64Array;
}

/**
 * After so many losses in a row, a pause. A loss is an order that closed lots below what they cost, before fees; a profit
 * ends the streak, and so does the pause.
 *
 * ```
 * closed     --l-l------     two losses
 * proposals  ------a---b     b comes after the pause
 *            risk([lossStreak({ limit: 2, coolDown: '1h' })])
 * verdicts   ------n---y
 * ```
 *
 * @throws ConfigurationError for options that cannot be
 * @example
 * risk([lossStreak({ limit: 5, coolDown: '1h' })])
 */
export function lossStreak(options: LossStreakOptions): RiskRule<Streak> {
  knownKeys('lossStreak', options, ['limit', 'coolDown', 'scope']);
  const limit = integerAtLeast('lossStreak.limit', options.limit, 1);
  const coolDown = milliseconds('lossStreak.coolDown', options.coolDown);
  const scope = new Scope('lossStreak', options.scope, ['venue', 'instrument', 'asset']);
  return {
    name: scope.ruleName('lossStreak'),
    limit,
    fingerprint: `lossStreak(${coolDown},${scope.name})`,
    check: (instruments) => scope.check(instruments),
    allows: (count) => (Number.isSafeInteger(count) ? undefined : 'a whole number'),
    observes: ['report'],
    init: ({ size }) => ({ losses: 0, at: 0, order: '', realised: new Float64Array(size) }),
    observe: (streak, event, { ts, ledger, instruments }, index, allowed) => {
      if (event.kind !== 'report' || index < 0) return;
      const gain = ledger.realised(index) - (streak.realised[index] as number);
      // What a bust or a correction makes of earlier trades is no part of the next fill's gain.
      streak.realised[index] = ledger.realised(index);
      if (event.type !== 'fill' || gain === 0 || !scope.has(instruments.at(index))) return;
      // The pause has ended the streak.
      if (streak.losses >= allowed && ts - streak.at >= coolDown) streak.losses = 0;
      if (gain > 0) {
        streak.losses = 0;
        return;
      }
      if (event.clientOrderId !== streak.order || streak.losses === 0) streak.losses++;
      streak.order = event.clientOrderId;
      streak.at = ts;
    },
    save: ({ losses, at, order, realised }) => ({ losses, at, order, realised: realised.slice() }),
    restore: (saved) => {
      const streak = fromPlain<Streak>(saved);
      return { ...streak, realised: streak.realised.slice() };
    },
    uses: (allowed, { ts }, { losses, at }) => (losses >= allowed && ts - at >= coolDown ? 0 : losses),
    judge: (_proposal, listed, allowed, { ts }, { losses, at }) => {
      if (!scope.has(listed) || losses < allowed || ts - at >= coolDown) return undefined;
      return `${losses} losses in a row, at the limit of ${allowed}: a pause of ${coolDown} ms has ${coolDown - (ts - at)} to go`;
    },
  };
}
