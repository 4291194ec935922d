import { InputError, show } from '../../domain/errors.js';
import type { SequencedEvent } from '../../domain/event.js';
import type { BookEvent, BookOrderEvent, QuoteEvent, TradeEvent } from '../../domain/market-event.js';
import { checkEvent, WIRE_VERSION } from '../../domain/wire.js';
import type { Block } from '../journal-store.js';
import { bookBytes, isColumnBook, writeBooks } from './book-columns.js';
import { bookOrderBytes, isColumnBookOrder, writeBookOrders } from './book-order-columns.js';
import {
  aligned,
  BLOCK_HEAD_BYTES,
  BLOCK_MAGIC,
  BLOCK_VERSION,
  BOOK,
  BOOK_ORDER,
  blockChecksum,
  CHECKSUM_AT,
  LONGEST_BLOCK_BYTES,
  PACKED,
  QUOTE,
  TRADE,
} from './layout.js';
import { Names } from './names.js';
import { Packer } from './pack.js';
import { isColumnQuote, quoteBytes, writeQuotes } from './quote-columns.js';
import { isColumnTrade, tradeBytes, writeTrades } from './trade-columns.js';

/**
 * Turns consecutive events into a block: quotes, trades and books as columns, the rest as msgpack.
 *
 * One encoder serves one writer: what it needs meanwhile it keeps and uses again.
 *
 * @example
 * const { bytes } = new BlockEncoder().encode(events);
 */
export class BlockEncoder {
  readonly #names = new Names();
  readonly #rest = new Packer();
  #tags = new Uint8Array(256);
  readonly #quotes: QuoteEvent[] = [];
  readonly #trades: TradeEvent[] = [];
  readonly #books: BookEvent[] = [];
  readonly #bookOrders: BookOrderEvent[] = [];
  /** Numbers of the instruments of the events in each of these columns. */
  readonly #instruments: readonly [packed: number[], ...columns: number[][]] = [[], [], [], [], []];

