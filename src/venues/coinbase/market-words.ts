import { InputError } from '../../domain/errors.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import { bookOfUpdates, tradeOfPrint } from '../../streams/readers/coinbase-advanced.js';
import { type Fields, listField, objectField, textField } from '../../streams/readers/fields.js';
import { isoMillis } from '../../streams/readers/times.js';
import type { VenuePort } from '../driver/index.js';
import type { Feed, FeedHandler } from './feed.js';

/** How many trades by product are remembered, so that a new subscription does not tell them again. */
const MOST_TRADES = 1_000;

/**
 * Market data of a connection as events: books and trades of the desk's products.
 *
 * Messages that were lost make every book unsynced, and snapshots are asked for by subscribing anew. A subscription to
 * trades begins with the last ones: the first time they are history; later those that are known are left out, and what
 * was printed while the connection was down is told.
 */
export class MarketWords implements FeedHandler {
  readonly #port: VenuePort;
  readonly #products: ReadonlyMap<string, ListedInstrument>;
  readonly #trades = new Map<string, Set<string>>();
  #feed: Feed | undefined;
  #up = false;
  /** A subscription stood once: what is printed from then on is told. */
  #began = false;

  constructor(port: VenuePort) {
    this.#port = port;
    this.#products = new Map(port.listed.map((listed) => [listed.definition.symbol, listed]));
  }

  attach(feed: Feed): void {
    this.#feed = feed;
  }

  subscriptions(): readonly Fields[] {
    const product_ids = [...this.#products.keys()];
    // Channels without updates are closed by the venue unless there are heartbeats.
    return [
      { type: 'subscribe', channel: 'heartbeats', product_ids: [] },
      { type: 'subscribe', channel: 'market_trades', product_ids },
      { type: 'subscribe', channel: 'level2', product_ids },
    ];
  }

  message(channel: string, message: Fields): void {
    if (channel === 'l2_data') this.#books(message);
    else if (channel === 'market_trades') this.#prints(message);
    else if (channel === 'subscriptions' && !this.#up && hasBooks(message)) {
      this.#up = true;
      this.#began = true;
      this.#feed?.steady();
      this.#port.link('market', 'up', 'subscribed');
    }
  }

  gap(reason: string): void {
    for (const { id } of this.#products.values()) this.#unsynced(id, reason);
    this.#resubscribe([...this.#products.keys()]);
  }

  refused(message: string): void {
    this.#port.fault('refused', `market data: ${message}`);
    this.#feed?.reconnect(message);
  }

  down(reason: string): void {
    this.#up = false;
    this.#port.link('market', 'down', reason);
  }

  /** A fresh snapshot of one book. */
  requestBook({ definition: { symbol } }: ListedInstrument): void {
    if (this.#up && this.#products.has(symbol)) this.#resubscribe([symbol]);
  }

  #resubscribe(product_ids: readonly string[]): void {
    this.#feed?.send({ type: 'unsubscribe', channel: 'level2', product_ids });
    this.#feed?.send({ type: 'subscribe', channel: 'level2', product_ids });
  }

  #books(message: Fields): void {
    const time = isoMillis(message['timestamp'], 'timestamp');
    for (const item of listField(message['events'], 'events')) {
      const event = objectField(item, 'events');
      const listed = this.#products.get(textField(event['product_id'], 'product_id'));
      if (listed === undefined) continue;
      try {
        this.#port.say(bookOfUpdates(listed, event, time));
      } catch (error) {
        // A level that cannot be read leaves the book wrong.
        if (!(error instanceof InputError)) throw error;
        this.#port.fault('bad-input', `l2_data: ${error.message}`);
        this.#unsynced(listed.id, error.message);
        if (event['type'] !== 'snapshot') this.#resubscribe([listed.definition.symbol]);
      }
    }
  }

  #prints(message: Fields): void {
    for (const item of listField(message['events'], 'events')) {
      const event = objectField(item, 'events');
      const history = event['type'] === 'snapshot' && !this.#began;
      // The newest trade comes first.
      for (const one of [...listField(event['trades'], 'trades')].reverse()) {
        const print = objectField(one, 'trades');
        const symbol = textField(print['product_id'], 'product_id');
        const listed = this.#products.get(symbol);
        if (listed === undefined) continue;
        const trade = tradeOfPrint(listed, print);
        if (this.#isNew(symbol, trade.tradeId) && !history) this.#port.say(trade);
      }
    }
  }

  /** Whether a trade was not seen before; from then on it was. */
  #isNew(symbol: string, id: string): boolean {
    const known = this.#trades.get(symbol) ?? new Set<string>();
    this.#trades.set(symbol, known);
    if (known.has(id)) return false;
    known.add(id);
    if (known.size > MOST_TRADES) for (const oldest of known) if (known.delete(oldest)) break;
    return true;
  }

  #unsynced(instrument: ListedInstrument['id'], reason: string): void {
    this.#port.say({ kind: 'sync', instrument, venueTime: 0, state: 'unsynced', reason });
  }
}

function hasBooks(message: Fields): boolean {
  const [event] = listField(message['events'], 'events');
  const subscriptions = objectField(objectField(event, 'events')['subscriptions'], 'subscriptions');
  return subscriptions['level2'] !== undefined;
}
