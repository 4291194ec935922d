import type { InstrumentId } from '../../domain/brand.js';
import { InputError } from '../../domain/errors.js';
import type { Instrument } from '../../domain/instrument.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { PutEvent } from '../recording/event-collector.js';
import { ChannelGaps } from './channel-gaps.js';
import { databentoDefinition, definedSymbol, definitionBytes } from './databento-definition.js';
import {
  databentoBar,
  databentoOrder,
  databentoQuote,
  databentoState,
  databentoTrade,
} from './databento-events.js';
import { characterAt, FixedPrices, millisAt } from './databento-fields.js';
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

/** Turns the records of a Databento file into events; see {@link openDatabentoBinary} for their times. */
export class DatabentoDecoder {
  readonly #version: 1 | 2 | 3;
  readonly #symbols: DatabentoSymbols;
  readonly #finder: InstrumentFinder;
  readonly #given: readonly Instrument[];
  readonly #listed = new Map<number, ListedInstrument>();
  readonly #prices = new FixedPrices();
  readonly #gaps = new ChannelGaps();
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

  /** The instrument that a record which cannot be understood is about, as far as its head tells. */
  instrumentOf(bytes: Buffer): InstrumentId | undefined {
    return this.#listed.get(bytes.readUInt32LE(4))?.id;
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
    if (type === DEFINITION) this.#definition(bytes, put);
    else if (type === STATUS) this.#status(bytes, put);
    else this.#market(type, interval, bytes, put);
  }

  #market(type: number, interval: number | undefined, bytes: Buffer, put: PutEvent): void {
    const ts =
      interval === undefined
        ? millisAt(bytes, type === ORDER ? 40 : 32, 'ts_recv')
        : millisAt(bytes, 8, 'ts_event') + interval;
    // A bar that ends at midnight is of the day before.
    const listed = this.#instrument(bytes, ts - (interval ?? 0));
    const prices = this.#prices;
    if (interval !== undefined) put(ts, databentoBar(listed, bytes, prices, interval));
    else if (type === ORDER) {
      const event = databentoOrder(listed, bytes, prices);
      this.#gaps.note(listed.id, bytes[36] as number, ts, put);
      put(ts, event);
    } else if (type === TRADE || (type === TOP && characterAt(bytes, 28) === 'T')) {
      const event = databentoTrade(listed, bytes, prices, this.#tradeId(bytes));
      if (type === TOP) this.#gaps.note(listed.id, bytes[30] as number, ts, put);
      put(ts, event);
    } else {
      const event = databentoQuote(listed, bytes, prices, type === TOP ? 8 : 32);
      if (this.#gaps.note(listed.id, bytes[30] as number, ts, put)) put(ts, event);
    }
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

  /** Trades of one packet share its sequence number. */
  #tradeId(bytes: Buffer): string {
    const sequence = bytes.readUInt32LE(44);
    this.#repeats = sequence === this.#lastTrade ? this.#repeats + 1 : 0;
    this.#lastTrade = sequence;
    return this.#repeats === 0 ? String(sequence) : `${sequence}-${this.#repeats}`;
  }

  #status(bytes: Buffer, put: PutEvent): void {
    const ts = millisAt(bytes, 16, 'ts_recv');
    const state = databentoState(bytes);
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
