import { knownKeys, oneOf, positiveNumber } from '../../domain/check.js';
import type { BreachAction, RiskRule } from './rule.js';

/** The largest loss in one trading day. */
export interface MaxDailyLossOptions {
  /** In the reporting currency, realised and unrealised, after fees. */
  readonly limit: number;
  /** `kill` stops everything and cancels; `reduce` lets only reductions pass. @default "kill" */
  readonly action?: BreachAction;
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
 * risk([maxDailyLoss({ limit: 5_000 })])
 */
export function maxDailyLoss(options: MaxDailyLossOptions): RiskRule {
  knownKeys('maxDailyLoss', options, ['limit', 'action']);
  const limit = positiveNumber('maxDailyLoss.limit', options.limit);
  const action = oneOf('maxDailyLoss.action', options.action ?? 'kill', ['kill', 'reduce']);
  return {
    name: 'maxDailyLoss',
    limit,
    fingerprint: `maxDailyLoss(${action})`,
    judge: (_proposal, _listed, allowed, { ledger }) => {
      const profit = ledger.dayProfit();
      if (Number.isNaN(profit)) return "the day's profit is unknown: a mark or a conversion rate is missing";
      if (profit > -allowed) return undefined;
      return `the day's loss is ${(-profit).toFixed(2)} ${ledger.reportingCurrency}, at the limit of ${allowed}`;
    },
    watch: (allowed, { ledger }) => {
      const profit = ledger.dayProfit();
      if (!(profit <= -allowed)) return undefined;
      return {
        action,
        reason: `the day's loss is ${(-profit).toFixed(2)} ${ledger.reportingCurrency}, at the limit of ${allowed}`,
      };
    },
  };
}
