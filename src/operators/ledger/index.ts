export { type OrderGroup, orderTermsFault } from '../../domain/order.js';
export { UNATTRIBUTED } from './attribution.js';
export type { Costing } from './cost-basis.js';
export type { CurrencyTotal } from './currency-totals.js';
export { Ledger } from './ledger.js';
export { type LedgerNotice, type LedgerNoticeCode, NO_NOTICES } from './ledger-notice.js';
export type { LedgerOptions } from './ledger-options.js';
export type { LedgerView } from './ledger-view.js';
export type { MarginRates, MarginSettings } from './margin.js';
export { type Difference, reconcile } from './reconcile.js';
export { RECONCILIATION } from './reconcile-positions.js';
export {
  type DifferencePolicy,
  type ReconciliationPolicy,
  reconciliationPolicy,
} from './reconciliation-policy.js';
export { reconciliationPrice } from './reconciliation-price.js';
export type { Statement, StatementLine, StatementSection } from './statement.js';
export type { OrderRecord } from './tracked-order.js';
