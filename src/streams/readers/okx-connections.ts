import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { PutEvent } from '../recording/event-collector.js';
import { configuredNames } from './configured-names.js';
import { type Fields, listField, objectField, refuseField, textField } from './fields.js';
import { InstrumentFinder } from './find-instruments.js';
import { OkxBook } from './okx-book.js';
import { okxQuote, okxTrade } from './okx-events.js';
import { okxInstruments, okxMarket, okxName } from './okx-instruments.js';
import type { ReaderOptions } from './reader-options.js';
import type { RestAnswer, VenueConnections, VenueFormat } from './venue-connections.js';

/** Channels of the whole book, as a snapshot and changes, each with a checksum. */
const BOOKS: readonly string[] = ['books', 'books-l2-tbt', 'books50-l2-tbt'];
const QUOTES: readonly string[] = ['tickers', 'bbo-tbt'];
/** Channels that carry nothing the pipeline takes from a recording. */
const OTHERS =
  /^(books5|candle.*|index-.*|mark-price.*|funding-rate|open-interest|price-limit|opt-summary|estimated-price|status|instruments|liquidation-orders)$/;

const MOST_CONNECTIONS = 1_000;

/**
 * Turns the connections of an OKX recording into events.
 *
 * Every message of a book carries a checksum, which is verified. One that fails tells `unsynced`, as does a connection
 * that is made anew; the book is whole again with the next snapshot.
 */
export class OkxConnections implements VenueConnections {
  readonly #finder: InstrumentFinder;
  /** By connection and instrument. */
  readonly #books = new Map<string, Map<string, OkxBook>>();

  constructor(finder: InstrumentFinder) {
    this.#finder = finder;
  }

  /** Instruments are those that the header names; their definitions, what the recorded `instruments` answers say. */
  static open(header: Fields, answers: readonly RestAnswer[], options: ReaderOptions): VenueFormat {
    const names = configuredNames(header).map(okxName);
    const recorded = answers.flatMap(({ body }) => okxInstruments(body, names));
    const finder = new InstrumentFinder('okx', [...(options.instruments ?? []), ...recorded], 0);
    for (const name of names) finder.find(okxMarket(name), name);
    finder.close();
    return { instruments: finder.instruments, connections: () => new OkxConnections(finder) };
  }

  connected(name: string, ts: number, put: PutEvent): void {
    for (const book of this.#of(name).values()) book.lost(`${name} was connected anew`, ts, put);
  }

  sent(): void {}

  answered(): void {
    // Definitions were read on opening.
  }

  received(connection: string, message: Fields, ts: number, put: PutEvent): void {
    // Answers to a subscription, and errors.
    if (message['event'] !== undefined) return;
    const arg = objectField(message['arg'], 'arg');
    const channel = textField(arg['channel'], 'channel');
    if (OTHERS.test(channel)) return;
    const known = BOOKS.includes(channel) || QUOTES.includes(channel) || channel === 'trades';
    if (!known) refuseField('channel', 'books, trades, tickers or another of OKX', channel);
    const symbol = textField(arg['instId'], 'instId');
    const listed = this.#finder.find(okxMarket(symbol), symbol);
    for (const item of listField(message['data'], 'data')) {
      const data = objectField(item, 'data');
      if (channel === 'trades') put(ts, okxTrade(listed, data));
      else if (QUOTES.includes(channel)) put(ts, okxQuote(listed, data));
      else this.#book(connection, listed).apply(message['action'], data, ts, put);
    }
  }

  #of(connection: string): Map<string, OkxBook> {
    const known = this.#books.get(connection);
    if (known !== undefined) return known;
    if (this.#books.size >= MOST_CONNECTIONS)
      refuseField('conn', `one of at most ${MOST_CONNECTIONS} connections`, connection);
    const made = new Map<string, OkxBook>();
    this.#books.set(connection, made);
    return made;
  }

  #book(connection: string, listed: ListedInstrument): OkxBook {
    const books = this.#of(connection);
    const known = books.get(listed.id);
    if (known !== undefined) return known;
    const made = new OkxBook(listed);
    books.set(listed.id, made);
    return made;
  }
}
