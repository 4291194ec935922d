import type { InstrumentId } from '../../domain/brand.js';
import { InputError } from '../../domain/errors.js';
import type { BookOrderEvent } from '../../domain/market-event.js';
import { aligned } from './layout.js';
import { measure, putText, readTextSize, TextColumn, type TextSize } from './text-column.js';
import { fieldCount, isLots, isName, isTicks, isTime } from './values.js';

const ACTIONS: readonly BookOrderEvent['action'][] = ['add', 'cancel', 'modify', 'clear', 'trade', 'fill'];
const SIDES: readonly BookOrderEvent['side'][] = ['none', 'bid', 'ask'];
const SNAPSHOT = 1 << 5;
const LAST = 1 << 6;
const HEAD = 8;
/** Three doubles, two words of 4 bytes, one byte. */
const EACH = 33;

/** Whether the columns can hold this change of an order-by-order book. */
export function isColumnBookOrder(event: BookOrderEvent): boolean {
  return (
    isName(event.instrument) &&
    isTime(event.venueTime) &&
    isTicks(event.price) &&
    isLots(event.quantity) &&
    ACTIONS.includes(event.action) &&
    SIDES.includes(event.side) &&
    typeof event.orderId === 'string' &&
    typeof event.snapshot === 'boolean' &&
    typeof event.last === 'boolean' &&
    fieldCount(event) === 10
  );
}

const idOf = ({ orderId }: BookOrderEvent): string => orderId;

const bytesOf = (count: number, { characters, width }: TextSize): number =>
  count === 0 ? 0 : aligned(HEAD + count * EACH + characters * width);

/** Bytes that the columns of these events take. */
export const bookOrderBytes = (events: readonly BookOrderEvent[]): number =>
  bytesOf(events.length, measure(events, idOf));

export function writeBookOrders(
  bytes: Buffer,
  at: number,
  events: readonly BookOrderEvent[],
  numbers: readonly number[],
): void {
  const count = events.length;
  const size = measure(events, idOf);
  bytes.writeUInt32LE(size.characters, at);
  bytes.writeUInt32LE(size.width, at + 4);
  const doubles = new Float64Array(bytes.buffer, at + HEAD, 3 * count);
  const words = new Uint32Array(bytes.buffer, at + HEAD + 24 * count, 2 * count);
  const codesAt = at + HEAD + 32 * count;
  const textAt = codesAt + count;
  let text = textAt;
  for (let index = 0; index < count; index++) {
    const event = events[index] as BookOrderEvent;
    doubles[index] = event.venueTime;
    doubles[count + index] = event.price;
    doubles[2 * count + index] = event.quantity;
    words[index] = numbers[index] as number;
    bytes[codesAt + index] =
      ACTIONS.indexOf(event.action) |
      (SIDES.indexOf(event.side) << 3) |
      (event.snapshot ? SNAPSHOT : 0) |
      (event.last ? LAST : 0);
    text = putText(bytes, text, event.orderId, size.width);
    words[count + index] = (text - textAt) / size.width;
  }
  bytes.fill(0, text, at + bytesOf(count, size));
}

/** Reads changes of order-by-order books in order. */
export class BookOrderColumns {
  readonly end: number;
  readonly #count: number;
  readonly #doubles: Float64Array;
  readonly #instruments: Uint32Array;
  readonly #codes: Uint8Array;
  readonly #texts: TextColumn;
  readonly #names: readonly InstrumentId[];
  #next = 0;

  constructor(bytes: Buffer, at: number, count: number, names: readonly InstrumentId[]) {
    const size = readTextSize(bytes, at);
    this.end = at + bytesOf(count, size);
    if (this.end > bytes.length)
      throw new InputError(`byte ${at}: the orders of books go beyond the block's end`);
    this.#count = count;
    this.#names = names;
    this.#doubles = new Float64Array(bytes.buffer, at + HEAD, 3 * count);
    const words = new Uint32Array(bytes.buffer, at + HEAD + 24 * count, 2 * count);
    this.#instruments = words.subarray(0, count);
    this.#codes = bytes.subarray(at + HEAD + 32 * count, at + HEAD + 33 * count);
    this.#texts = new TextColumn(bytes, at + HEAD + 33 * count, size, words.subarray(count));
  }

  /** The next change, which may still be none that the schema allows. */
  next(): BookOrderEvent {
    const doubles = this.#doubles;
    const count = this.#count;
    const index = this.#next++;
    const code = this.#codes[index] as number;
    return {
      kind: 'bookOrder',
      instrument: this.#names[this.#instruments[index] as number] as InstrumentId,
      venueTime: doubles[index] as number,
      action: ACTIONS[code & 7] as BookOrderEvent['action'],
      orderId: this.#texts.next(index),
      side: SIDES[(code >> 3) & 3] as BookOrderEvent['side'],
      price: doubles[count + index] as number,
      quantity: doubles[2 * count + index] as number,
      snapshot: (code & SNAPSHOT) !== 0,
      last: (code & LAST) !== 0,
    };
  }
}
