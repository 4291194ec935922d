import type { SharpeRatio } from '../statistics/sharpe.js';

/** One trade of an instrument: from flat, or from the other side, until it was flat again or turned. */
export interface ClosedTrade {
  readonly instrument: string;
  /** Unix milliseconds. */
  readonly opened: number;
  readonly closed: number;
  readonly side: 'long' | 'short';
  /** After fees, in the reporting currency at the rate of the end; the fee of an order that turns counts for what it ends. */
  readonly profit: number;
}

/** What a desk did in a stretch of time: plain data. Money in the reporting currency, times in Unix milliseconds. */
export interface Performance {
  readonly currency: string;
  /** What was measured: from the first event, or from when the desk was let loose. `NaN`: no event. */
  readonly from: number;
  readonly to: number;
  /** Realised and unrealised at the mark, after fees, funding and interest. What is held at the end is not sold. */
  readonly netProfit: number;
  readonly fees: number;
  readonly sharpe: SharpeRatio;
  /** Largest fall of the profit below its peak, at least 0, looked at with every frame. */
  readonly maximumDrawdown: number;
  /** Traded notional; fills without a conversion rate are missing from it. */
  readonly turnover: number;
  readonly orders: number;
  readonly fills: number;
  /** Proposals that risk denied. */
  readonly denied: number;
  readonly trades: readonly ClosedTrade[];
  /** Profit of each whole period, oldest first. */
  readonly returns: readonly number[];
  /** Why it halted, or `null`. */
  readonly halted: string | null;
}
