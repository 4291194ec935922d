import { integerAtLeast, knownKeys, nonEmptyName, numberAtLeast, oneOf } from '../../domain/check.js';
import type { Costing } from './cost-basis.js';
import { type MarginSettings, marginSettings } from './margin.js';
import { type ReconciliationPolicy, reconciliationPolicy } from './reconciliation-policy.js';

/** How a ledger counts. */
export interface LedgerOptions {
  /** The currency of profit, equity and exposure, such as `USDT`. */
  readonly reportingCurrency: string;
  /** What the desk began with, in the reporting currency: equity is this plus the profit. @default 0 */
  readonly capital?: number;
  /** How many finished orders are remembered, so that a late or repeated report is recognised. @default 10_000 */
  readonly finishedOrders?: number;
  /** Milliseconds after midnight UTC at which the trading day starts. @default 0 */
  readonly dayOffset?: number;
  /** Which lots a close takes its cost from: all at their mean, or first in, first out. @default "average" */
  readonly costing?: Costing;
  /** What venues ask for on contracts, by instrument id or venue. @default none: the margin of contracts is unknown */
  readonly margin?: MarginSettings;
  /** What to do when a venue's truth differs. @default everything is adopted; orders have 5 s of grace */
  readonly reconciliation?: Partial<ReconciliationPolicy>;
}

/** Options with every default filled in. */
export interface LedgerSettings extends Required<LedgerOptions> {
  readonly reconciliation: ReconciliationPolicy;
}

/**
 * Checks the options and fills in the defaults.
 *
 * @throws ConfigurationError naming the setting, the value and what would be right
 */
export function ledgerOptions(options: LedgerOptions): LedgerSettings {
  knownKeys('ledger', options, [
    'reportingCurrency',
    'capital',
    'finishedOrders',
    'dayOffset',
    'costing',
    'margin',
    'reconciliation',
  ]);
  return {
    reportingCurrency: nonEmptyName('ledger.reportingCurrency', options.reportingCurrency),
    capital: numberAtLeast('ledger.capital', options.capital ?? 0, 0),
    finishedOrders: integerAtLeast('ledger.finishedOrders', options.finishedOrders ?? 10_000, 1),
    dayOffset: numberAtLeast('ledger.dayOffset', options.dayOffset ?? 0, 0, 86_399_999),
    costing: oneOf('ledger.costing', options.costing ?? 'average', ['average', 'fifo']),
    margin: marginSettings(options.margin ?? {}),
    reconciliation: reconciliationPolicy(options.reconciliation ?? {}),
  };
}
