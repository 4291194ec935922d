import type { ClientOrderId, InstrumentId } from '../../domain/brand.js';
import type { Fill } from './venue-order.js';

/** How an order ended. */
export type FinishedOrder = {
  readonly clientOrderId: ClientOrderId;
  readonly instrument: InstrumentId;
  readonly type: 'filled' | 'canceled' | 'expired' | 'rejected';
  readonly reason: string;
  readonly fills: readonly Fill[];
};

/** The last orders that ended, so many and no more: the oldest is forgotten first. */
export class FinishedOrders {
  readonly #remembered: number;
  readonly #orders = new Map<ClientOrderId, FinishedOrder>();
  /** Behind the last one that was forgotten: from the map's beginning, each would walk over the gaps of all before it. */
  readonly #oldest = this.#orders.keys();

  constructor(remembered: number) {
    this.#remembered = remembered;
  }

  find(id: ClientOrderId): FinishedOrder | undefined {
    return this.#orders.get(id);
  }

  add(order: FinishedOrder): void {
    this.#orders.set(order.clientOrderId, order);
    while (this.#orders.size > this.#remembered)
      this.#orders.delete(this.#oldest.next().value as ClientOrderId);
  }

  /** The one with a fill of which this holds. */
  having(isIt: (fill: Fill) => boolean): FinishedOrder | undefined {
    for (const order of this.#orders.values()) if (order.fills.some(isIt)) return order;
    return undefined;
  }

  /** Puts other facts in the place of a remembered order's. */
  amend(order: FinishedOrder): void {
    if (this.#orders.has(order.clientOrderId)) this.#orders.set(order.clientOrderId, order);
  }

  /** Oldest first. */
  all(): Iterable<FinishedOrder> {
    return this.#orders.values();
  }

  save(): readonly FinishedOrder[] {
    return [...this.#orders.values()];
  }

  restore(state: readonly FinishedOrder[]): void {
    for (const order of state) this.add(order);
  }
}
