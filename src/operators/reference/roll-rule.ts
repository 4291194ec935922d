import type { Calendar } from '../../domain/calendar.js';
import { knownKeys, numberAtLeast, oneOf, refuse } from '../../domain/check.js';

const DAY_MS = 86_400_000;

/** When the front contract gives way to the next. */
export type RollRule =
  | {
      /** At the close of the session in which the front has so many days left. */
      readonly by: 'expiry';
      /** Before its expiry, as 24 hours each. */
      readonly days: number;
      readonly calendar: Calendar;
    }
  | {
      /** At the close of the first trading day on which the next contract traded more lots; at expiry at the latest. */
      readonly by: 'volume';
      readonly calendar: Calendar;
    };

/** @throws ConfigurationError for a rule that cannot be */
export function checkRollRule(rule: RollRule): RollRule {
  oneOf('roll.rule.by', rule.by, ['expiry', 'volume']);
  knownKeys('roll.rule', rule, rule.by === 'expiry' ? ['by', 'days', 'calendar'] : ['by', 'calendar']);
  if (rule.by === 'expiry') numberAtLeast('roll.rule.days', rule.days, 0);
  if (typeof rule.calendar?.sessionOf !== 'function')
    refuse('roll.rule.calendar', 'a calendar', rule.calendar);
  return rule;
}

/** When a contract with this expiry stops being the front, whatever is traded (Unix milliseconds). */
export function latestRoll(rule: RollRule, expiry: number): number {
  if (rule.by === 'volume') return expiry;
  const close = rule.calendar.nextClose(expiry - rule.days * DAY_MS);
  // A market that never closes rolls on the dot; and none waits longer than the contract lives.
  return Math.min(close === Number.POSITIVE_INFINITY ? expiry - rule.days * DAY_MS : close, expiry);
}

export const fingerprintOfRule = (rule: RollRule): string =>
  rule.by === 'expiry'
    ? `expiry(${rule.days},${rule.calendar.fingerprint})`
    : `volume(${rule.calendar.fingerprint})`;
