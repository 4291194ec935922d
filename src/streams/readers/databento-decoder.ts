import { InputError } from '../../domain/errors.js';
import type { Instrument } from '../../domain/instrument.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import type {
  Aggressor,
  BarEvent,
  BookOrderEvent,
  QuoteEvent,
  StatusEvent,
} from '../../domain/market-event.js';
import type { PutEvent } from '../recording/line-source.js';
import { databentoDefinition, definedSymbol, definitionBytes } from './databento-definition.js';
import { characterAt, FixedPrices, fixedAt, lotsOf, millisAt } from './databento-fields.js';
import type { DatabentoSymbols } from './databento-symbols.js';
import { refuseField } from './fields.js';
import type { InstrumentFinder } from './find-instruments.js';

const TRADE = 0x00;
const TOP = 0x01;
const STATUS = 0x12;
const DEFINITION = 0x13;
const ORDER = 0xa0;
const SAMPLED_TOPS: readonly number[] = [0xc3, 0xc4];
/** Length of a bar by the type of its record. */
const BARS: ReadonlyMap<number, number> = new Map([
  [0x20, 1_000],
  [0x21, 60_000],
  [0x22, 3_600_000],
  [0x23, 86_400_000],
]);
/** Words of the gateway: symbol mappings, heartbeats, errors of the subscription. */
const GATEWAY: readonly number[] = [0x15, 0x16, 0x17];

/** What a record must hold at least, by its type. */
const LENGTHS: ReadonlyMap<number, number> = new Map([
  [TRADE, 48],
  [TOP, 80],
  [STATUS, 40],
  [ORDER, 56],
  ...SAMPLED_TOPS.map((type) => [type, 80] as const),
  ...[...BARS.keys()].map((type) => [type, 56] as const),
]);

const ACTIONS: ReadonlyMap<string, BookOrderEvent['action']> = new Map([
  ['A', 'add'],
  ['C', 'cancel'],
  ['M', 'modify'],
  ['R', 'clear'],
  ['T', 'trade'],
  ['F', 'fill'],
]);
const SIDES: ReadonlyMap<string, BookOrderEvent['side']> = new Map([
  ['B', 'bid'],
  ['A', 'ask'],
  ['N', 'none'],
]);
const AGGRESSORS: ReadonlyMap<string, Aggressor> = new Map([
  ['B', 'buy'],
  ['A', 'sell'],
  ['N', 'none'],
]);
const LAST = 128;
const SNAPSHOT = 32;
/** Actions of a status; of those that are not here (a changed short sale restriction) there is nothing to say. */
const STATES: ReadonlyMap<number, StatusEvent['state']> = new Map([
  ...[1, 2, 3].map((action) => [action, 'preOpen'] as const),
  ...[4, 5, 6].map((action) => [action, 'auction'] as const),
  [7, 'open'],
  ...[8, 9, 10].map((action) => [action, 'halted'] as const),
  ...[11, 12, 13, 15].map((action) => [action, 'closed'] as const),
]);

/** Turns the records of a Databento file into events; see {@link openDatabentoBinary} for their times. */
export class DatabentoDecoder {
  readonly #version: 1 | 2 | 3;
  readonly #symbols: DatabentoSymbols;
  readonly #finder: InstrumentFinder;
  readonly #given: readonly Instrument[];
  readonly #listed = new Map<number, ListedInstrument>();
  readonly #prices = new FixedPrices();
  #lastTrade = -1;
  #repeats = 0;

  /** @param given definitions of the user, which go before those of the file */
  constructor(
    version: 1 | 2 | 3,
    symbols: DatabentoSymbols,
    finder: InstrumentFinder,
    given: readonly Instrument[],
  ) {
    this.#given = given;
    this.#version = version;
    this.#symbols = symbols;
    this.#finder = finder;
  }

  get instruments(): readonly Instrument[] {
    return this.#finder.instruments;
  }

  /** @param bytes of one record, whole */
  record(bytes: Buffer, put: PutEvent): void {
    const type = bytes[1] as number;
    if (GATEWAY.includes(type)) return;
    const needed = type === DEFINITION ? definitionBytes(this.#version) : LENGTHS.get(type);
    if (needed === undefined)
      refuseField('rtype', 'of an order, a trade, a top of book, a bar, a definition or a status', type);
    if (bytes.length < needed)
      throw new InputError(`a record of type ${type} must have ${needed} bytes, not ${bytes.length}`);
    const interval = BARS.get(type);
    if (interval !== undefined) return this.#bar(bytes, interval, put);
    if (type === ORDER) return this.#order(bytes, put);
    if (type === TRADE) return this.#trade(bytes, put);
    if (type === TOP)
      return characterAt(bytes, 28) === 'T' ? this.#trade(bytes, put) : this.#top(bytes, 8, put);
    if (SAMPLED_TOPS.includes(type)) return this.#top(bytes, 32, put);
    if (type === STATUS) return this.#status(bytes, put);
    this.#definition(bytes, put);
  }

