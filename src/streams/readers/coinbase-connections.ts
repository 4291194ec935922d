import type { Instrument } from '../../domain/instrument.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { PutEvent } from '../recording/event-collector.js';
import { bookOfUpdates, quoteOfTicker, tradeOfPrint } from './coinbase-advanced.js';
import { coinbaseProducts } from './coinbase-products.js';
import { configuredNames } from './configured-names.js';
import { countField, type Fields, listField, objectField, refuseField, textField } from './fields.js';
import { InstrumentFinder } from './find-instruments.js';
import type { ReaderOptions } from './reader-options.js';
import { isoMillis } from './times.js';
import type { RestAnswer, VenueConnections, VenueFormat } from './venue-connections.js';

interface Connection {
  /** `sequence_num` of the next message; -1: any. */
  next: number;
  opened: boolean;
  readonly products: Map<string, ListedInstrument>;
}

/** Channels that carry nothing the pipeline takes from a recording. */
const OTHERS = ['heartbeats', 'subscriptions', 'candles', 'status', 'user', 'futures_balance_summary'];

/**
 * Turns the connections of a Coinbase Advanced recording into events.
 *
 * `sequence_num` counts the messages of a connection over all channels. A jump tells `unsynced` to every instrument
 * of the connection and reading goes on: the books are whole again with the next snapshot. So does a connection that
 * is made anew. The trades that a subscription begins with were printed before it and are left out.
 */
export class CoinbaseConnections implements VenueConnections {
  readonly #finder: InstrumentFinder;
  readonly #connections = new Map<string, Connection>();

  constructor(finder: InstrumentFinder) {
    this.#finder = finder;
  }

  /** Products are those that the header names; their definitions, what the recorded `products` answer says. */
  static open(header: Fields, answers: readonly RestAnswer[], options: ReaderOptions): VenueFormat {
    const names = configuredNames(header);
    const recorded = answers.flatMap(({ body }) => coinbaseProducts(body, names));
    const given: Instrument[] = [...(options.instruments ?? []), ...recorded];
    const finder = new InstrumentFinder('coinbase', given, 0);
    for (const name of names) finder.find('spot', name);
    finder.close();
    return { instruments: finder.instruments, connections: () => new CoinbaseConnections(finder) };
  }

  connected(name: string, ts: number, put: PutEvent): void {
    const connection = this.#of(name);
    if (connection.opened) unsync(connection, `${name} was connected anew`, ts, put);
    connection.opened = true;
    connection.next = -1;
  }

  sent(name: string, message: Fields): void {
    if (message['product_ids'] === undefined) return;
    for (const product of listField(message['product_ids'], 'product_ids'))
      this.#product(this.#of(name), textField(product, 'product_ids'));
  }

  answered(): void {
    // Definitions were read on opening.
  }

  received(name: string, message: Fields, ts: number, put: PutEvent): void {
    // Errors of the venue have a type and no channel.
    if (message['channel'] === undefined && message['type'] === 'error') return;
    const channel = textField(message['channel'], 'channel');
    const connection = this.#of(name);
    const number = countField(message['sequence_num'], 'sequence_num');
    if (connection.next >= 0 && number !== connection.next)
      unsync(connection, `sequence_num of ${name} is ${number}, expected ${connection.next}`, ts, put);
    connection.next = number + 1;
    if (OTHERS.includes(channel)) return;
    const time = isoMillis(message['timestamp'], 'timestamp');
    for (const item of listField(message['events'], 'events')) {
      const event = objectField(item, 'events');
      if (channel === 'l2_data') {
        put(
          ts,
          bookOfUpdates(this.#product(connection, textField(event['product_id'], 'product_id')), event, time),
        );
      } else if (channel === 'market_trades') {
        if (event['type'] === 'snapshot') continue;
        // The newest trade comes first.
        for (const trade of [...listField(event['trades'], 'trades')].reverse()) {
          const print = objectField(trade, 'trades');
          put(
            ts,
            tradeOfPrint(this.#product(connection, textField(print['product_id'], 'product_id')), print),
          );
        }
      } else if (channel === 'ticker' || channel === 'ticker_batch') {
        for (const entry of listField(event['tickers'], 'tickers')) {
          const ticker = objectField(entry, 'tickers');
          const listed = this.#product(connection, textField(ticker['product_id'], 'product_id'));
          const quote = quoteOfTicker(listed, ticker, time);
          if (quote !== undefined) put(ts, quote);
        }
      } else
        refuseField('channel', 'l2_data, market_trades, ticker or another of Coinbase Advanced', channel);
    }
  }

  #of(name: string): Connection {
    const known = this.#connections.get(name);
    if (known !== undefined) return known;
    const made: Connection = { next: -1, opened: false, products: new Map() };
    this.#connections.set(name, made);
    return made;
  }

  #product(connection: Connection, id: string): ListedInstrument {
    const known = connection.products.get(id);
    if (known !== undefined) return known;
    const listed = this.#finder.find('spot', id);
    connection.products.set(id, listed);
    return listed;
  }
}

function unsync(connection: Connection, reason: string, ts: number, put: PutEvent): void {
  for (const { id } of connection.products.values())
    put(ts, { kind: 'sync', instrument: id, venueTime: 0, state: 'unsynced', reason });
}
