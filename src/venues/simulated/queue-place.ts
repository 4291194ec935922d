import type { OrdersView } from '../../books/orders-view.js';
import type { BookOrderEvent } from '../../domain/market-event.js';
import { ownOf } from './available-levels.js';
import { type BackShare, backShareOf, frontAfter, type QueueModel } from './queue-model.js';
import { UNKNOWN_QUEUE, type VenueOrder } from './venue-order.js';

export type QueuePlaceState = {
  readonly shown: number;
  readonly traded: number;
  /** Order ids and lots by turns; `null` where the recording shows no orders. */
  readonly line: readonly (readonly [id: string, lots: number])[] | null;
};

/** Reckons how many lots stand before one of our orders, by one of the models. */
export class QueuePlace {
  readonly #share: BackShare | undefined;
  #shown: number;
  #traded = 0;
  /** The orders before us, when the recording shows them one by one. */
  #line: Map<string, number> | undefined;

  /** @param shown lots that the level shows as the order joins it */
  constructor(model: QueueModel, shown: number) {
    this.#share = backShareOf(model);
    this.#shown = shown;
  }

  /** Takes the orders that rest at the order's price now as those before it. The order's own count is unknown from then on. */
  standBehind(order: VenueOrder, orders: OrdersView): void {
    const side = ownOf(order.side);
    const line = new Map<string, number>();
    for (let level = 0; level < orders.depth(side); level++) {
      if (orders.priceAt(side, level) !== order.price) continue;
      orders.forEachOrderAt(side, level, ({ id, quantity }) => line.set(id, quantity));
      break;
    }
    this.#line = line;
    order.ahead = UNKNOWN_QUEUE;
  }

  /** Lots before us, order by order; `undefined` where they are not known one by one. */
  get lineLots(): number | undefined {
    if (this.#line === undefined) return undefined;
    let lots = 0;
    for (const each of this.#line.values()) lots += each;
    return lots;
  }

  /** Whether an order of the recording stands before us. */
  follows(id: string): boolean {
    return this.#line?.has(id) ?? false;
  }

  /** The level shows so many lots now. */
  shows(order: VenueOrder, lots: number): void {
    if (this.#line !== undefined) return;
    const { ahead } = order;
    order.ahead =
      this.#share === undefined || ahead === UNKNOWN_QUEUE
        ? Math.min(ahead, lots)
        : frontAfter(this.#share, ahead, this.#shown, lots, this.#traded);
    this.#shown = lots;
    this.#traded = 0;
  }

  /** Lots traded at the price: the level is going to shrink by them. */
  printed(lots: number): void {
    this.#traded += lots;
  }

  /** An order of the recording changed: one that left, shrank or lost its priority stands before us no more than that. */
  changed({ orderId, action }: BookOrderEvent, order: VenueOrder, orders: OrdersView): void {
    if (action === 'cancel' || action === 'modify') this.#refresh(orderId, order, orders);
  }

  /** An order before us traded. */
  filled(orderId: string, lots: number): void {
    const known = this.#line?.get(orderId);
    if (known === undefined) return;
    if (known > lots) this.#line?.set(orderId, known - lots);
    else this.#line?.delete(orderId);
  }

  /** The book is whole again after it was lost. */
  recheck(order: VenueOrder, orders: OrdersView): void {
    for (const id of [...(this.#line?.keys() ?? [])]) this.#refresh(id, order, orders);
  }

  save(): QueuePlaceState {
    return {
      shown: this.#shown,
      traded: this.#traded,
      line: this.#line === undefined ? null : [...this.#line],
    };
  }

  static restore(model: QueueModel, { shown, traded, line }: QueuePlaceState): QueuePlace {
    const place = new QueuePlace(model, shown);
    place.#traded = traded;
    if (line !== null) place.#line = new Map(line);
    return place;
  }

  #refresh(id: string, { price }: VenueOrder, orders: OrdersView): void {
    const known = this.#line?.get(id);
    if (known === undefined) return;
    const now = orders.order(id);
    // More lots than it had: it went to the end of the queue.
    if (now === undefined || now.price !== price || now.quantity > known + LATE) this.#line?.delete(id);
    else if (now.quantity < known) this.#line?.set(id, now.quantity);
  }
}

/** Lots are whole: anything below one is no more than the noise of a float. */
const LATE = 0.5;
