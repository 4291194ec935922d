import type { ClientOrderId, InstrumentId } from './brand.js';
import type { Decision } from './decision.js';
import type { MarketEvent, RollEvent, SyncEvent } from './market-event.js';
import type { Order, Proposal, Side } from './order.js';
import type { Signal } from './signal.js';

interface ReportBase {
  readonly kind: 'report';
  readonly venue: string;
  readonly instrument: InstrumentId;
  readonly clientOrderId: ClientOrderId;
  readonly venueTime: number;
}

/** One execution of an order. Price in ticks, quantity in lots (always positive), fee an exact decimal string. */
export interface FillReport extends ReportBase {
  readonly type: 'fill';
  /** Unique for (venue, instrument). */
  readonly executionId: string;
  /** The side of our order, so that a fill of an order that nobody knows can still be booked. */
  readonly side: Side;
  readonly price: number;
  readonly quantity: number;
  readonly liquidity: 'maker' | 'taker';
  /** What was paid; negative: a rebate. */
  readonly fee: string;
  readonly feeCurrency: string;
}

/** Any other word of a venue about one of our orders. `unknown`: nobody can say whether the venue has it. */
export interface StateReport extends ReportBase {
  readonly type:
    | 'accepted'
    | 'rejected'
    | 'unknown'
    | 'canceled'
    | 'expired'
    | 'cancelRejected'
    /** This order has taken the place of the one that it replaces. */
    | 'replaced'
    /** It has not; the one that it was to replace stands. */
    | 'replaceRejected'
    /** The answer to a look-up: the venue does not know the order; a request under way may still arrive. */
    | 'notFound';
  readonly reason: string;
  /** Lots of the order executed so far, by the venue's count: more than were reported means that fills were lost. */
  readonly filled?: number;
  /**
   * Mean price of those lots: an exact decimal string. For the log: the ledger books executions, and those that were lost come by
   * a look-up or a truth. Booked at a mean as well, they would count twice when they are only late.
   */
  readonly averagePrice?: string;
  /** The request time of the look-up that this answers; absent for what a venue says by itself. */
  readonly answers?: number;
}

/** The venue took an execution back: it never was. */
export interface BustReport extends ReportBase {
  readonly type: 'bust';
  readonly executionId: string;
  readonly reason: string;
}

/** The venue changed an execution: these are its facts now, in the place of what was reported. */
export interface CorrectionReport extends ReportBase {
  readonly type: 'correction';
  /** Of the execution that is corrected. */
  readonly executionId: string;
  readonly side: Side;
  readonly price: number;
  readonly quantity: number;
  readonly liquidity: 'maker' | 'taker';
  readonly fee: string;
  readonly feeCurrency: string;
  readonly reason: string;
}

/** What a venue reports of an order of ours: a fill, a change of its state, or the bust or correction of a fill. */
export type ReportEvent = FillReport | StateReport | BustReport | CorrectionReport;

/** Balances of an account at a venue, as exact decimal strings by currency. */
export interface AccountEvent {
  readonly kind: 'account';
  readonly venue: string;
  readonly venueTime: number;
  readonly balances: readonly { readonly currency: string; readonly free: string; readonly locked: string }[];
}

/** A venue paid interest on a balance, or took it for a loan: exact, positive when received. */
export interface InterestEvent {
  readonly kind: 'interest';
  readonly venue: string;
  readonly venueTime: number;
  /** Unique for the venue: a payment told twice is booked once. */
  readonly paymentId: string;
  readonly currency: string;
  readonly amount: string;
}

/** An order as a venue knows it. Filled lots. */
export interface TrueOrder {
  readonly clientOrderId: ClientOrderId;
  readonly instrument: InstrumentId;
  readonly status: 'accepted' | 'partiallyFilled' | 'filled' | 'canceled' | 'expired' | 'rejected';
  readonly filled: number;
}

/** A position as a venue knows it: signed lots, and its mean entry price (exact decimal string; "0": not told). */
export interface TruePosition {
  readonly instrument: InstrumentId;
  readonly quantity: number;
  readonly averagePrice: string;
}

/**
 * What a venue answers when it is asked for everything, after a connect, a start or a takeover: the ledger is held
 * against it. What is not named is not told; a position that is flat is named with 0.
 */
export interface TruthEvent {
  readonly kind: 'truth';
  readonly venue: string;
  readonly venueTime: number;
  /** Closed orders are among `orders` too: only then an order that is missing is over. */
  readonly coversClosed: boolean;
  readonly orders: readonly TrueOrder[];
  /** Fills since some earlier time, up to `venueTime`; those that are known are left out. */
  readonly fills: readonly FillReport[];
  readonly positions: readonly TruePosition[];
  readonly balances: AccountEvent['balances'];
}

/** The queue that handed a signal out, and the signal's id there: the same twice is one signal. */
export interface SignalSource {
  readonly queue: string;
  readonly id: string;
}

/** A signal that another process put into the pool. */
export interface SignalEvent {
  readonly kind: 'signal';
  readonly signal: Signal;
  /** Where it waited before, so that one that is handed out again is known by the log; absent: nowhere. */
  readonly source?: SignalSource;
}

