import type { BookView, OrdersView } from '../../books/index.js';
import { L2Book, OrderByOrderBook } from '../../books/index.js';
import type { InstrumentId } from '../../domain/brand.js';
import type { InstrumentTable } from '../../domain/instrument-table.js';
import type {
  BookEvent,
  BookOrderEvent,
  QuoteEvent,
  StatusEvent,
  TradeEvent,
} from '../../domain/market-event.js';
import type { Plain } from '../../domain/plain.js';
import type { MarketsView } from './markets-view.js';

export type { MarketsView } from './markets-view.js';

const PHASES: readonly StatusEvent['state'][] = ['open', 'closed', 'halted', 'auction', 'preOpen'];

const NUMBERS = [
  'bids',
  'asks',
  'bidQuantities',
  'askQuantities',
  'lastPrices',
  'updated',
  'priced',
  'staleSince',
] as const;

/**
 * Why a market's state changed from known to unknown, or back; `undefined` when it did not. `stillUnsynced`: an answer of
 * the venue was too old to mend a gap, so it is to be asked again.
 */
export type SyncChange =
  | {
      readonly state: 'synced' | 'unsynced';
      readonly reason: string;
      /** Something that was there is gone; otherwise it has not come yet. */
      readonly lost: boolean;
    }
  | { readonly state: 'stillUnsynced' }
  | undefined;

/** State of all markets: best prices in arrays by instrument, books where levels or orders come. */
export class Markets implements MarketsView {
  readonly #table: InstrumentTable;
  readonly bids: Float64Array;
  readonly asks: Float64Array;
  readonly bidQuantities: Float64Array;
  readonly askQuantities: Float64Array;
  readonly lastPrices: Float64Array;
  readonly updated: Float64Array;
  /** The venue's time of the best bid and ask; 0: unknown. */
  readonly priced: Float64Array;
  /** Since when a synced book of levels has heard nothing but changes older than what it knows; `NaN`: it has not. */
  readonly staleSince: Float64Array;
  /** 0 never heard of, 1 unsynced, 2 synced. */
  readonly states: Uint8Array;
  /** Places in {@link PHASES}. */
  readonly phases: Uint8Array;
  /** 1: the book is crossed or locked. */
  readonly crossings: Uint8Array;
  readonly #quoteIds: Float64Array;
  readonly #books: (L2Book | OrderByOrderBook | undefined)[];
  readonly #none = new L2Book();

  constructor(table: InstrumentTable) {
    this.#table = table;
    const { size } = table;
    const unknown = (): Float64Array => new Float64Array(size).fill(Number.NaN);
    this.bids = unknown();
    this.asks = unknown();
    this.bidQuantities = unknown();
    this.askQuantities = unknown();
    this.lastPrices = unknown();
    this.updated = new Float64Array(size);
    this.priced = new Float64Array(size);
    this.staleSince = unknown();
    this.states = new Uint8Array(size);
    this.phases = new Uint8Array(size);
    this.crossings = new Uint8Array(size);
    this.#quoteIds = new Float64Array(size).fill(-1);
    this.#books = new Array(size).fill(undefined);
  }

  indexOf(id: InstrumentId): number {
    return this.#table.indexOf(id);
  }

  asset(index: number): string {
    return this.#table.list[index]?.definition.base ?? '';
  }

  bid(index: number): number {
    return this.bids[index] ?? Number.NaN;
  }

  ask(index: number): number {
    return this.asks[index] ?? Number.NaN;
  }

  bidQuantity(index: number): number {
    return this.bidQuantities[index] ?? Number.NaN;
  }

  askQuantity(index: number): number {
    return this.askQuantities[index] ?? Number.NaN;
  }

  mid(index: number): number {
    return ((this.bids[index] ?? Number.NaN) + (this.asks[index] ?? Number.NaN)) / 2;
  }

  lastPrice(index: number): number {
    return this.lastPrices[index] ?? Number.NaN;
  }

