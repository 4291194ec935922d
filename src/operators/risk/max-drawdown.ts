import { knownKeys, oneOf, positiveNumber } from '../../domain/check.js';
import type { BreachAction, RiskRule } from './rule.js';

/** The deepest fall from the best that was reached. */
export interface MaxDrawdownOptions {
  /** In the reporting currency, from the high-water mark of the profit. */
  readonly limit: number;
  /** `kill` stops everything and cancels; `reduce` lets only reductions pass. @default "kill" */
  readonly action?: BreachAction;
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
 * risk([maxDrawdown({ limit: 20_000 })])
 */
export function maxDrawdown(options: MaxDrawdownOptions): RiskRule {
  knownKeys('maxDrawdown', options, ['limit', 'action']);
  const limit = positiveNumber('maxDrawdown.limit', options.limit);
  const action = oneOf('maxDrawdown.action', options.action ?? 'kill', ['kill', 'reduce']);
  const words = (drawdown: number, currency: string, allowed: number): string =>
    `the drawdown is ${drawdown.toFixed(2)} ${currency}, at the limit of ${allowed}`;
  return {
    name: 'maxDrawdown',
    limit,
    fingerprint: `maxDrawdown(${action})`,
    judge: (_proposal, _listed, allowed, { ledger }) => {
      const drawdown = ledger.drawdown();
      if (drawdown < allowed) return undefined;
      if (Number.isNaN(drawdown)) return 'the drawdown is unknown: a mark or a conversion rate is missing';
      return words(drawdown, ledger.reportingCurrency, allowed);
    },
    watch: (allowed, { ledger }) => {
      const drawdown = ledger.drawdown();
      if (!(drawdown >= allowed)) return undefined;
      return { action, reason: words(drawdown, ledger.reportingCurrency, allowed) };
    },
  };
}
