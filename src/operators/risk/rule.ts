import type { InstrumentTable, ListedInstrument } from '../../domain/instrument-table.js';
import type { Proposal } from '../../domain/order.js';
import type { MarketsView } from '../books/markets.js';
import type { LedgerView } from '../ledger/ledger-view.js';

/** What rules judge by. Lots are signed or counted by instrument index; money is in the reporting currency. */
export interface RiskView {
  readonly ts: number;
  readonly instruments: InstrumentTable;
  readonly markets: MarketsView;
  readonly ledger: LedgerView;
  /** The position if every open order and every approval of this frame fills on the buying side, and none on the other. */
  worstLong(index: number): number;
  /** As {@link worstLong}, on the selling side. */
  worstShort(index: number): number;
  /** Gross notional of one lot at the mark; `NaN` when price or rate is unknown. */
  lotNotional(index: number): number;
}

/** What happens when a rule is broken by what has happened already (not by a proposal, which is merely denied). */
export type BreachAction = 'kill' | 'reduce';

/** A breach that a rule has found. */
export interface Breach {
  readonly action: BreachAction;
  /** Names the limit and the value. */
  readonly reason: string;
  /** What is to be brought back, by instrument; missing: nothing beyond the action itself. */
  readonly excess?: readonly { readonly index: number; readonly lots: number }[];
}

/** A limit as a value: composed into the risk operator, changed by `control` events of scope `limit:NAME`. */
export interface RiskRule {
  /** Unique in the operator, such as `maxPosition` or `maxPosition:BTC`. */
  readonly name: string;
  readonly limit: number;
  /** Kind, scope and action in one line. */
  readonly fingerprint: string;
  /** Why a proposal that adds risk must not pass, or `undefined`. The limit is the one in force now. */
  judge?(proposal: Proposal, listed: ListedInstrument, limit: number, view: RiskView): string | undefined;
  /** Looks after every event whether the limit is broken already. `index`: the event's instrument, or -1. */
  watch?(limit: number, view: RiskView, index: number): Breach | undefined;
}
