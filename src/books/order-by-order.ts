import type { BookOrderEvent } from '../domain/market-event.js';
import type { Plain } from '../domain/plain.js';
import type { BookSide } from './book-view.js';
import type { PriceLevels } from './price-levels.js';
import { TwoSidedBook } from './two-sided-book.js';

/** An order that rests in the book: price in ticks, what is left of it in lots. */
export interface RestingOrder {
  readonly side: BookSide;
  readonly price: number;
  readonly quantity: number;
}

interface Resting {
  side: BookSide;
  price: number;
  quantity: number;
}

/**
 * What became of an order event: `applied`; `ignored` (it changes no book, or the book waits for a snapshot); `gap`: it
 * contradicts the book (an order that nobody added, or one added twice), which is empty and unsynced from then on.
 */
export type OrderOutcome = 'applied' | 'ignored' | 'gap';

/** The state of an {@link OrderByOrderBook} as plain data: equal books save equal. */
export type SavedOrderByOrderBook = ReturnType<OrderByOrderBook['save']>;

/**
 * A book kept order by order (L3), and its price levels.
 *
 * ```
 * event   clear  add (snapshot)  add, last  trade  fill  cancel  modify, last
 * synced  no     no              yes        yes    yes   yes     yes
 * whole   no     no              yes        no     no    no      yes
 * ```
 *
 * It starts at a `clear` or at the first row of a snapshot and is synced from the next `last` on. A `cancel` takes its
 * quantity off what is left of the order, a `modify` gives the new side, price and quantity.
 */
export class OrderByOrderBook extends TwoSidedBook {
  readonly #orders = new Map<string, Resting>();
  /** Orders that are gone, to be used again: no garbage at a steady flow. */
  readonly #spare: Resting[] = [];
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

  /** How many orders rest in the book. */
  get orderCount(): number {
    return this.#orders.size;
  }

  /** The order of an id, or `undefined`. Live: copy what you keep. */
  order(id: string): RestingOrder | undefined {
    return this.#orders.get(id);
  }

  apply(event: BookOrderEvent): OrderOutcome {
    const begins = event.action === 'clear' || (event.snapshot && this.#state !== 'loading');
    if (begins) {
      this.empty();
      this.#state = 'loading';
      this.#reason = 'snapshot not complete';
    } else if (this.#state === 'unsynced') return 'ignored';
    const outcome = this.#change(event);
    if (outcome === 'gap') return outcome;
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

  /** Orders sorted by id, so that the way by which a book was reached does not show. */
  save(): {
    readonly state: string;
    readonly whole: boolean;
    readonly reason: string;
    readonly ids: readonly string[];
    readonly bids: Uint8Array;
    readonly prices: Float64Array;
    readonly quantities: Float64Array;
  } {
    const ids = [...this.#orders.keys()].sort();
    const orders = ids.map((id) => this.#orders.get(id) as Resting);
    return {
      state: this.#state,
      whole: this.#whole,
      reason: this.#reason,
      ids,
      bids: Uint8Array.from(orders, ({ side }) => (side === 'bid' ? 1 : 0)),
      prices: Float64Array.from(orders, ({ price }) => price),
      quantities: Float64Array.from(orders, ({ quantity }) => quantity),
    };
  }

  /** A book that goes on from what {@link save} gave. */
  static restore(saved: Plain): OrderByOrderBook {
    const { state, whole, reason, ids, bids, prices, quantities } = saved as SavedOrderByOrderBook;
    const book = new OrderByOrderBook();
    ids.forEach((id, index) => {
      book.#add(id, bids[index] === 1 ? 'bid' : 'ask', prices[index] as number, quantities[index] as number);
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
        if (event.side === 'none') return this.#contradiction(event);
        if (!this.#add(event.orderId, event.side, event.price, event.quantity))
          return this.#contradiction(event);
        return 'applied';
      case 'cancel':
      case 'modify': {
        const order = this.#orders.get(event.orderId);
        if (order === undefined) return this.#contradiction(event);
        if (event.action === 'cancel')
          this.#move(order, order.side, order.price, order.quantity - event.quantity);
        else this.#move(order, event.side === 'none' ? order.side : event.side, event.price, event.quantity);
        if (order.quantity <= 0) {
          this.#orders.delete(event.orderId);
          this.#spare.push(order);
        }
        return 'applied';
      }
    }
  }

  /** False when the id is taken. */
  #add(id: string, side: BookSide, price: number, quantity: number): boolean {
    if (this.#orders.has(id)) return false;
    const order = this.#spare.pop() ?? { side, price, quantity };
    order.side = side;
    order.price = price;
    order.quantity = quantity;
    this.#orders.set(id, order);
    this.#levels(side).add(price, quantity);
    return true;
  }

  #move(order: Resting, side: BookSide, price: number, quantity: number): void {
    this.#levels(order.side).add(order.price, -order.quantity);
    order.side = side;
    order.price = price;
    order.quantity = Math.max(quantity, 0);
    this.#levels(side).add(price, order.quantity);
  }

  #contradiction({ action, orderId }: BookOrderEvent): OrderOutcome {
    this.desync(`gap: ${action} of order ${orderId}`);
    return 'gap';
  }

  #levels(side: BookSide): PriceLevels {
    return side === 'bid' ? this.bids : this.asks;
  }
}
