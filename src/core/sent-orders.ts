import type { ClientOrderId, InstrumentId } from '../domain/brand.js';
import type { Event, ReportEvent } from '../domain/event.js';
import type { Order } from '../domain/order.js';
import type { Plain } from '../domain/plain.js';

/** An order that was sent, as the gate knows it. */
export interface SentOrder {
  readonly clientOrderId: ClientOrderId;
  readonly venue: string;
  readonly instrument: InstrumentId;
}

interface Sent extends SentOrder {
  readonly quantity: number;
  readonly replaces: ClientOrderId | undefined;
  /** Whether the venue has said that it has it: from then on a rejection speaks of a duplicate, not of this order. */
  accepted: boolean;
  /** Lots of each execution, by its id; busted ones have 0. */
  readonly executions: Map<string, number>;
}

type Saved = readonly [
  id: string,
  venue: string,
  instrument: string,
  quantity: number,
  replaces: string,
  accepted: boolean,
  executions: readonly (readonly [id: string, lots: number])[],
];

/** Filled orders that are remembered: a bust may give one back to the book. The oldest are forgotten first. */
const MOST_FILLED = 1_000;

/**
 * The orders that may be alive at a venue, by the venue's own words and without asking the core, which may be broken.
 *
 * An execution counts once, however often it is told; busts and corrections change what is left, and a filled order that
 * gets lots back may be alive again.
 */
export class SentOrders {
  readonly #alive = new Map<ClientOrderId, Sent>();
  readonly #filled = new Map<ClientOrderId, Sent>();
  /** Behind the last one that was forgotten: from the map's beginning, each would walk over the gaps of all before it. */
  readonly #oldest = this.#filled.keys();

  /** How many may be alive. */
  get size(): number {
    return this.#alive.size;
  }

  /** Those that may be alive, oldest first. */
  alive(): Iterable<SentOrder> {
    return [...this.#alive.values()];
  }

  add({ clientOrderId, venue, instrument, quantity, replaces }: Order): void {
    this.#alive.set(clientOrderId, {
      clientOrderId,
      venue,
      instrument,
      quantity,
      replaces,
      accepted: false,
      executions: new Map(),
    });
  }

  /** Whether it may be alive. */
  has(id: ClientOrderId): boolean {
    return this.#alive.has(id);
  }

  /** It was not sent after all. */
  forget(id: ClientOrderId): void {
    this.#alive.delete(id);
  }

  /** Follows what becomes of orders. */
  observe(event: Event): void {
    if (event.kind === 'report') this.#hear(event);
    else if (event.kind === 'lookedUp' && event.outcome === 'neverArrived')
      this.#alive.delete(event.clientOrderId);
  }

  /** Sorted by id; filled ones, as they were filled, are behind those that may be alive. */
  save(): Plain {
    const alive = [...this.#alive.values()].sort((a, b) => (a.clientOrderId < b.clientOrderId ? -1 : 1));
    return { alive: alive.map(saved), filled: [...this.#filled.values()].map(saved) };
  }

  restore(state: Plain): void {
    const { alive, filled } = state as {
      readonly alive: readonly Saved[];
      readonly filled: readonly Saved[];
    };
    for (const each of alive) this.#alive.set(each[0] as ClientOrderId, restored(each));
    for (const each of filled) this.#filled.set(each[0] as ClientOrderId, restored(each));
  }

  #hear(report: ReportEvent): void {
    const { clientOrderId: id } = report;
    const sent = this.#alive.get(id) ?? this.#filled.get(id);
    if (sent === undefined) return;
    switch (report.type) {
      case 'fill':
        sent.accepted = true;
        if (sent.executions.has(report.executionId)) return;
        this.#executed(sent, report.executionId, report.quantity);
        return;
      case 'bust':
        this.#executed(sent, report.executionId, 0);
        return;
      case 'correction':
        if (sent.executions.get(report.executionId) === 0) return;
        this.#executed(sent, report.executionId, report.quantity);
        return;
      case 'accepted':
        sent.accepted = true;
        return;
      case 'replaced':
        sent.accepted = true;
        if (sent.replaces !== undefined) this.#end(sent.replaces);
        return;
      case 'rejected':
      case 'replaceRejected':
        if (!sent.accepted) this.#end(id);
        return;
      case 'canceled':
      case 'expired':
        this.#end(id);
    }
  }

  #executed(sent: Sent, executionId: string, lots: number): void {
    sent.executions.set(executionId, lots);
    let filled = 0;
    for (const each of sent.executions.values()) filled += each;
    const { clientOrderId: id } = sent;
    if (filled < sent.quantity) {
      this.#filled.delete(id);
      this.#alive.set(id, sent);
    } else if (this.#alive.delete(id)) {
      this.#filled.set(id, sent);
      if (this.#filled.size <= MOST_FILLED) return;
      this.#filled.delete(this.#oldest.next().value as ClientOrderId);
    }
  }

  #end(id: ClientOrderId): void {
    this.#alive.delete(id);
    this.#filled.delete(id);
  }
}

const saved = ({
  clientOrderId,
  venue,
  instrument,
  quantity,
  replaces,
  accepted,
  executions,
}: Sent): Saved => [clientOrderId, venue, instrument, quantity, replaces ?? '', accepted, [...executions]];

const restored = ([id, venue, instrument, quantity, replaces, accepted, executions]: Saved): Sent => ({
  clientOrderId: id as ClientOrderId,
  venue,
  instrument: instrument as InstrumentId,
  quantity,
  replaces: replaces === '' ? undefined : (replaces as ClientOrderId),
  accepted,
  executions: new Map(executions),
});
