import type { CurvePoint } from './curve.js';
import type { FaultTally } from './fault-tallies.js';

/** What was filled. */
export interface FillTally {
  readonly fills: number;
  /** Fills that provided liquidity. */
  readonly maker: number;
  /** Traded notional in the reporting currency. */
  readonly volume: number;
  /** Fills that are not in the volume, for want of a conversion rate. */
  readonly unpriced: number;
  /** Against the mid at the decision, weighted by notional, in basis points; above 0: it cost. `null`: nothing measured. */
  readonly slippage: number | null;
  /** The same as money in the reporting currency. */
  readonly slippageCost: number;
}

/** Denials of one risk rule. */
export interface DenialTally {
  readonly rule: string;
  readonly count: number;
  /** The first reason. */
  readonly example: string;
}

/** A run in figures: plain data. Times in Unix milliseconds, durations in milliseconds, money in the reporting currency. */
export interface SummaryResult {
  /** Events from outside. */
  readonly events: number;
  /** Events that the core derived itself. */
  readonly derived: number;
  readonly frames: number;
  /** `NaN` before the first frame. */
  readonly firstTime: number;
  readonly lastTime: number;
  readonly orders: number;
  /** Orders that were filled at least in part, of those whose end is known. */
  readonly ordersFilled: number;
  readonly ordersDone: number;
  readonly rejected: number;
  readonly denied: number;
  readonly denials: readonly DenialTally[];
  readonly fills: FillTally;
  readonly venues: readonly (FillTally & { readonly venue: string; readonly orders: number })[];
  /** From the decision to the first word about the order, in event time; `null` without any. */
  readonly latency: { readonly mean: number; readonly most: number } | null;
  readonly profit: {
    /** Last known profit. */
    readonly last: number;
    readonly peak: number;
    readonly lowest: number;
    readonly maximumDrawdown: number;
    readonly curve: readonly CurvePoint[];
  };
  readonly exposure: { readonly most: number; readonly curve: readonly CurvePoint[] };
  /** Executions that venues took back, and such that they changed: the fills are counted as they are now. */
  readonly busts: number;
  readonly corrections: number;
  /** Funding and interest received, last known; negative: paid. */
  readonly funding: number;
  readonly interest: number;
  /** How often venues told their truth, and in how many points it differed from the ledger. */
  readonly reconciliation: {
    readonly truths: number;
    readonly differences: {
      readonly fills: number;
      readonly orders: number;
      readonly positions: number;
      readonly balances: number;
    };
  };
  readonly faults: readonly FaultTally[];
}
