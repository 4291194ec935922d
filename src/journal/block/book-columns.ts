import type { InstrumentId } from '../../domain/brand.js';
import { InputError } from '../../domain/errors.js';
import type { BookEvent } from '../../domain/market-event.js';
import { aligned } from './layout.js';
import { fieldCount, isCount, isLots, isName, isTicks, isTime } from './values.js';

const ACTIONS: readonly BookEvent['action'][] = ['snapshot', 'delta'];
const HEAD = 8;
/** Four doubles, three words of 4 bytes, one byte. */
const EACH = 45;

function areLevels(values: readonly number[]): boolean {
  if (!Array.isArray(values) || values.length % 2 !== 0) return false;
  for (let index = 0; index < values.length; index += 2) {
    if (!isTicks(values[index] as number) || !isLots(values[index + 1] as number)) return false;
  }
  return true;
}

/** Whether the columns can hold this change of a book. */
export function isColumnBook(event: BookEvent): boolean {
  const { action } = event;
  return (
    isName(event.instrument) &&
    isTime(event.venueTime) &&
    (action === 'delta' || action === 'snapshot') &&
    isCount(event.first) &&
    isCount(event.last) &&
    isCount(event.previous) &&
    areLevels(event.bids) &&
    areLevels(event.asks) &&
    fieldCount(event) === 9
  );
}

const bytesOf = (count: number, numbers: number): number =>
  count === 0 ? 0 : aligned(HEAD + count * EACH + 8 * numbers);

function numbersOf(books: readonly BookEvent[]): number {
  let numbers = 0;
  for (const { bids, asks } of books) numbers += bids.length + asks.length;
  return numbers;
}

/** Bytes that the columns of these books take. */
export const bookBytes = (books: readonly BookEvent[]): number => bytesOf(books.length, numbersOf(books));

export function writeBooks(
  bytes: Buffer,
  at: number,
  books: readonly BookEvent[],
  instruments: readonly number[],
): void {
  const count = books.length;
  const numbers = numbersOf(books);
  bytes.writeUInt32LE(numbers, at);
  bytes.writeUInt32LE(0, at + 4);
  const doubles = new Float64Array(bytes.buffer, at + HEAD, 4 * count + numbers);
  const wordsAt = at + HEAD + 8 * (4 * count + numbers);
  const words = new Uint32Array(bytes.buffer, wordsAt, 3 * count);
  const actionsAt = wordsAt + 12 * count;
  let level = 4 * count;
  for (let index = 0; index < count; index++) {
    const book = books[index] as BookEvent;
    const { bids, asks } = book;
    doubles[index] = book.venueTime;
    doubles[count + index] = book.first;
    doubles[2 * count + index] = book.last;
    doubles[3 * count + index] = book.previous;
    words[index] = instruments[index] as number;
    words[count + index] = bids.length;
    words[2 * count + index] = asks.length;
    bytes[actionsAt + index] = book.action === 'snapshot' ? 0 : 1;
    for (let place = 0; place < bids.length; place++) doubles[level++] = bids[place] as number;
    for (let place = 0; place < asks.length; place++) doubles[level++] = asks[place] as number;
  }
  bytes.fill(0, actionsAt + count, at + bytesOf(count, numbers));
}

/** Reads books in order. */
export class BookColumns {
  readonly end: number;
  readonly #count: number;
  readonly #doubles: Float64Array;
  readonly #words: Uint32Array;
  readonly #actions: Uint8Array;
  readonly #names: readonly InstrumentId[];
  #next = 0;
  #level: number;

  constructor(bytes: Buffer, at: number, count: number, names: readonly InstrumentId[]) {
    const numbers = bytes.readUInt32LE(at);
    this.end = at + bytesOf(count, numbers);
    if (this.end > bytes.length) throw new InputError(`byte ${at}: the books go beyond the block's end`);
    this.#count = count;
    this.#names = names;
    this.#doubles = new Float64Array(bytes.buffer, at + HEAD, 4 * count + numbers);
    const wordsAt = at + HEAD + 8 * (4 * count + numbers);
    this.#words = new Uint32Array(bytes.buffer, wordsAt, 3 * count);
    this.#actions = bytes.subarray(wordsAt + 12 * count, wordsAt + 13 * count);
    this.#level = 4 * count;
    let told = 0;
    for (let index = count; index < 3 * count; index++) told += this.#words[index] as number;
    if (told !== numbers)
      throw new InputError(`byte ${at}: books tell of ${told} numbers in levels, and ${numbers} are there`);
  }

  /** The next book, which may still be none that the schema allows. */
  next(): BookEvent {
    const doubles = this.#doubles;
    const words = this.#words;
    const count = this.#count;
    const index = this.#next++;
    return {
      kind: 'book',
      instrument: this.#names[words[index] as number] as InstrumentId,
      venueTime: doubles[index] as number,
      action: ACTIONS[this.#actions[index] as number] as BookEvent['action'],
      first: doubles[count + index] as number,
      last: doubles[2 * count + index] as number,
      previous: doubles[3 * count + index] as number,
      bids: this.#levels(words[count + index] as number),
      asks: this.#levels(words[2 * count + index] as number),
    };
  }

  #levels(count: number): number[] {
    const levels: number[] = [];
    const end = this.#level + count;
    for (let index = this.#level; index < end; index++) levels.push(this.#doubles[index] as number);
    this.#level = end;
    return levels;
  }
}
