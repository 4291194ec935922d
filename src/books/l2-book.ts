import { integerAtLeast } from '../domain/check.js';
import type { BookEvent } from '../domain/market-event.js';
import type { Plain } from '../domain/plain.js';
import { DeltaChain, isNumbered } from './delta-chain.js';
import { TwoSidedBook } from './two-sided-book.js';

/**
 * What became of a book event: `applied`; `stale` (nothing new in it); `buffered` until a snapshot comes; `gap`: something
 * is missing, the book is empty and unsynced until a newer snapshot comes.
 */
export type BookOutcome = 'applied' | 'stale' | 'buffered' | 'gap';

export interface L2BookOptions {
  /** Deltas kept while there is no snapshot; beyond it the oldest goes. @default 4096 */
  readonly bufferLimit?: number;
}

/** The state of an {@link L2Book} as plain data: equal books save equal. */
export type SavedL2Book = ReturnType<L2Book['save']>;

/**
 * A book of price levels, kept from snapshots and deltas.
 *
 * ```
 * event    delta     delta     snapshot  delta    delta (gap)  snapshot
 * outcome  buffered  buffered  applied   applied  gap          applied
 * synced   no        no        yes       yes      no           yes
 * ```
 *
 * Prices are in ticks, quantities in lots. Deltas that came before the snapshot are replayed on top of it. While
 * the book is unsynced it is empty: what may be wrong is not shown.
 *
 * @example
 * const book = new L2Book();
 * book.apply(event);
 * if (book.synced) quote(book.bestBid, book.bestAsk);
 */
export class L2Book extends TwoSidedBook {
  readonly #chain = new DeltaChain();
  readonly #bufferLimit: number;
  #buffer: BookEvent[] = [];
  #synced = false;
  #reason = 'no snapshot yet';

  /** @throws ConfigurationError when `bufferLimit` is not an integer of at least 1 */
  constructor(options: L2BookOptions = {}) {
    super();
    this.#bufferLimit = integerAtLeast('bufferLimit', options.bufferLimit ?? 4096, 1);
  }

  get state(): 'unsynced' | 'synced' {
    return this.#synced ? 'synced' : 'unsynced';
  }

  get synced(): boolean {
    return this.#synced;
  }

  get whole(): boolean {
    return this.#synced;
  }

  /** Why the book is unsynced; empty while it is synced. */
  get reason(): string {
    return this.#reason;
  }

  /** The venue's id of the last update in the book, or -1. */
  get lastId(): number {
    return this.#chain.lastId;
  }

  apply(event: BookEvent): BookOutcome {
    if (event.action === 'snapshot') return this.#snapshot(event);
    if (!this.#synced) return this.#hold(event);
    return this.#delta(event);
  }

  /** Distrusts the book from outside (a lost connection, a wrong checksum): it is empty until a snapshot comes. */
  desync(reason: string): void {
    this.#buffer = [];
    this.#lose(reason);
  }

  save(): {
    readonly synced: boolean;
    readonly reason: string;
    readonly lastId: number;
    readonly joining: boolean;
    readonly bids: { readonly prices: Float64Array; readonly quantities: Float64Array };
    readonly asks: { readonly prices: Float64Array; readonly quantities: Float64Array };
    readonly buffer: readonly { readonly [field: string]: Plain }[];
  } {
    const { lastId, joining } = this.#chain;
    return {
      synced: this.#synced,
      reason: this.#reason,
      lastId,
      joining,
      bids: this.bids.save(),
      asks: this.asks.save(),
      buffer: this.#buffer.map((event) => ({ ...event })),
    };
  }

  /** A book that goes on from what {@link save} gave. */
  static restore(saved: Plain, options: L2BookOptions = {}): L2Book {
    const { synced, reason, lastId, joining, bids, asks, buffer } = saved as SavedL2Book;
    const book = new L2Book(options);
    book.#synced = synced;
    book.#reason = reason;
    book.#chain.lastId = lastId;
    book.#chain.joining = joining;
    book.bids.restore(bids);
    book.asks.restore(asks);
    // Saved as they came, and compared with the pipeline's own version before they are read.
    book.#buffer = buffer.map((event) => ({ ...event }) as unknown as BookEvent);
    return book;
  }

  #snapshot(event: BookEvent): BookOutcome {
    if (this.#synced && event.last >= 0 && event.last < this.lastId) {
      // It shows less than is known. Deltas that go on from it overlap the book, and that is no gap.
      this.#chain.joining = true;
      return 'stale';
    }
    this.bids.load(event.bids);
    this.asks.load(event.asks);
    this.#chain.start(event.last);
    this.#synced = true;
    this.#reason = '';
    return this.#replay();
  }

  /** Applies what had been held back; a gap in it leaves the rest held back for a newer snapshot. */
  #replay(): BookOutcome {
    const held = this.#buffer;
    this.#buffer = [];
    for (let index = 0; index < held.length; index++) {
      if (this.#delta(held[index] as BookEvent) === 'gap') {
        this.#buffer = held.slice(index);
        return 'gap';
      }
    }
    return 'applied';
  }

  #delta(event: BookEvent): BookOutcome {
    const expected = this.lastId;
    const link = this.#chain.follow(event);
    if (link === 'stale') return 'stale';
    if (link === 'gap') {
      this.#lose(`gap: after ${expected} came ${event.first} to ${event.last}`);
      this.#buffer.push(event);
      return 'gap';
    }
    this.bids.setAll(event.bids);
    this.asks.setAll(event.asks);
    return 'applied';
  }

  #hold(event: BookEvent): BookOutcome {
    // Without ids nobody can tell on which side of a later snapshot it belongs, and what came before is in that snapshot.
    if (!isNumbered(event)) return 'stale';
    if (this.#buffer.length === this.#bufferLimit) this.#buffer.shift();
    this.#buffer.push(event);
    return 'buffered';
  }

  #lose(reason: string): void {
    this.empty();
    this.#synced = false;
    this.#reason = reason;
    this.#chain.start(-1);
  }
}
