import type { ClientOrderId, InstrumentId } from '../../domain/brand.js';
import { fromPlain } from '../../domain/plain.js';
import {
  type Execution,
  instrumentOfKey,
  restoreExecution,
  type SavedExecution,
  saveExecution,
} from './executions.js';
import { isOpen } from './order-states.js';
import { type SavedOrder, TrackedOrder } from './tracked-order.js';

export type SavedOrders = {
  readonly open: readonly SavedOrder[];
  readonly finished: readonly SavedOrder[];
  readonly foreign: readonly SavedExecution[];
  readonly forgotten: readonly (readonly [venue: string, until: number])[];
};

/**
 * The orders of a desk by client order id: those that may still trade, and the most recently finished ones.
 *
 * Memory is bounded: an order that is finished leaves the working map; of the finished ones the last
 * `remembered` are kept, with the executions booked on them, so that a late or repeated report is still
 * recognised. After that an order is as good as foreign, but for how far back a venue's fills are known: see
 * {@link Orders.forgottenUntil}.
 */
export class Orders {
  readonly #remembered: number;
  readonly #open = new Map<ClientOrderId, TrackedOrder>();
  readonly #openByInstrument: Map<ClientOrderId, TrackedOrder>[] = [];
  /** Oldest first. */
  readonly #finished = new Map<ClientOrderId, TrackedOrder>();
  /** Behind the last one that was forgotten: from the map's beginning, each would walk over the gaps of all before it. */
  readonly #oldest = this.#finished.keys();
  readonly #executions = new Map<string, Execution>();
  /** Open orders by group. */
  readonly #groups = new Map<string, Map<ClientOrderId, TrackedOrder>>();
  /** Executions of orders that are not ours, oldest first. */
  readonly #foreign = new Map<string, Execution>();
  /** By venue. */
  readonly #forgotten = new Map<string, number>();

  constructor(remembered: number) {
    this.#remembered = remembered;
  }

  get openCount(): number {
    return this.#open.size;
  }

  get finishedCount(): number {
    return this.#finished.size;
  }

  /** Executions remembered, of orders and of nobody's. */
  get executionCount(): number {
    return this.#executions.size + this.#foreign.size;
  }

  find(id: ClientOrderId): TrackedOrder | undefined {
    return this.#open.get(id) ?? this.#finished.get(id);
  }

  /** Orders that may still trade, oldest first; of one instrument when an index is given. */
  open(index?: number): Iterable<TrackedOrder> {
    return index === undefined ? this.#open.values() : (this.#openByInstrument[index]?.values() ?? []);
  }

  /** Finished orders that are remembered, oldest first. */
  finished(): Iterable<TrackedOrder> {
    return this.#finished.values();
  }

  /** The open orders of a group. */
  group(id: string): Iterable<TrackedOrder> {
    return this.#groups.get(id)?.values() ?? [];
  }

  /** Files an order where its state says it belongs. To be called after every change of state. */
  file(tracked: TrackedOrder): void {
    const id = tracked.order.clientOrderId;
    if (isOpen(tracked.status)) {
      this.#finished.delete(id);
      this.#open.set(id, tracked);
      this.#ofInstrument(tracked.index).set(id, tracked);
      this.#join(tracked);
    } else if (!this.#finished.has(id)) {
      this.#open.delete(id);
      this.#ofInstrument(tracked.index).delete(id);
      this.#finished.set(id, tracked);
      this.#leave(tracked);
      this.#forgetOldest();
    }
  }

  /** An execution that has been spoken of already. */
  execution(key: string): Execution | undefined {
    return this.#executions.get(key) ?? this.#foreign.get(key);
  }

  /**
   * The venue's time of the newest execution that was booked and is forgotten; `-Infinity` when none is. Of an order that
   * is not remembered nobody can tell whether an execution up to then was booked.
   */
  forgottenUntil(venue: string): number {
    return this.#forgotten.get(venue) ?? Number.NEGATIVE_INFINITY;
  }

  /** Remembers an execution for as long as its order is remembered. */
  remember(execution: Execution, tracked: TrackedOrder): void {
    tracked.executions.push(execution);
    this.#executions.set(execution.key, execution);
  }

  /** Remembers an execution of an order that is not ours. */
  rememberForeign(execution: Execution): void {
    this.#foreign.set(execution.key, execution);
    if (this.#foreign.size <= this.#remembered) return;
    for (const oldest of this.#foreign.keys()) {
      this.#foreign.delete(oldest);
      return;
    }
  }

  save(): SavedOrders {
    return {
      open: Array.from(this.#open.values(), (tracked) => tracked.save()),
      finished: Array.from(this.#finished.values(), (tracked) => tracked.save()),
      foreign: Array.from(this.#foreign.values(), saveExecution),
      forgotten: [...this.#forgotten],
    };
  }

  /** @param indexOf finds an instrument in the table of this run */
  restore(saved: SavedOrders, indexOf: (instrument: InstrumentId) => number): void {
    for (const each of [...saved.finished, ...saved.open]) {
      const { instrument } = fromPlain<{ readonly instrument: InstrumentId }>(each.order);
      const tracked = TrackedOrder.restore(each, indexOf(instrument));
      this.file(tracked);
      for (const execution of tracked.executions) this.#executions.set(execution.key, execution);
    }
    for (const [venue, until] of saved.forgotten) this.#forgotten.set(venue, until);
    for (const each of saved.foreign) {
      // What was booked was listed; what was not has no place to look for.
      const index = each.booked === null ? -1 : indexOf(instrumentOfKey(each.key));
      this.#foreign.set(each.key, restoreExecution(each, index, undefined));
    }
  }

  #join(tracked: TrackedOrder): void {
    const { group, clientOrderId } = tracked.order;
    if (group === undefined) return;
    let members = this.#groups.get(group.id);
    if (members === undefined) {
      members = new Map();
      this.#groups.set(group.id, members);
    }
    members.set(clientOrderId, tracked);
  }

  #leave({ order }: TrackedOrder): void {
    if (order.group === undefined) return;
    const members = this.#groups.get(order.group.id);
    members?.delete(order.clientOrderId);
    if (members?.size === 0) this.#groups.delete(order.group.id);
  }

  #ofInstrument(index: number): Map<ClientOrderId, TrackedOrder> {
    this.#openByInstrument[index] ??= new Map();
    return this.#openByInstrument[index];
  }

  #forgetOldest(): void {
    if (this.#finished.size <= this.#remembered) return;
    const id = this.#oldest.next().value as ClientOrderId;
    const tracked = this.#finished.get(id);
    if (tracked === undefined) return;
    for (const { key } of tracked.executions) this.#executions.delete(key);
    this.#finished.delete(id);
    const { venue } = tracked.order;
    if (tracked.tradedAt > this.forgottenUntil(venue)) this.#forgotten.set(venue, tracked.tradedAt);
  }
}
