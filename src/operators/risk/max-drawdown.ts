import { knownKeys, oneOf, positiveNumber } from '../../domain/check.js';
import { profitOf } from './part-profit.js';
import type { BreachAction, RiskRule, RiskView } from './rule.js';
import { type RuleScope, Scope } from './scope.js';
import { reached } from './within.js';

/** The deepest fall from the best that was reached. */
export interface MaxDrawdownOptions {
  /** In the reporting currency, from the high-water mark of the profit. */
  readonly limit: number;
  /** `kill` stops everything and cancels; `reduce` lets only reductions pass. @default "kill" */
  readonly action?: BreachAction;
  /** Whose fall; an agent's or a venue's breach stops that alone. @default the desk's */
  readonly scope?: Pick<RuleScope, 'agent' | 'venue'>;
}

/**
 * No deeper fall from the high-water mark than this, over days and restarts: the mark is part of the ledger's state.
 *
 * ```
 * profit     0 8 3 -2 -2
 * proposals  a b c  d  e     buy, ..., e: sell what is held
 *            risk([maxDrawdown({ limit: 10 })])
 * verdicts   y y y  n  y     at d the drawdown is 10: everything was canceled
 * ```
 *
 * @throws ConfigurationError for options that cannot be
 * @example
 * risk([maxDrawdown({ limit: 20_000 }), maxDrawdown({ limit: 2_000, scope: { agent: 'trend' } })])
 */
export function maxDrawdown(options: MaxDrawdownOptions): RiskRule {
  knownKeys('maxDrawdown', options, ['limit', 'action', 'scope']);
  const limit = positiveNumber('maxDrawdown.limit', options.limit);
  const action = oneOf('maxDrawdown.action', options.action ?? 'kill', ['kill', 'reduce']);
  const scope = new Scope('maxDrawdown', options.scope, ['agent', 'venue']);
  const { memory, drawdown } = profitOf(scope);
  const what = scope.name === '' ? 'the drawdown' : `the drawdown of ${scope.name}`;
  const words = (fall: number, { ledger }: RiskView, allowed: number): string =>
    `${what} is ${fall.toFixed(2)} ${ledger.reportingCurrency}, at the limit of ${allowed}`;
  return {
    name: scope.ruleName('maxDrawdown'),
    limit,
    fingerprint: `maxDrawdown(${scope.name},${action})`,
    check: (instruments) => scope.check(instruments),
    ...memory,
    judge: (proposal, listed, allowed, view, known) => {
      if (!scope.concerns(proposal, listed)) return undefined;
      const fall = drawdown(view, known);
      if (Number.isNaN(fall)) return `${what} is unknown: a mark or a conversion rate is missing`;
      return reached(fall, allowed) ? words(fall, view, allowed) : undefined;
    },
    uses: (_limit, view, known) => Math.max(0, drawdown(view, known)),
    watch: (allowed, view, _index, known) => {
      const fall = drawdown(view, known);
      if (!reached(fall, allowed)) return undefined;
      return { action, scope: scope.restricts, reason: words(fall, view, allowed) };
    },
  };
}