  #instrument(bytes: Buffer, ts: number): ListedInstrument {
    const id = bytes.readUInt32LE(4);
    const known = this.#listed.get(id);
    if (known !== undefined) return known;
    const { symbol, always } = this.#symbols.find(id, ts);
    const listed = this.#finder.find('cme', symbol);
    if (always) this.#listed.set(id, listed);
    return listed;
  }

  #order(bytes: Buffer, put: PutEvent): void {
    const ts = millisAt(bytes, 40, 'ts_recv');
    const listed = this.#instrument(bytes, ts);
    const code = characterAt(bytes, 38);
    const action = ACTIONS.get(code) ?? refuseField('action', 'one of A, C, M, R, T, F', code);
    const side = characterAt(bytes, 39);
    const price = fixedAt(bytes, 24);
    const flags = bytes[36] as number;
    put(ts, {
      kind: 'bookOrder',
      instrument: listed.id,
      venueTime: millisAt(bytes, 8, 'ts_event'),
      action,
      orderId: String(bytes.readBigUInt64LE(16)),
      side: SIDES.get(side) ?? refuseField('side', 'one of B, A, N', side),
      // Clearing the book concerns no price.
      price: action === 'clear' && price === undefined ? 0 : this.#prices.ticks(listed, price, 'price'),
      quantity: lotsOf(listed, bytes.readUInt32LE(32), 'size'),
      snapshot: (flags & SNAPSHOT) !== 0,
      last: (flags & LAST) !== 0,
    });
  }

  #trade(bytes: Buffer, put: PutEvent): void {
    const ts = millisAt(bytes, 32, 'ts_recv');
    const listed = this.#instrument(bytes, ts);
    const side = characterAt(bytes, 29);
    const sequence = bytes.readUInt32LE(44);
    // Trades of one packet share its sequence number.
    this.#repeats = sequence === this.#lastTrade ? this.#repeats + 1 : 0;
    this.#lastTrade = sequence;
    put(ts, {
      kind: 'trade',
      instrument: listed.id,
      venueTime: millisAt(bytes, 8, 'ts_event'),
      price: this.#prices.ticks(listed, fixedAt(bytes, 16), 'price'),
      quantity: lotsOf(listed, bytes.readUInt32LE(24), 'size'),
      aggressor: AGGRESSORS.get(side) ?? refuseField('side', 'one of B, A, N', side),
      tradeId: this.#repeats === 0 ? String(sequence) : `${sequence}-${this.#repeats}`,
    });
  }

  /** @param timeAt where the venue's time stands; that of a sampled top is the last trade's, so its own is taken */
  #top(bytes: Buffer, timeAt: number, put: PutEvent): void {
    const ts = millisAt(bytes, 32, 'ts_recv');
    const listed = this.#instrument(bytes, ts);
    const bid = fixedAt(bytes, 48);
    const ask = fixedAt(bytes, 56);
    const quote: QuoteEvent = {
      kind: 'quote',
      instrument: listed.id,
      venueTime: millisAt(bytes, timeAt, 'ts_event'),
      // An empty side has no price.
      bidPrice: bid === undefined ? 0 : this.#prices.ticks(listed, bid, 'bid_px'),
      bidQuantity: bid === undefined ? 0 : lotsOf(listed, bytes.readUInt32LE(64), 'bid_sz'),
      askPrice: ask === undefined ? 0 : this.#prices.ticks(listed, ask, 'ask_px'),
      askQuantity: ask === undefined ? 0 : lotsOf(listed, bytes.readUInt32LE(68), 'ask_sz'),
      updateId: bytes.readUInt32LE(44),
    };
    put(ts, quote);
  }

  #bar(bytes: Buffer, interval: number, put: PutEvent): void {
    const start = millisAt(bytes, 8, 'ts_event');
    const listed = this.#instrument(bytes, start);
    const price = (at: number, name: string): number => this.#prices.ticks(listed, fixedAt(bytes, at), name);
    const end = start + interval;
    const bar: BarEvent = {
      kind: 'bar',
      instrument: listed.id,
      venueTime: end,
      start,
      end,
      open: price(16, 'open'),
      high: price(24, 'high'),
      low: price(32, 'low'),
      close: price(40, 'close'),
      volume: lotsOf(listed, bytes.readBigUInt64LE(48), 'volume'),
      trades: -1,
    };
    put(end, bar);
  }

  #status(bytes: Buffer, put: PutEvent): void {
    const ts = millisAt(bytes, 16, 'ts_recv');
    const state = STATES.get(bytes.readUInt16LE(24));
    if (state === undefined) return;
    const instrument = this.#instrument(bytes, ts).id;
    put(ts, { kind: 'status', instrument, venueTime: millisAt(bytes, 8, 'ts_event'), state });
  }

  /** A definition of the user goes before the venue's: the events of the other files are on its grid. */
  #definition(bytes: Buffer, put: PutEvent): void {
    const ts = millisAt(bytes, 16, 'ts_recv');
    const symbol = definedSymbol(bytes, this.#version);
    const definition =
      this.#given.find((given) => given.symbol === symbol) ?? databentoDefinition(bytes, this.#version);
    if (definition === undefined) return;
    put(ts, { kind: 'instrument', venueTime: millisAt(bytes, 8, 'ts_event'), definition });
  }
}
