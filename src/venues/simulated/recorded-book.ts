import type { BookSide, BookView } from '../../books/book-view.js';
import { L2Book, type SavedL2Book } from '../../books/l2-book.js';
import { OrderByOrderBook, type SavedOrderByOrderBook } from '../../books/order-by-order.js';
import type { OrdersView } from '../../books/orders-view.js';
import type { BookEvent, BookOrderEvent, QuoteEvent } from '../../domain/market-event.js';
import { QuoteBook, type QuoteBookState } from './quote-book.js';

type Source = 'quotes' | 'levels' | 'orders';

export type RecordedBookState = {
  readonly source: Source;
  readonly quotes: QuoteBookState | null;
  readonly levels: SavedL2Book | null;
  readonly orders: SavedOrderByOrderBook | null;
};

/**
 * The book of one instrument as the recording shows it, from the finest source that the recording has: orders
 * (L3) win over levels (L2), levels over quotes. A source counts from its first complete book on, and a coarser
 * one never stands in for it afterwards: while the finer one is unsynced, so is this.
 */
export class RecordedBook {
  readonly #quotes = new QuoteBook();
  #levels = new L2Book();
  #orders = new OrderByOrderBook();
  #source: Source = 'quotes';
  #view: BookView = this.#quotes;

  /** Whether the levels are what the venue showed at this time. */
  get synced(): boolean {
    return this.#view.synced;
  }

  /** The book order by order, while it is whole; `undefined` where the recording has no such thing. */
  get orders(): OrdersView | undefined {
    return this.#source === 'orders' && this.#orders.synced ? this.#orders : undefined;
  }

  /** Price of a level in ticks, 0 being the best; `NaN` beyond the last. */
  price(side: BookSide, level: number): number {
    return this.#view.priceAt(side, level);
  }

  /** Displayed lots at a price; 0 where there is no level. */
  displayed(side: BookSide, price: number): number {
    const level = this.#levelOf(side, price);
    return this.#view.priceAt(side, level) === price ? this.#view.quantityAt(side, level) : 0;
  }

  /** Whether the book shows this far out: beyond its worst level nobody knows what is there. */
  shows(side: BookSide, price: number): boolean {
    return this.#levelOf(side, price) < this.#view.depth(side);
  }

  /** The feed lost its continuity: nothing is known until the next complete book. */
  lose(reason: string): void {
    this.#quotes.desync();
    this.#levels.desync(reason);
    this.#orders.desync(reason);
  }

  /** Takes an event; returns whether the book is whole and may have changed. */
  apply(event: QuoteEvent | BookEvent | BookOrderEvent): boolean {
    if (event.kind === 'quote') {
      if (this.#source !== 'quotes') return false;
      this.#quotes.apply(event);
    } else if (event.kind === 'book') {
      if (this.#source === 'orders') return false;
      this.#levels.apply(event);
      if (this.#levels.synced) this.#use('levels');
    } else {
      this.#orders.apply(event);
      if (this.#orders.synced) this.#use('orders');
    }
    return this.#view.whole;
  }

  save(): RecordedBookState {
    const source = this.#source;
    return {
      source,
      quotes: source === 'quotes' ? this.#quotes.save() : null,
      levels: source === 'orders' ? null : this.#levels.save(),
      orders: this.#orders.save(),
    };
  }

  restore(state: RecordedBookState): void {
    this.#quotes.restore(state.quotes);
    if (state.levels !== null) this.#levels = L2Book.restore(state.levels);
    if (state.orders !== null) this.#orders = OrderByOrderBook.restore(state.orders);
    this.#use(state.source);
  }

  #use(source: Source): void {
    this.#source = source;
    this.#view = { quotes: this.#quotes, levels: this.#levels, orders: this.#orders }[source];
  }

  /** The first level that is not better than a price: levels are sorted, so halves will do. */
  #levelOf(side: BookSide, price: number): number {
    const view = this.#view;
    const direction = side === 'ask' ? 1 : -1;
    let low = 0;
    let high = view.depth(side);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((view.priceAt(side, middle) - price) * direction < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
