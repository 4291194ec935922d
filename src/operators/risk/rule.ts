import type { Event, EventKind } from '../../domain/event.js';
import type { InstrumentTable, ListedInstrument } from '../../domain/instrument-table.js';
import type { Proposal } from '../../domain/order.js';
import type { Plain } from '../../domain/plain.js';
import type { MarketsView } from '../books/markets.js';
import type { LedgerView } from '../ledger/ledger-view.js';

/** What rules judge by. Lots are signed or counted by instrument index; money is in the reporting currency. */
export interface RiskView {
  readonly ts: number;
  readonly instruments: InstrumentTable;
  readonly markets: MarketsView;
  readonly ledger: LedgerView;
  /** Approvals that the ledger does not know of yet, oldest first. */
  readonly onTheWay: readonly Proposal[];
  /** The position if every open order and every approval of this frame fills on the buying side, and none on the other. */
  worstLong(index: number): number;
  /** As {@link worstLong}, on the selling side. */
  worstShort(index: number): number;
  /** As {@link worstLong}, of one agent: its shares of the orders. Walks the instrument's open orders. */
  agentWorstLong(agent: string, index: number): number;
  /** As {@link agentWorstLong}, on the selling side. */
  agentWorstShort(agent: string, index: number): number;
  /** Gross notional of one lot at the mark; `NaN` when price or rate is unknown. */
  lotNotional(index: number): number;
}

/** What happens when a rule is broken by what has happened already (not by a proposal, which is merely denied). */
export type BreachAction = 'kill' | 'reduce';

/**
 * What a rule about sizes does. All of them stop a proposal that leads beyond the limit: `clip` cuts it to what the limit
 * leaves, the others deny it. When the limit is broken already (prices moved, a fill nobody knew of), `reduce` brings the
 * position back and `kill` stops everything; `deny` and `clip` leave it as it is.
 */
export type RuleAction = 'deny' | 'clip' | BreachAction;

/** A breach that a rule has found. */
export interface Breach {
  readonly action: BreachAction;
  /** Names the limit and the value. */
  readonly reason: string;
  /** What is to be brought back, by instrument; missing: nothing beyond the action itself. */
  readonly excess?: readonly { readonly index: number; readonly lots: number }[];
  /** What is halted, or set to reducing. @default "desk" */
  readonly scope?: string;
}

/**
 * A limit as a value: composed into the risk operator, changed by `control` events of scope `limit:NAME`.
 *
 * A rule itself holds no state. What it must remember is made by `init`, told of events by `observe`, handed to `judge` and
 * `watch`, and is part of the risk stage's snapshot through `save` and `restore`, under the rule's name.
 */
export interface RiskRule<Memory = unknown> {
  /** Unique in the operator, such as `maxPosition` or `maxPosition:BTC`. */
  readonly name: string;
  readonly limit: number;
  /** Kind, scope and action in one line. */
  readonly fingerprint: string;
  /** Whether a proposal that it refuses is cut to the most that it would let pass. @default false */
  readonly clips?: boolean;
  /** Whether it judges verified reductions as well; then it must let them pass on what is unknown. @default false */
  readonly judgesReductions?: boolean;
  /** Why the rule would guard nothing among these instruments; the pipeline then does not start. */
  check?(instruments: InstrumentTable): string | undefined;
  /** What a new limit must be, when it cannot be this one: `a whole number`. A limit is above 0 and finite anyway. */
  allows?(limit: number): string | undefined;
  /** Why a proposal that adds risk must not pass, or `undefined`. The limit is the one in force now. Changes nothing. */
  judge?(
    proposal: Proposal,
    listed: ListedInstrument,
    limit: number,
    view: RiskView,
    memory: Memory,
  ): string | undefined;
  /**
   * How much of the limit is in use now, in the limit's own unit, at the worst of what open orders may do: what monitoring shows
   * beside the limit. `NaN` is unknown. Missing for a rule that looks at one order at a time.
   */
  uses?(limit: number, view: RiskView, memory: Memory): number;
  /** Looks after every event whether the limit is broken already. `index`: the event's instrument, or -1. */
  watch?(limit: number, view: RiskView, index: number, memory: Memory): Breach | undefined;
  /** Events that {@link observe} is told of, before anything is judged. */
  readonly observes?: readonly EventKind[];
  init?(instruments: InstrumentTable): Memory;
  /** Takes note of an event. The ledger and the markets know it already. `index`: its instrument, or -1. */
  observe?(memory: Memory, event: Event, view: RiskView, index: number, limit: number): void;
  save?(memory: Memory): Plain;
  /** The memory again, equal to the bit. */
  restore?(saved: Plain, instruments: InstrumentTable): Memory;
}
