import type { ClientOrderId, InstrumentId } from '../../domain/brand.js';
import type { FillReport } from '../../domain/event.js';
import { isOpen } from './order-states.js';
import { type SavedOrder, TrackedOrder } from './tracked-order.js';

export type SavedOrders = {
  readonly open: readonly SavedOrder[];
  readonly finished: readonly SavedOrder[];
  readonly foreign: readonly string[];
};

/** What makes an execution one: venue, instrument and the venue's id. None of them holds a line break. */
export function executionKey(report: FillReport): string {
  return `${report.venue}\n${report.instrument}\n${report.executionId}`;
}

/**
 * The orders of a desk by client order id: those that may still trade, and the most recently finished ones.
 *
 * Memory is bounded: an order that is finished leaves the working map; of the finished ones the last
 * `remembered` are kept, with the executions booked on them, so that a late or repeated report is still
 * recognised. After that an order is as good as foreign.
 */
export class Orders {
  readonly #remembered: number;
  readonly #open = new Map<ClientOrderId, TrackedOrder>();
  readonly #openByInstrument: Map<ClientOrderId, TrackedOrder>[] = [];
  /** Oldest first. */
  readonly #finished = new Map<ClientOrderId, TrackedOrder>();
  readonly #executions = new Set<string>();
  /** Executions of orders that are not ours, oldest first. */
  readonly #foreign = new Set<string>();

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

  /** Files an order where its state says it belongs. To be called after every change of state. */
  file(tracked: TrackedOrder): void {
    const id = tracked.order.clientOrderId;
    if (isOpen(tracked.status)) {
      this.#finished.delete(id);
      this.#open.set(id, tracked);
      this.#ofInstrument(tracked.index).set(id, tracked);
    } else if (!this.#finished.has(id)) {
      this.#open.delete(id);
      this.#ofInstrument(tracked.index).delete(id);
      this.#finished.set(id, tracked);
      this.#forgetOldest();
    }
  }

  /** Whether an execution has been booked already. */
  hasBooked(execution: string): boolean {
    return this.#executions.has(execution) || this.#foreign.has(execution);
  }

  /** Remembers an execution for as long as its order is remembered. */
  remember(execution: string): void {
    this.#executions.add(execution);
  }

  /** Remembers an execution of an order that is not ours. */
  rememberForeign(execution: string): void {
    this.#foreign.add(execution);
    if (this.#foreign.size <= this.#remembered) return;
    for (const oldest of this.#foreign) {
      this.#foreign.delete(oldest);
      return;
    }
  }

  save(): SavedOrders {
    return {
      open: Array.from(this.#open.values(), (tracked) => tracked.save()),
      finished: Array.from(this.#finished.values(), (tracked) => tracked.save()),
      foreign: [...this.#foreign],
    };
  }

  /** @param indexOf finds an instrument in the table of this run */
  restore(saved: SavedOrders, indexOf: (instrument: InstrumentId) => number): void {
    for (const each of [...saved.finished, ...saved.open]) {
      const { instrument } = each.order as unknown as { readonly instrument: InstrumentId };
      this.file(TrackedOrder.restore(each, indexOf(instrument)));
      for (const execution of each.executions) this.#executions.add(execution);
    }
    for (const execution of saved.foreign) this.#foreign.add(execution);
  }

  #ofInstrument(index: number): Map<ClientOrderId, TrackedOrder> {
    this.#openByInstrument[index] ??= new Map();
    return this.#openByInstrument[index];
  }

  #forgetOldest(): void {
    if (this.#finished.size <= this.#remembered) return;
    for (const [id, oldest] of this.#finished) {
      this.#finished.delete(id);
      for (const execution of oldest.executions) this.#executions.delete(execution);
      return;
    }
  }
}
