import type { Cancel } from '../../core/clock.js';
import type { ClientOrderId, InstrumentId } from '../../domain/brand.js';
import type { AccountEvent, FaultEvent, InterestEvent, ReportEvent } from '../../domain/event.js';
import type { InstrumentTable, ListedInstrument } from '../../domain/instrument-table.js';
import type { LinkEvent, MarketEvent } from '../../domain/market-event.js';
import type { Order } from '../../domain/order.js';
import type { CancelAllOutcome, Finding, Outcome, Refused, VenueTruth } from './outcome.js';
import type { RequestQueue } from './request-queue.js';
import type { Redaction } from './secrets.js';

/** An order at the venue. */
export interface OrderKey {
  readonly clientOrderId: ClientOrderId;
  readonly instrument: InstrumentId;
}

/** What a venue says of its own accord. Links are told by {@link VenuePort.link}. */
export type VenueWord = Exclude<MarketEvent, LinkEvent> | ReportEvent | AccountEvent | InterestEvent;

/** What an adapter is given: the way into the pipeline, time, chance and the rate budget. */
export interface VenuePort {
  readonly venue: string;
  /** Every instrument of the desk. */
  readonly instruments: InstrumentTable;
  /** Those of this venue, in table order. */
  readonly listed: readonly ListedInstrument[];
  now(): number;
  /** Runs an action once; nothing runs any more after the venue was closed. */
  after(delay: number, action: () => void): Cancel;
  /** From 0 (included) to 1 (excluded). */
  random(): number;
  /** The way of every request to the venue: orders, cancels, look-ups and data share its limits. */
  readonly requests: RequestQueue;
  /** Takes secrets out of a text. What is said by `link`, `fault` and outcomes is cleaned by the kit. */
  readonly redaction: Redaction;
  /**
   * Puts a word into the pipeline, in the order of calls. Reports that were said before (a fill by its execution id, a
   * state by its order) are left out.
   */
  say(word: VenueWord): void;
  /** The state of a channel; the same state twice is said once. Every `up` of orders or account reconciles. */
  link(channel: LinkEvent['channel'], state: LinkEvent['state'], reason: string): void;
  /** Takes what a refusal says of more than its request: the rate, the clock, the key. Outcomes of orders need no call. */
  learn(refusal: Refused): void;
  /** Something failed and was contained. @param severity `halt`: the desk is to stop taking risk. @default "notice" */
  fault(code: string, message: string, severity?: FaultEvent['severity']): void;
}

/**
 * What a venue has to bring: connections, requests and answers. The kit around it ({@link venueDriver}) checks
 * approvals, waits for answers and gives up, recovers what was missed, and hands over between members.
 *
 * ```
 * commands ► kit ► adapter ► venue
 * events   ◄ kit ◄ adapter ◄ venue
 * ```
 *
 * No method throws: what goes wrong is an outcome. A promise that never settles is taken for `unknown` in time.
 */
export interface VenueAdapter {
  /** Opens its connections, says so by `port.link`, and opens them again by itself, with back-off, until it is closed. */
  open(): void;
  /** Is called within the command: what can be written at once is. */
  submit(order: Order, listed: ListedInstrument): Promise<Outcome>;
  cancel(key: OrderKey, listed: ListedInstrument): Promise<Outcome>;
  /**
   * Only of a venue that has it: one request cancels every order of the account on an instrument. Nothing open is an
   * acknowledgement. Absent: the kit cancels order by order.
   */
  cancelAll?(listed: ListedInstrument): Promise<CancelAllOutcome>;
  /** Only of a venue with `nativeReplace`: one request puts `order` in the place of `order.replaces`, or changes nothing. */
  replace?(order: Order, listed: ListedInstrument): Promise<Outcome>;
  lookUp(key: OrderKey, listed: ListedInstrument): Promise<Finding>;
  /**
   * Open orders, fills since a time (venue's clock, Unix milliseconds), positions, balances; `undefined`: no answer.
   * A venue that cannot tell a part of it leaves that part empty.
   */
  reconcile(since: number): Promise<VenueTruth | undefined>;
  /** A fresh snapshot of a book, as a `book` event; deltas go on behind it. */
  requestBook(listed: ListedInstrument): void;
  /** Sets its clock by the venue's, after a request was refused for its time. */
  resynchroniseClock?(): Promise<void>;
  /** This member leads, or does not any more: a dead man's switch is a leader's. */
  leads?(leading: boolean): void;
  /** Closes everything; resolves when no handle is left open. Idempotent. */
  close(): Promise<void>;
}