  synced(index: number): boolean {
    return (
      this.states[index] === 2 &&
      this.crossings[index] === 0 &&
      (this.bids[index] as number) < (this.asks[index] as number)
    );
  }

  updatedAt(index: number): number {
    return this.updated[index] ?? 0;
  }

  pricedAt(index: number): number {
    return this.priced[index] ?? 0;
  }

  open(index: number): boolean {
    return this.phases[index] === 0;
  }

  /** Whether the book is crossed and has no right to be: it is one of levels, and its market trades. */
  mustHeal(index: number): boolean {
    return this.crossings[index] === 1 && this.phases[index] === 0 && this.#books[index] instanceof L2Book;
  }

  /** How the book is crossed, in words. */
  crossingOf(index: number): string {
    const { bestBid, bestAsk } = this.book(index);
    const { prices } = this.#table.at(index);
    return `crossed for too long: bid ${prices.format(bestBid)}, ask ${prices.format(bestAsk)}`;
  }

  /** How the book stands still, in words. */
  standstillOf(index: number): string {
    const book = this.#books[index];
    return `nothing but changes older than ${book instanceof L2Book ? book.lastId : 'what is known'}`;
  }

  /** Whether a book of levels or orders is kept; otherwise quotes are all there is. */
  keepsBook(index: number): boolean {
    return this.#books[index] !== undefined;
  }

  book(index: number): BookView {
    return this.#books[index] ?? this.#none;
  }

  orders(index: number): OrdersView | undefined {
    const book = this.#books[index];
    return book instanceof OrderByOrderBook ? book : undefined;
  }

  trade(index: number, event: TradeEvent): void {
    this.lastPrices[index] = this.#table.at(index).prices.toNumber(event.price);
  }

  status(index: number, event: StatusEvent): void {
    this.phases[index] = PHASES.indexOf(event.state);
  }

  /** A quote counts unless its book is unsynced, or knows newer. */
  quote(index: number, event: QuoteEvent, ts: number): SyncChange {
    const book = this.#books[index];
    if (book !== undefined) {
      if (!book.synced) return undefined;
      if (event.updateId >= 0 && book instanceof L2Book && event.updateId < book.lastId) return undefined;
    }
    this.#quoteIds[index] = event.updateId;
    this.#top(index, event.bidPrice, event.bidQuantity, event.askPrice, event.askQuantity, ts);
    this.priced[index] = event.venueTime;
    return this.#become(index, 2, 'quoted', false);
  }

