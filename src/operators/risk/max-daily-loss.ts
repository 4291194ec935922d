import { knownKeys, oneOf, positiveNumber } from '../../domain/check.js';
import { profitOf } from './part-profit.js';
import type { BreachAction, RiskRule, RiskView } from './rule.js';
import { type RuleScope, Scope } from './scope.js';
import { reached } from './within.js';

/** The largest loss in one trading day. */
export interface MaxDailyLossOptions {
  /** In the reporting currency, realised and unrealised, after fees. */
  readonly limit: number;
  /** `kill` stops everything and cancels; `reduce` lets only reductions pass. @default "kill" */
  readonly action?: BreachAction;
  /** Whose loss; an agent's or a venue's breach stops that alone. @default the desk's */
  readonly scope?: Pick<RuleScope, 'agent' | 'venue'>;
}

/**
 * No more lost in a trading day than this.
 *
 * ```
 * day's profit  0 -4 -9 -10 -10
 * proposals     a  b  c   d   e     buy, ..., e: sell what is held
 *               risk([maxDailyLoss({ limit: 10 })])
 * verdicts      y  y  y   n   y     y: approved, n: denied; at d all that works was canceled
 * ```
 *
 * The loss is looked at after every event. While it is unknown (a mark or a rate is missing), nothing passes that adds
 * risk.
 *
 * @throws ConfigurationError for options that cannot be
 * @example
 * risk([maxDailyLoss({ limit: 5_000 }), maxDailyLoss({ limit: 500, scope: { agent: 'trend' } }), maxDailyLoss({ limit: 2_000, scope: { venue: 'coinbase' } })])
 */
export function maxDailyLoss(options: MaxDailyLossOptions): RiskRule {
  knownKeys('maxDailyLoss', options, ['limit', 'action', 'scope']);
  const limit = positiveNumber('maxDailyLoss.limit', options.limit);
  const action = oneOf('maxDailyLoss.action', options.action ?? 'kill', ['kill', 'reduce']);
  const scope = new Scope('maxDailyLoss', options.scope, ['agent', 'venue']);
  const { memory, dayProfit } = profitOf(scope);
  const whose = scope.name === '' ? "the day's" : `the day's (${scope.name})`;
  const words = (profit: number, { ledger }: RiskView, allowed: number): string =>
    `${whose} loss is ${(-profit).toFixed(2)} ${ledger.reportingCurrency}, at the limit of ${allowed}`;
  return {
    name: scope.ruleName('maxDailyLoss'),
    limit,
    fingerprint: `maxDailyLoss(${scope.name},${action})`,
    check: (instruments) => scope.check(instruments),
    ...memory,
    judge: (proposal, listed, allowed, view, known) => {
      if (!scope.concerns(proposal, listed)) return undefined;
      const profit = dayProfit(view, known);
      if (Number.isNaN(profit)) return `${whose} profit is unknown: a mark or a conversion rate is missing`;
      return reached(-profit, allowed) ? words(profit, view, allowed) : undefined;
    },
    uses: (_limit, view, known) => Math.max(0, -dayProfit(view, known)),
    watch: (allowed, view, _index, known) => {
      const profit = dayProfit(view, known);
      if (!reached(-profit, allowed)) return undefined;
      return { action, scope: scope.restricts, reason: words(profit, view, allowed) };
    },
  };
}
