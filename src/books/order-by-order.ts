import type { BookOrderEvent } from '../domain/market-event.js';
import type { Plain } from '../domain/plain.js';
import { BookOfLevels } from './book-of-levels.js';
import type { BookSide } from './book-view.js';
import { OrderLevels } from './order-levels.js';
import type { OrderQueue } from './order-queue.js';
import type { OrdersView } from './orders-view.js';
import { type QueueAhead, QueuedOrder, type RestingOrder } from './resting-order.js';
import { type SavedOrders, saveOrders } from './saved-orders.js';

/**
 * What became of an order event: `applied`; `ignored` (it changes no book, or the book waits for a snapshot); `gap`: it
 * contradicts the book (an order that nobody added, one added twice, or one of no side or no lots; a cancel that takes more than is left, or
 * from another place), which is empty and unsynced from then on.
 */
export type OrderOutcome = 'applied' | 'ignored' | 'gap';

/** The state of an {@link OrderByOrderBook} as plain data: equal books save equal. */
export type SavedOrderByOrderBook = SavedOrders & {
  readonly state: string;
  readonly whole: boolean;
  readonly reason: string;
};

/**
 * A book kept order by order (L3): its price levels, and at each the queue of its orders.
 *
 * ```
 * event   clear  add (snapshot)  add, last  trade  fill  cancel  modify, last
 * synced  no     no              yes        yes    yes   yes     yes
 * whole   no     no              yes        no     no    no      yes
 * ```
 *
 * It starts at a `clear` or at the first row of a snapshot and is synced from the next `last` on. A `cancel` takes its
 * quantity off what is left of the order, a `modify` gives the new side, price and quantity. Priority is by time: a
 * `modify` that changes the price or raises the quantity sends the order to the end of the queue, any other keeps its
 * place.
 */
export class OrderByOrderBook extends BookOfLevels implements OrdersView {
  protected override readonly bids: OrderLevels = new OrderLevels('bid');
  protected override readonly asks: OrderLevels = new OrderLevels('ask');
  readonly #orders = new Map<string, QueuedOrder>();
  /** Orders that are gone, to be used again: no garbage at a steady flow. */
  readonly #spare: QueuedOrder[] = [];
  #state: 'unsynced' | 'loading' | 'synced' = 'unsynced';
  #whole = false;
  #reason = 'no snapshot yet';

  get synced(): boolean {
    return this.#state === 'synced';
  }

  get whole(): boolean {
    return this.#whole;
  }

  /** Why the book is unsynced; empty while it is synced. */
  get reason(): string {
    return this.#reason;
  }

  get orderCount(): number {
    return this.#orders.size;
  }

  order(id: string): RestingOrder | undefined {
    return this.#orders.get(id);
  }

  queueAhead(id: string): QueueAhead | undefined {
    const order = this.#orders.get(id);
    return order?.queue?.ahead(order);
  }

  orderCountAt(side: BookSide, level: number): number {
    return this.#levels(side).queueAt(level)?.count ?? 0;
  }

  firstOrderAt(side: BookSide, level: number): RestingOrder | undefined {
    return this.#levels(side).queueAt(level)?.head;
  }

  forEachOrderAt(side: BookSide, level: number, visit: (order: RestingOrder) => void): void {
    let order = this.#levels(side).queueAt(level)?.head;
    while (order !== undefined) {
      const { next } = order;
      visit(order);
      order = next;
    }
  }