  levels(index: number, event: BookEvent, ts: number): SyncChange {
    let book = this.#books[index];
    if (!(book instanceof L2Book)) {
      book = new L2Book();
      this.#books[index] = book;
    }
    const outcome = book.apply(event);
    if (!book.synced) {
      // What quotes knew beyond the deltas is as old as the book by the time it is whole again.
      this.#quoteIds[index] = -1;
      this.#unknown(index);
      const change = this.#become(index, 1, book.reason, outcome === 'gap');
      return change ?? (outcome === 'gap' ? { state: 'stillUnsynced' } : undefined);
    }
    // A quote runs ahead of a feed of deltas that is sent only every so often.
    this.crossings[index] = book.crossed ? 1 : 0;
    if (outcome === 'applied') this.staleSince[index] = Number.NaN;
    // A stale snapshot may be the late answer to an ask: it says nothing of the feed.
    else if (event.action === 'delta' && Number.isNaN(this.staleSince[index] as number))
      this.staleSince[index] = ts;
    if (outcome === 'applied' && !(book.lastId >= 0 && (this.#quoteIds[index] as number) > book.lastId)) {
      this.#fromBook(index, book, ts);
      // With changes on top that had been held back, a snapshot's book is of a later time than its own.
      this.priced[index] = event.action === 'snapshot' && book.lastId !== event.last ? 0 : event.venueTime;
    }
    return this.#become(index, 2, 'the book is whole', false);
  }

  order(index: number, event: BookOrderEvent, ts: number): SyncChange {
    let book = this.#books[index];
    if (!(book instanceof OrderByOrderBook)) {
      book = new OrderByOrderBook();
      this.#books[index] = book;
    }
    const outcome = book.apply(event);
    if (event.action === 'trade' && event.price > 0)
      this.lastPrices[index] = this.#table.at(index).prices.toNumber(event.price);
    if (!book.synced) {
      this.#unknown(index);
      return this.#become(index, 1, book.reason, outcome === 'gap');
    }
    if (book.whole) {
      this.crossings[index] = book.crossed ? 1 : 0;
      this.#fromBook(index, book, ts);
      this.priced[index] = event.venueTime;
    }
    return this.#become(index, 2, 'the book is whole', false);
  }

  /** The feed lost continuity; of a market that was never heard of there is nothing to lose. */
  desync(index: number, reason: string): SyncChange {
    return this.states[index] === 0 ? undefined : this.lose(index, reason);
  }

  /** The market is not to be trusted: nothing is known until a snapshot, or a quote where no book is kept. */
  lose(index: number, reason: string): SyncChange {
    this.#books[index]?.desync(reason);
    this.#quoteIds[index] = -1;
    this.#unknown(index);
    return this.#become(index, 1, reason, true);
  }

  save(): Plain {
    const numbers = Object.fromEntries(NUMBERS.map((name) => [name, this[name].slice()]));
    return {
      ...numbers,
      quoteIds: this.#quoteIds.slice(),
      states: this.states.slice(),
      phases: this.phases.slice(),
      crossings: this.crossings.slice(),
      books: this.#books.map((book) =>
        book === undefined
          ? null
          : { kind: book instanceof L2Book ? 'levels' : 'orders', state: book.save() as Plain },
      ),
    };
  }

  static restore(table: InstrumentTable, saved: Plain): Markets {
    const markets = new Markets(table);
    const state = saved as Record<(typeof NUMBERS)[number] | 'quoteIds', Float64Array> & {
      readonly states: Uint8Array;
      readonly phases: Uint8Array;
      readonly crossings: Uint8Array;
      readonly books: readonly ({ readonly kind: string; readonly state: Plain } | null)[];
    };
    for (const name of NUMBERS) markets[name].set(state[name]);
    markets.#quoteIds.set(state.quoteIds);
    markets.states.set(state.states);
    markets.phases.set(state.phases);
    markets.crossings.set(state.crossings);
    state.books.forEach((book, index) => {
      if (book === null) return;
      markets.#books[index] =
        book.kind === 'levels' ? L2Book.restore(book.state) : OrderByOrderBook.restore(book.state);
    });
    return markets;
  }

  #fromBook(index: number, book: BookView, ts: number): void {
    this.#top(index, book.bestBid, book.bestBidQuantity, book.bestAsk, book.bestAskQuantity, ts);
  }

  #top(index: number, bid: number, bidLots: number, ask: number, askLots: number, ts: number): void {
    const { prices, quantities } = this.#table.at(index);
    this.bids[index] = bidLots > 0 ? prices.toNumber(bid) : Number.NaN;
    this.asks[index] = askLots > 0 ? prices.toNumber(ask) : Number.NaN;
    this.bidQuantities[index] = quantities.toNumber(bidLots);
    this.askQuantities[index] = quantities.toNumber(askLots);
    this.updated[index] = ts;
  }

  #unknown(index: number): void {
    this.bids[index] = Number.NaN;
    this.asks[index] = Number.NaN;
    this.bidQuantities[index] = Number.NaN;
    this.askQuantities[index] = Number.NaN;
    this.priced[index] = 0;
    this.crossings[index] = 0;
    this.staleSince[index] = Number.NaN;
  }

  #become(index: number, state: 1 | 2, reason: string, lost: boolean): SyncChange {
    if (this.states[index] === state) return undefined;
    this.states[index] = state;
    return { state: state === 2 ? 'synced' : 'unsynced', reason, lost };
  }
}
