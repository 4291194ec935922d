import type { Frame } from '../../core/frame.js';

/** What a summary asks of a ledger. Money in the reporting currency; `NaN` and `undefined` are unknown. */
export interface SummaryLedger {
  readonly reportingCurrency: string;
  /** Gross notional held at a venue, or everywhere. */
  exposure(venue?: string): number;
  convert(amount: number, from: string, to: string): number | undefined;
}

/** The frames that a summary takes: any chain with a ledger has them. */
export interface SummaryFrame extends Frame {
  /** Profit of the desk in the reporting currency. */
  readonly profit: number;
  readonly ledger: SummaryLedger;
}
