import type { InstrumentId } from '../../domain/brand.js';
import type { QuoteEvent } from '../../domain/market-event.js';
import { aligned } from './layout.js';
import { fieldCount, isCount, isLots, isName, isTicks, isTime } from './values.js';

const DOUBLES = 6;

/** Whether the columns can hold this quote; whatever they cannot hold is checked by the wire schema. */
export function isColumnQuote(event: QuoteEvent): boolean {
  return (
    isName(event.instrument) &&
    isTime(event.venueTime) &&
    isTicks(event.bidPrice) &&
    isLots(event.bidQuantity) &&
    isTicks(event.askPrice) &&
    isLots(event.askQuantity) &&
    isCount(event.updateId) &&
    fieldCount(event) === 8
  );
}

/** Bytes that the columns of so many quotes take. */
export const quoteBytes = (count: number): number => aligned(count * (8 * DOUBLES + 4));

export function writeQuotes(
  bytes: Buffer,
  at: number,
  quotes: readonly QuoteEvent[],
  numbers: readonly number[],
): void {
  const count = quotes.length;
  const doubles = new Float64Array(bytes.buffer, at, DOUBLES * count);
  const instruments = new Uint32Array(bytes.buffer, at + 8 * DOUBLES * count, count);
  for (let index = 0; index < count; index++) {
    const quote = quotes[index] as QuoteEvent;
    doubles[index] = quote.venueTime;
    doubles[count + index] = quote.bidPrice;
    doubles[2 * count + index] = quote.bidQuantity;
    doubles[3 * count + index] = quote.askPrice;
    doubles[4 * count + index] = quote.askQuantity;
    doubles[5 * count + index] = quote.updateId;
    instruments[index] = numbers[index] as number;
  }
  bytes.fill(0, at + count * (8 * DOUBLES + 4), at + quoteBytes(count));
}

/** Reads quotes in order. */
export class QuoteColumns {
  readonly end: number;
  readonly #count: number;
  readonly #doubles: Float64Array;
  readonly #instruments: Uint32Array;
  readonly #names: readonly InstrumentId[];
  #next = 0;

  constructor(bytes: Buffer, at: number, count: number, names: readonly InstrumentId[]) {
    this.#count = count;
    this.#names = names;
    this.#doubles = new Float64Array(bytes.buffer, at, DOUBLES * count);
    this.#instruments = new Uint32Array(bytes.buffer, at + 8 * DOUBLES * count, count);
    this.end = at + quoteBytes(count);
  }

  /** The next quote, which may still be none that the schema allows. */
  next(): QuoteEvent {
    const doubles = this.#doubles;
    const count = this.#count;
    const index = this.#next++;
    return {
      kind: 'quote',
      instrument: this.#names[this.#instruments[index] as number] as InstrumentId,
      venueTime: doubles[index] as number,
      bidPrice: doubles[count + index] as number,
      bidQuantity: doubles[2 * count + index] as number,
      askPrice: doubles[3 * count + index] as number,
      askQuantity: doubles[4 * count + index] as number,
      updateId: doubles[5 * count + index] as number,
    };
  }
}
