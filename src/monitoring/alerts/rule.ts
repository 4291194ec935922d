import { knownKeys, nonEmptyName, numberAtLeast, oneOf, positiveNumber, refuse } from '../../domain/check.js';
import type { Labels } from '../metrics/series.js';

/** `page`: wake somebody; `ticket`: somebody should look at it in the morning. */
export type AlertSeverity = 'page' | 'ticket';

/** When an alert fires: while a number of a metric, series by series, is beyond a bound. */
export interface AlertRule {
  /** Such as `Drawdown`. */
  readonly name: string;
  readonly severity: AlertSeverity;
  /** Of a counter or a gauge, in full: `millrace_drawdown_ratio`. */
  readonly metric: string;
  /** Only series with these labels. @default all */
  readonly where?: Labels;
  /**
   * What is compared: the number itself, how much it grew in the last `window`, or how many seconds ago the time is that it
   * names (Unix seconds). @default "level"
   */
  readonly of?: 'level' | 'increase' | 'age';
  /** Milliseconds, for an increase. */
  readonly window?: number;
  /** Fires above this; exactly one of `above` and `below`. */
  readonly above?: number;
  /** Fires below this. */
  readonly below?: number;
  /** Milliseconds for which it has to be so. @default 0 */
  readonly for?: number;
  /** For people, in one sentence. */
  readonly summary: string;
}

const KEYS: readonly (keyof AlertRule)[] = [
  'name',
  'severity',
  'metric',
  'where',
  'of',
  'window',
  'above',
  'below',
  'for',
  'summary',
];

/** @throws ConfigurationError naming the rule, the value and what would be right */
export function checkAlertRule(rule: AlertRule): void {
  const name = nonEmptyName('alert rule', rule.name);
  const at = `alert ${name}`;
  knownKeys(at, rule, KEYS);
  oneOf(`${at}.severity`, rule.severity, ['page', 'ticket'] as const);
  nonEmptyName(`${at}.metric`, rule.metric);
  if (typeof rule.summary !== 'string' || rule.summary === '')
    refuse(`${at}.summary`, 'a sentence for people', rule.summary);
  const kind = oneOf(`${at}.of`, rule.of ?? 'level', ['level', 'increase', 'age'] as const);
  if (kind === 'increase') positiveNumber(`${at}.window`, rule.window as number);
  else if (rule.window !== undefined)
    refuse(`${at}.window`, 'left out: it belongs to an increase', rule.window);
  const bounds = [rule.above, rule.below].filter((bound) => bound !== undefined);
  if (bounds.length !== 1 || !Number.isFinite(bounds[0]))
    refuse(at, 'one finite bound, above or below', { above: rule.above, below: rule.below });
  numberAtLeast(`${at}.for`, rule.for ?? 0, 0);
}
