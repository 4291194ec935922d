import type { InstrumentId } from '../../domain/brand.js';
import { InputError } from '../../domain/errors.js';
import type { OutsideEvent, SequencedEvent } from '../../domain/event.js';
import { checkEvent } from '../../domain/wire.js';
import { BookColumns, isColumnBook } from './book-columns.js';
import { BookOrderColumns, isColumnBookOrder } from './book-order-columns.js';
import {
  aligned,
  BLOCK_HEAD_BYTES,
  type BlockHead,
  BOOK,
  BOOK_ORDER,
  blockChecksum,
  CHECKSUM_AT,
  PACKED,
  QUOTE,
  readHead,
  TRADE,
} from './layout.js';
import { isColumnQuote, QuoteColumns, quoteBytes } from './quote-columns.js';
import { isColumnTrade, TradeColumns } from './trade-columns.js';
import { Unpacker } from './unpack.js';

/** Checks head and checksum of a block, without reading its events. @throws InputError naming what is wrong */
export function checkBlock(bytes: Uint8Array): BlockHead {
  const buffer = asBuffer(bytes);
  const head = readHead(buffer);
  if (head.length !== buffer.length)
    throw new InputError(`a block of ${head.length} bytes was announced, ${buffer.length} are there`);
  const [told, found] = [buffer.readUInt32LE(CHECKSUM_AT), blockChecksum(buffer)];
  if (told !== found)
    throw new InputError(`the checksum of block ${spanOf(head)} is ${hex(found)}, not ${hex(told)}`);
  return head;
}

/**
 * The events of a block, in order.
 *
 * Nothing in the bytes is trusted: every length is held against what is there, and every event against the wire
 * schema. A whole block or none of it comes out.
 *
 * @throws InputError naming the block, the event or the byte, and what is wrong with it
 *
 * @example
 * for (const event of decodeBlock(bytes)) console.log(event.seq);
 */
export function decodeBlock(bytes: Uint8Array): SequencedEvent[] {
  const head = checkBlock(bytes);
  try {
    return readEvents(atStart(bytes), head);
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`block ${spanOf(head)}: ${error.message}`);
    throw error;
  }
}

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);

/** The block at the start of a buffer of its own: columns of doubles begin at multiples of 8 there. */
function atStart(bytes: Uint8Array): Buffer {
  if (bytes.byteOffset === 0) return asBuffer(bytes);
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  copy.set(bytes);
  return copy;
}

function readEvents(bytes: Buffer, head: BlockHead): SequencedEvent[] {
  const { from, count } = head;
  const tagsAt = BLOCK_HEAD_BYTES + 8 * count;
  const namesAt = tagsAt + aligned(count);
  const quotesAt = namesAt + aligned(head.names);
  fits(bytes, quotesAt, 'names');
  const names = readNames(bytes, namesAt, head.names);
  fits(bytes, quotesAt + quoteBytes(head.quotes), 'quotes');
  const quotes = new QuoteColumns(bytes, quotesAt, head.quotes, names);
  let at = quotes.end;
  const trades = head.trades === 0 ? undefined : new TradeColumns(bytes, room(bytes, at), head.trades, names);
  at = trades?.end ?? at;
  const books = head.books === 0 ? undefined : new BookColumns(bytes, room(bytes, at), head.books, names);
  at = books?.end ?? at;
  const orders =
    head.bookOrders === 0 ? undefined : new BookOrderColumns(bytes, room(bytes, at), head.bookOrders, names);
  at = orders?.end ?? at;
  const rest = new Unpacker(bytes, at, bytes.length);
  checkTags(bytes, tagsAt, head);
  const times = new Float64Array(bytes.buffer, BLOCK_HEAD_BYTES, count);
  const events: SequencedEvent[] = [];
  let last = 0;
  for (let index = 0; index < count; index++) {
    const seq = from + index;
    const ts = times[index] as number;
    if (!(ts >= last && ts < 1e14))
      throw new InputError(`event ${seq}: ts must be a Unix time in milliseconds from ${last} on, not ${ts}`);
    last = ts;
    let event: OutsideEvent;
    let known: boolean;
    switch (bytes[tagsAt + index]) {
      case QUOTE: {
        const quote = quotes.next();
        known = isColumnQuote(quote);
        event = quote;
        break;
      }
      case TRADE: {
        const trade = (trades as TradeColumns).next();
        known = isColumnTrade(trade);
        event = trade;
        break;
      }
      case BOOK: {
        const book = (books as BookColumns).next();
        known = isColumnBook(book);
        event = book;
        break;
      }
      case BOOK_ORDER: {
        const order = (orders as BookOrderColumns).next();
        known = isColumnBookOrder(order);
        event = order;
        break;
      }
      default:
        known = false;
        event = rest.next() as OutsideEvent;
    }
    events.push({ seq, ts, event: known ? event : checked(seq, event) });
  }
  if (!rest.done) throw new InputError(`byte ${rest.position}: more follows behind the last event`);
  return events;
}

/** The number of events of each sort that the head tells of is that which the bytes tell of. */
function checkTags(bytes: Buffer, at: number, head: BlockHead): void {
  const seen = [0, 0, 0, 0, 0];
  for (let index = 0; index < head.count; index++) {
    const tag = bytes[at + index] as number;
    if (tag > BOOK_ORDER)
      throw new InputError(`event ${head.from + index}: stored as ${tag}, which this millrace does not know`);
    seen[tag] = (seen[tag] as number) + 1;
  }
  const told = [0, head.quotes, head.trades, head.books, head.bookOrders];
  told[PACKED] = head.count - head.quotes - head.trades - head.books - head.bookOrders;
  if (told.some((count, tag) => count !== seen[tag]))
    throw new InputError(
      `events of the sorts ${seen.join(', ')} are there, and ${told.join(', ')} were told`,
    );
}

function readNames(bytes: Buffer, at: number, length: number): InstrumentId[] {
  const names: InstrumentId[] = [];
  const reader = new Unpacker(bytes, at, at + length);
  while (!reader.done) {
    const name = reader.next();
    if (typeof name !== 'string')
      throw new InputError(`byte ${at}: a name of an instrument must be a string`);
    names.push(name as InstrumentId);
  }
  return names;
}

function fits(bytes: Buffer, end: number, what: string): void {
  if (end > bytes.length) throw new InputError(`byte ${bytes.length}: the ${what} go beyond the block's end`);
}

/** There is room for the head of a column. */
function room(bytes: Buffer, at: number): number {
  fits(bytes, at + 8, 'columns');
  return at;
}

function checked(seq: number, event: unknown): OutsideEvent {
  try {
    return checkEvent(event);
  } catch (error) {
    throw error instanceof InputError ? new InputError(`event ${seq}: ${error.message}`) : error;
  }
}

const spanOf = ({ from, count }: BlockHead): string => `${from} to ${from + count - 1}`;

const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;