  apply(event: BookOrderEvent): OrderOutcome {
    const begins = event.action === 'clear' || (event.snapshot && this.#state !== 'loading');
    if (begins) {
      this.empty();
      this.#state = 'loading';
      this.#reason = 'snapshot not complete';
    } else if (this.#state === 'unsynced') return 'ignored';
    const outcome = this.#change(event);
    if (outcome === 'gap') {
      this.desync(`gap: ${event.action} of order ${event.orderId}`);
      return outcome;
    }
    this.#whole = event.last;
    if (event.last && this.#state === 'loading') {
      this.#state = 'synced';
      this.#reason = '';
    }
    return outcome;
  }

  /** Distrusts the book from outside: it is empty until a `clear` or a snapshot begins. */
  desync(reason: string): void {
    this.empty();
    this.#state = 'unsynced';
    this.#reason = reason;
  }

  save(): SavedOrderByOrderBook {
    return {
      state: this.#state,
      whole: this.#whole,
      reason: this.#reason,
      ...saveOrders(this.bids, this.asks),
    };
  }

  /** A book that goes on from what {@link save} gave. */
  static restore(saved: Plain): OrderByOrderBook {
    const { state, whole, reason, ids, bids, prices, quantities } = saved as SavedOrderByOrderBook;
    const book = new OrderByOrderBook();
    ids.forEach((id, index) => {
      book.#add(id, index < bids ? 'bid' : 'ask', prices[index] as number, quantities[index] as number);
    });
    book.#state = state as 'unsynced' | 'loading' | 'synced';
    book.#whole = whole;
    book.#reason = reason;
    return book;
  }

  protected override empty(): void {
    super.empty();
    this.#orders.clear();
    this.#whole = false;
  }

  #change(event: BookOrderEvent): OrderOutcome {
    switch (event.action) {
      case 'clear':
        return 'applied';
      case 'trade':
      case 'fill':
        return 'ignored';
      case 'add':
        // A level shows only what can be traded: an order of no lots is none.
        if (event.side === 'none' || !(event.quantity > 0)) return 'gap';
        return this.#add(event.orderId, event.side, event.price, event.quantity) ? 'applied' : 'gap';
      case 'cancel': {
        const order = this.#orders.get(event.orderId);
        if (order === undefined || !isOf(event, order)) return 'gap';
        this.#reduce(order, event.quantity);
        return 'applied';
      }
      case 'modify': {
        const order = this.#orders.get(event.orderId);
        if (order === undefined) return 'gap';
        const side = event.side === 'none' ? order.side : event.side;
        const { price, quantity } = event;
        const keepsPlace = price === order.price && quantity <= order.quantity && side === order.side;
        if (keepsPlace || quantity <= 0) this.#reduce(order, order.quantity - quantity);
        else {
          this.#leave(order);
          this.#rest(order, side, price, quantity);
        }
        return 'applied';
      }
    }
  }

  /** False when the id is taken. */
  #add(id: string, side: BookSide, price: number, quantity: number): boolean {
    if (this.#orders.has(id)) return false;
    const order = this.#spare.pop() ?? new QueuedOrder();
    order.id = id;
    this.#orders.set(id, order);
    this.#rest(order, side, price, quantity);
    return true;
  }

  /** Puts an order at the end of a price's queue. */
  #rest(order: QueuedOrder, side: BookSide, price: number, quantity: number): void {
    order.side = side;
    order.price = price;
    order.quantity = quantity;
    this.#levels(side).open(price).append(order);
  }

  /** Takes an order out of its queue. */
  #leave(order: QueuedOrder): void {
    const queue = order.queue as OrderQueue;
    queue.remove(order);
    if (queue.count === 0) this.#levels(order.side).close(queue);
  }

  #reduce(order: QueuedOrder, lots: number): void {
    if (lots < order.quantity) {
      (order.queue as OrderQueue).reduce(order, lots);
      return;
    }
    this.#leave(order);
    this.#orders.delete(order.id);
    this.#spare.push(order);
  }

  #levels(side: BookSide): OrderLevels {
    return side === 'bid' ? this.bids : this.asks;
  }
}

/** Whether a cancel can be of this order as it rests; one that names no side says nothing of the place. */
function isOf({ side, price, quantity }: BookOrderEvent, order: RestingOrder): boolean {
  if (!(quantity > 0 && quantity <= order.quantity)) return false;
  return side === 'none' || (side === order.side && price === order.price);
}
