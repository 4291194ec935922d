import type { InstrumentId } from '../../domain/brand.js';
import { InputError } from '../../domain/errors.js';
import type { Aggressor, TradeEvent } from '../../domain/market-event.js';
import { aligned } from './layout.js';
import { measure, putText, readTextSize, TextColumn, type TextSize } from './text-column.js';
import { fieldCount, isLots, isName, isTicks, isTime } from './values.js';

const AGGRESSORS: readonly Aggressor[] = ['none', 'buy', 'sell'];
const HEAD = 8;
/** Three doubles, two words of 4 bytes, one byte. */
const EACH = 33;

/** Whether the columns can hold this trade. */
export function isColumnTrade(event: TradeEvent): boolean {
  const { aggressor } = event;
  return (
    isName(event.instrument) &&
    isTime(event.venueTime) &&
    isTicks(event.price) &&
    isLots(event.quantity) &&
    (aggressor === 'buy' || aggressor === 'sell' || aggressor === 'none') &&
    typeof event.tradeId === 'string' &&
    fieldCount(event) === 7
  );
}

const idOf = ({ tradeId }: TradeEvent): string => tradeId;

const bytesOf = (count: number, { characters, width }: TextSize): number =>
  count === 0 ? 0 : aligned(HEAD + count * EACH + characters * width);

/** Bytes that the columns of these trades take. */
export const tradeBytes = (trades: readonly TradeEvent[]): number =>
  bytesOf(trades.length, measure(trades, idOf));

export function writeTrades(
  bytes: Buffer,
  at: number,
  trades: readonly TradeEvent[],
  numbers: readonly number[],
): void {
  const count = trades.length;
  const size = measure(trades, idOf);
  bytes.writeUInt32LE(size.characters, at);
  bytes.writeUInt32LE(size.width, at + 4);
  const doubles = new Float64Array(bytes.buffer, at + HEAD, 3 * count);
  const words = new Uint32Array(bytes.buffer, at + HEAD + 24 * count, 2 * count);
  const aggressorsAt = at + HEAD + 32 * count;
  const textAt = aggressorsAt + count;
  let text = textAt;
  for (let index = 0; index < count; index++) {
    const trade = trades[index] as TradeEvent;
    doubles[index] = trade.venueTime;
    doubles[count + index] = trade.price;
    doubles[2 * count + index] = trade.quantity;
    words[index] = numbers[index] as number;
    bytes[aggressorsAt + index] = trade.aggressor === 'none' ? 0 : trade.aggressor === 'buy' ? 1 : 2;
    text = putText(bytes, text, trade.tradeId, size.width);
    words[count + index] = (text - textAt) / size.width;
  }
  bytes.fill(0, text, at + bytesOf(count, size));
}

/** Reads trades in order. */
export class TradeColumns {
  readonly end: number;
  readonly #count: number;
  readonly #doubles: Float64Array;
  readonly #instruments: Uint32Array;
  readonly #aggressors: Uint8Array;
  readonly #texts: TextColumn;
  readonly #names: readonly InstrumentId[];
  #next = 0;

  constructor(bytes: Buffer, at: number, count: number, names: readonly InstrumentId[]) {
    const size = readTextSize(bytes, at);
    this.end = at + bytesOf(count, size);
    if (this.end > bytes.length) throw new InputError(`byte ${at}: the trades go beyond the block's end`);
    this.#count = count;
    this.#names = names;
    this.#doubles = new Float64Array(bytes.buffer, at + HEAD, 3 * count);
    const words = new Uint32Array(bytes.buffer, at + HEAD + 24 * count, 2 * count);
    this.#instruments = words.subarray(0, count);
    this.#aggressors = bytes.subarray(at + HEAD + 32 * count, at + HEAD + 33 * count);
    this.#texts = new TextColumn(bytes, at + HEAD + 33 * count, size, words.subarray(count));
  }

  /** The next trade, which may still be none that the schema allows. */
  next(): TradeEvent {
    const doubles = this.#doubles;
    const count = this.#count;
    const index = this.#next++;
    return {
      kind: 'trade',
      instrument: this.#names[this.#instruments[index] as number] as InstrumentId,
      venueTime: doubles[index] as number,
      price: doubles[count + index] as number,
      quantity: doubles[2 * count + index] as number,
      aggressor: AGGRESSORS[this.#aggressors[index] as number] as Aggressor,
      tradeId: this.#texts.next(index),
    };
  }
}
