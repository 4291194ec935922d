import type { Frame } from '../../core/frame.js';
import type { Verdict } from '../../domain/verdict.js';
import type { MarketFields } from '../books/books.js';
import type { LedgerFields } from '../ledger/stage.js';
import type { ProposalFields } from '../routing/best-net-price.js';
import type { LimitsView } from './limit-use.js';
import type { TradingStatus } from './trading-state.js';

/** What `risk` adds to a frame. */
export interface VerdictFields {
  /** What became of the frame's proposals, and the engine's own orders. */
  verdicts: readonly Verdict[];
  /** The desk's trading state. */
  tradingStatus: TradingStatus;
}

/** What `risk` shows of its limits. */
export interface LimitFields {
  /** How much of each limit is in use: live, for one pass. */
  limits: LimitsView;
}

/** What the risk engine needs of a frame. */
export type RiskNeeds = Frame & MarketFields & LedgerFields & ProposalFields;

/** A frame that the engine is at work on. */
export type JudgedFrame = RiskNeeds & VerdictFields;
