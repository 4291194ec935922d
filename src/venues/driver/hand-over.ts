import { type BookSide, L2Book } from '../../books/index.js';
import type { InstrumentId } from '../../domain/brand.js';
import type { Event, ReportEvent } from '../../domain/event.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { BookEvent, SyncEvent, TradeEvent } from '../../domain/market-event.js';
import { SaidWords } from './said-words.js';
import type { VenueWord } from './venue-adapter.js';

/** Trades of one instrument and reports that a follower keeps. */
const MOST_KEPT = 4_096;

interface Market {
  readonly book: L2Book;
  /** A book was seen here: quotes alone keep none. */
  kept: boolean;
  trades: TradeEvent[];
  venueTime: number;
}

/**
 * What a follower's connection keeps, so that it can go on where the leader's log ends: whole books, and the trades and
 * reports of late.
 *
 * ```
 * follower's feed   b-t1-t2-r1-d-t3-d
 * leader's log      b-t1-t2-#
 * at the epoch      ----------------(B t3 r1)    B: the book with both deltas in it
 * ```
 *
 * Reports that the log has are left out by what they say; trades by their place: those behind the last one that the
 * log has.
 */
export class HandOver {
  readonly #markets = new Map<InstrumentId, Market>();
  readonly #loggedTrades = new Map<InstrumentId, Set<string>>();
  readonly #logged = new SaidWords();
  #reports: ReportEvent[] = [];
  readonly #lost: (instrument: InstrumentId) => void;

  /** @param lost a book has to be asked for */
  constructor(lost: (instrument: InstrumentId) => void) {
    this.#lost = lost;
  }

  /** The follower's own feed. */
  take(word: VenueWord): void {
    if (word.kind === 'report') {
      this.#reports.push(word);
      if (this.#reports.length > MOST_KEPT) this.#reports.shift();
    } else if (word.kind === 'trade') {
      const { trades } = this.#market(word.instrument);
      trades.push(word);
      if (trades.length > MOST_KEPT) trades.shift();
    } else if (word.kind === 'book') this.#book(word);
    else if (word.kind === 'sync' && word.state === 'unsynced') this.#desync(word);
  }

  /** The leader's log. */
  follow(event: Event): void {
    if (event.kind === 'report') this.#logged.isNews(event);
    else if (event.kind === 'trade') {
      const ids = this.#loggedTrades.get(event.instrument) ?? new Set();
      this.#loggedTrades.set(event.instrument, ids.add(event.tradeId));
      const [oldest] = ids;
      if (ids.size > MOST_KEPT) ids.delete(oldest as string);
    }
  }

  /** A connection was lost: what its books hold is not to be trusted. */
  disconnected(): void {
    for (const { book } of this.#markets.values()) book.desync('the connection was lost');
  }

  /** A whole book as an event, or `undefined` while there is none. */
  book({ id }: ListedInstrument): BookEvent | undefined {
    const market = this.#markets.get(id);
    if (market === undefined || !market.kept || !market.book.synced) return undefined;
    const { book, venueTime } = market;
    const last = book.lastId;
    return {
      kind: 'book',
      instrument: id,
      venueTime,
      action: 'snapshot',
      first: last,
      last,
      previous: -1,
      bids: levelsOf(book, 'bid'),
      asks: levelsOf(book, 'ask'),
    };
  }

  /** What lies beyond the leader's log: trades by instrument, then reports. */
  *beyond(): Generator<TradeEvent | ReportEvent> {
    for (const [id, { trades }] of this.#markets) {
      const logged = this.#loggedTrades.get(id);
      let next = 0;
      if (logged !== undefined) {
        for (let index = trades.length - 1; index >= 0 && next === 0; index--)
          if (logged.has((trades[index] as TradeEvent).tradeId)) next = index + 1;
      }
      yield* trades.slice(next);
    }
    for (const report of this.#reports) if (!this.#logged.has(report)) yield report;
  }

  #book(event: BookEvent): void {
    const market = this.#market(event.instrument);
    market.kept = true;
    market.venueTime = event.venueTime;
    const before = market.book.synced;
    market.book.apply(event);
    // Lost just now, or the answer was too old to be of use.
    if (!market.book.synced && (before || event.action === 'snapshot')) this.#lost(event.instrument);
  }

  #desync({ instrument, reason }: SyncEvent): void {
    const { book, kept } = this.#market(instrument);
    if (kept && book.synced) this.#lost(instrument);
    book.desync(reason);
  }

  #market(instrument: InstrumentId): Market {
    let market = this.#markets.get(instrument);
    if (market === undefined) {
      market = { book: new L2Book(), kept: false, trades: [], venueTime: 0 };
      this.#markets.set(instrument, market);
    }
    return market;
  }
}

function levelsOf(book: L2Book, side: BookSide): number[] {
  const flat: number[] = [];
  for (let level = 0; level < book.depth(side); level++)
    flat.push(book.priceAt(side, level), book.quantityAt(side, level));
  return flat;
}