/** The reply of an asynchronous agent. */
export interface DecisionEvent {
  readonly kind: 'decision';
  readonly decision: Decision;
  /** Which of the agent's replicas spoke, from 0; absent: it has one. */
  readonly replica?: number;
}

/** Time that the core had asked to wait for has come. */
export interface TimerEvent {
  readonly kind: 'timer';
  readonly name: string;
  readonly due: number;
}

/** An operator's word: kill, resume, reduce, or a changed limit. */
export interface ControlEvent {
  readonly kind: 'control';
  readonly action: 'kill' | 'resume' | 'reduce' | 'limit';
  /** What it is about: `desk`, `venue:binance`, or `limit:maxPosition`. */
  readonly scope: string;
  /** The new limit of an action `limit`; otherwise 0. */
  readonly value: number;
  readonly by: string;
  readonly reason: string;
}

/** Who leads from here on. */
export interface EpochEvent {
  readonly kind: 'epoch';
  readonly epoch: number;
  readonly leader: string;
}

/** Something failed and was contained: what, where, and whether the pipeline halted over it. */
export interface FaultEvent {
  readonly kind: 'fault';
  /** Such as `feature:rsi`, `agent:trend`, `ledger`, `sequencer`. */
  readonly component: string;
  /** Such as `threw`, `feedback-loop`, `overflow`, `bad-input`. */
  readonly code: string;
  readonly message: string;
  readonly severity: 'notice' | 'quarantine' | 'halt';
}

/** A snapshot is taken at this place of the log. */
export interface BarrierEvent {
  readonly kind: 'barrier';
  readonly id: string;
}

/** The core sent an order on its way. Derived: replay and mirror make it again. */
export interface SubmittedEvent {
  readonly kind: 'submitted';
  readonly order: Order;
}

/**
 * The core refused one of its own proposals. Derived. It has no client order id, since those name what may be at a venue:
 * its place in the log, `(seq, sub)`, names it, and the proposal is told whole.
 */
export interface DeniedEvent {
  readonly kind: 'denied';
  readonly proposal: Proposal;
  readonly rule: string;
  readonly reason: string;
}

/** The core asked for an order to be canceled. Derived. */
export interface CancelRequestedEvent {
  readonly kind: 'cancelRequested';
  readonly clientOrderId: ClientOrderId;
  readonly instrument: InstrumentId;
  readonly reason: string;
}

/**
 * What looking an order up came to, where the venue's answer alone does not say it. Derived.
 *
 * `neverArrived`: the request expired at the venue and was not found afterwards; it is over, and whoever still wants the
 * trade decides it anew. `repeatable`: not found, but the venue takes an id once, so that the same request may be sent
 * again without harm. `quarantined`: not found, and nobody can tell whether it still arrives: it counts as exposure and
 * is never sent again.
 */
export interface LookedUpEvent {
  readonly kind: 'lookedUp';
  readonly clientOrderId: ClientOrderId;
  readonly instrument: InstrumentId;
  readonly outcome: 'neverArrived' | 'repeatable' | 'quarantined';
  readonly reason: string;
}

/** What reaches the core from outside and is journalled. */
export type OutsideEvent =
  | MarketEvent
  | ReportEvent
  | AccountEvent
  | InterestEvent
  | TruthEvent
  | SignalEvent
  | DecisionEvent
  | TimerEvent
  | ControlEvent
  | EpochEvent
  | FaultEvent
  | BarrierEvent;

/** What the core makes itself; never journalled, since the same log makes it again. */
export type DerivedEvent =
  | SubmittedEvent
  | DeniedEvent
  | CancelRequestedEvent
  | LookedUpEvent
  | SyncEvent
  | RollEvent
  | FaultEvent;

/** Anything that passes through the core. */
export type Event = OutsideEvent | DerivedEvent;

/** The names by which events are told apart, such as `quote`, `trade` or `fill`. */
export type EventKind = Event['kind'];

/** An outside event with the time at which it is, or was, known here (Unix milliseconds). */
export interface TimedEvent<E extends OutsideEvent = OutsideEvent> {
  readonly ts: number;
  readonly event: E;
}

/** An outside event in the log. `seq` counts from 1; `ts` never goes back. */
export interface SequencedEvent extends TimedEvent {
  readonly seq: number;
}

/** The instrument that an event is about, or `undefined`. */
export function instrumentOf(event: Event): InstrumentId | undefined {
  switch (event.kind) {
    case 'trade':
    case 'quote':
    case 'book':
    case 'bookOrder':
    case 'bar':
    case 'funding':
    case 'status':
    case 'sync':
    case 'report':
    case 'cancelRequested':
    case 'lookedUp':
      return event.instrument;
    case 'roll':
      return event.to;
    case 'instrument':
      return event.definition.id;
    case 'signal':
      return event.signal.instrument;
    case 'decision':
      return event.decision.of.instrument;
    case 'submitted':
      return event.order.instrument;
    case 'denied':
      return event.proposal.instrument;
    default:
      return undefined;
  }
}
