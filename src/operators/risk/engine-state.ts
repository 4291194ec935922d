import type { ClientOrderId } from '../../domain/brand.js';
import type { InstrumentTable } from '../../domain/instrument-table.js';
import { fromPlain, type Plain } from '../../domain/plain.js';
import { FrameRiskView } from './frame-risk-view.js';
import type { Memories, RuleMemories } from './memories.js';
import { StandingCancels } from './standing-cancels.js';
import { TradingState } from './trading-state.js';

/** What the risk engine knows, beside what the ledger and the books know. */
export interface EngineState {
  readonly trading: TradingState;
  /** Limits that were changed at run time, by rule. */
  readonly limits: Map<string, number>;
  /** Instruments to flatten after a kill. */
  readonly flatten: Set<number>;
  /** When the engine may send its next order, by instrument. */
  readonly nextOwn: Float64Array;
  /** When the timer is due that the next of them waits for; `Infinity`: none does. */
  awaited: number;
  readonly view: FrameRiskView;
  readonly memories: Memories;
  /**
   * Orders whose cancel the ledger does not know of yet, so that two reasons for it make one cancel.
   */
  readonly canceling: Set<ClientOrderId>;
  /** Cancels that are repeated until their orders have ended. */
  readonly cancels: StandingCancels;
}

interface Saved {
  readonly trading: Plain;
  readonly limits: Readonly<Record<string, number>>;
  readonly flatten: readonly number[];
  readonly nextOwn: Float64Array;
  readonly awaited: number;
  readonly onTheWay: Plain;
  readonly rules: Plain;
  readonly canceling: readonly ClientOrderId[];
  readonly cancels: Plain;
}

export const freshState = (memories: RuleMemories, instruments: InstrumentTable): EngineState => ({
  trading: new TradingState(),
  limits: new Map(),
  flatten: new Set(),
  nextOwn: new Float64Array(instruments.size),
  awaited: Number.POSITIVE_INFINITY,
  view: new FrameRiskView(instruments),
  memories: memories.init(instruments),
  canceling: new Set(),
  cancels: new StandingCancels(),
});

export const saveState = (
  { trading, limits, flatten, nextOwn, awaited, view, canceling, cancels, memories: known }: EngineState,
  memories: RuleMemories,
): Plain => ({
  trading: trading.save(),
  limits: Object.fromEntries(limits),
  flatten: [...flatten].sort((a, b) => a - b),
  nextOwn: nextOwn.slice(),
  awaited,
  onTheWay: view.save(),
  rules: memories.save(known),
  canceling: [...canceling].sort(),
  cancels: cancels.save(),
});

export function restoreState(
  saved: Plain,
  memories: RuleMemories,
  instruments: InstrumentTable,
): EngineState {
  const { trading, limits, flatten, nextOwn, awaited, onTheWay, rules, canceling, cancels } =
    fromPlain<Saved>(saved);
  return {
    trading: TradingState.restore(trading),
    limits: new Map(Object.entries(limits)),
    flatten: new Set(flatten),
    nextOwn: nextOwn.slice(),
    awaited,
    view: new FrameRiskView(instruments).restore(onTheWay),
    memories: memories.restore(rules, instruments),
    canceling: new Set(canceling),
    cancels: StandingCancels.restore(cancels),
  };
}