  /**
   * The block of these events, in a buffer of its own.
   *
   * @throws InputError for no event, a gap in `seq`, a `ts` that goes back, an event that the wire schema does not know
   */
  encode(events: readonly SequencedEvent[]): Block {
    const [first] = events;
    if (first === undefined) throw new InputError('a block holds at least one event');
    const from = first.seq;
    if (!Number.isSafeInteger(from) || from < 1)
      throw new InputError(`seq must be an integer of at least 1, not ${show(from)}`);
    try {
      this.#sort(events, from);
      return { from, to: from + events.length - 1, bytes: this.#write(events, from) };
    } finally {
      this.#forget();
    }
  }

  /** Says of each event how it is stored. */
  #sort(events: readonly SequencedEvent[], from: number): void {
    const count = events.length;
    if (this.#tags.length < count) this.#tags = new Uint8Array(2 * count);
    const tags = this.#tags;
    let last = 0;
    for (let index = 0; index < count; index++) {
      const { seq, ts, event } = events[index] as SequencedEvent;
      if (seq !== from + index)
        throw new InputError(
          `seq must be ${from + index}, right after the event before it, not ${show(seq)}`,
        );
      if (!(ts >= last && ts < 1e14)) refuseTime(seq, ts, last);
      last = ts;
      let tag = PACKED;
      if (event.kind === 'quote') {
        if (isColumnQuote(event)) {
          tag = QUOTE;
          this.#quotes.push(event);
        }
      } else if (event.kind === 'trade') {
        if (isColumnTrade(event)) {
          tag = TRADE;
          this.#trades.push(event);
        }
      } else if (event.kind === 'book') {
        if (isColumnBook(event)) {
          tag = BOOK;
          this.#books.push(event);
        }
      } else if (event.kind === 'bookOrder' && isColumnBookOrder(event)) {
        tag = BOOK_ORDER;
        this.#bookOrders.push(event);
      }
      tags[index] = tag;
      if (tag === PACKED) this.#pack(seq, event);
      else (this.#instruments[tag] as number[]).push(this.#names.numberOf((event as QuoteEvent).instrument));
    }
  }

  #pack(seq: number, event: unknown): void {
    try {
      this.#rest.pack(checkEvent(event));
    } catch (error) {
      throw error instanceof InputError ? new InputError(`event ${seq}: ${error.message}`) : error;
    }
  }

  #write(events: readonly SequencedEvent[], from: number): Uint8Array {
    const count = events.length;
    const names = this.#names.packed();
    const tagsAt = BLOCK_HEAD_BYTES + 8 * count;
    const namesAt = tagsAt + aligned(count);
    const quotesAt = namesAt + aligned(names.length);
    const tradesAt = quotesAt + quoteBytes(this.#quotes.length);
    const booksAt = tradesAt + tradeBytes(this.#trades);
    const bookOrdersAt = booksAt + bookBytes(this.#books);
    const restAt = bookOrdersAt + bookOrderBytes(this.#bookOrders);
    const length = restAt + this.#rest.length;
    if (length > LONGEST_BLOCK_BYTES)
      throw new InputError(
        `${count} events take ${length} bytes; a block has ${LONGEST_BLOCK_BYTES} at most: append fewer at a time`,
      );
    const bytes = Buffer.allocUnsafeSlow(length);
    bytes.writeUInt32LE(BLOCK_MAGIC, 0);
    bytes.writeUInt16LE(BLOCK_VERSION, 4);
    bytes.writeUInt16LE(WIRE_VERSION, 6);
    bytes.writeUInt32LE(length, 8);
    bytes.writeUInt32LE(from % 0x1_0000_0000, 16);
    bytes.writeUInt32LE(Math.floor(from / 0x1_0000_0000), 20);
    bytes.writeUInt32LE(count, 24);
    bytes.writeUInt32LE(names.length, 28);
    bytes.writeUInt32LE(this.#quotes.length, 32);
    bytes.writeUInt32LE(this.#trades.length, 36);
    bytes.writeUInt32LE(this.#books.length, 40);
    bytes.writeUInt32LE(this.#bookOrders.length, 44);
    bytes.fill(0, 48, BLOCK_HEAD_BYTES);
    const times = new Float64Array(bytes.buffer, BLOCK_HEAD_BYTES, count);
    for (let index = 0; index < count; index++) times[index] = (events[index] as SequencedEvent).ts;
    bytes.set(this.#tags.subarray(0, count), tagsAt);
    bytes.fill(0, tagsAt + count, namesAt);
    bytes.set(names, namesAt);
    bytes.fill(0, namesAt + names.length, quotesAt);
    if (this.#quotes.length > 0) writeQuotes(bytes, quotesAt, this.#quotes, this.#columnOf(QUOTE));
    if (this.#trades.length > 0) writeTrades(bytes, tradesAt, this.#trades, this.#columnOf(TRADE));
    if (this.#books.length > 0) writeBooks(bytes, booksAt, this.#books, this.#columnOf(BOOK));
    if (this.#bookOrders.length > 0)
      writeBookOrders(bytes, bookOrdersAt, this.#bookOrders, this.#columnOf(BOOK_ORDER));
    this.#rest.copyTo(bytes, restAt);
    bytes.writeUInt32LE(blockChecksum(bytes), CHECKSUM_AT);
    return bytes;
  }

  #columnOf(tag: number): readonly number[] {
    return this.#instruments[tag] as number[];
  }

  #forget(): void {
    for (const numbers of this.#instruments) numbers.length = 0;
    this.#names.clear();
    this.#rest.reset();
    this.#quotes.length = 0;
    this.#trades.length = 0;
    this.#books.length = 0;
    this.#bookOrders.length = 0;
  }
}

function refuseTime(seq: number, ts: unknown, last: number): never {
  throw new InputError(
    typeof ts === 'number' && ts < last
      ? `event ${seq}: ts must not go back from ${last} to ${ts}`
      : `event ${seq}: ts must be a Unix time in milliseconds, not ${show(ts)}`,
  );
}
