import { InputError } from '../../domain/errors.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import { BinanceDecoder } from '../../streams/readers/binance-decoder.js';
import type { Fields } from '../../streams/readers/fields.js';
import { InstrumentFinder } from '../../streams/readers/find-instruments.js';
import type { VenuePort } from '../driver/venue-adapter.js';
import { messageOf } from './message-of.js';
import type { BinanceSettings } from './options.js';
import type { RestClient } from './rest-client.js';
import type { VenueSocket } from './venue-socket.js';

/** Milliseconds in which a subscription has to be answered. */
const PATIENCE = 10_000;

/**
 * Books and trades of a market: subscribes, decodes frames as a recording's are decoded, and fetches snapshots.
 *
 * The venue's chain of ids tells of gaps; a frame that cannot be read takes its book with it.
 */
export class MarketFeed {
  readonly #port: VenuePort;
  readonly #settings: BinanceSettings;
  readonly #rest: RestClient;
  readonly #decoder: BinanceDecoder;
  readonly #listed: readonly ListedInstrument[];
  /** Symbols whose snapshot is under way. */
  readonly #asked = new Set<string>();
  readonly #put: (ts: number, event: Parameters<VenuePort['say']>[0]) => void;
  #subscription = 0;

  constructor(
    port: VenuePort,
    settings: BinanceSettings,
    rest: RestClient,
    listed: readonly ListedInstrument[],
  ) {
    this.#port = port;
    this.#settings = settings;
    this.#rest = rest;
    this.#listed = listed;
    const finder = new InstrumentFinder(
      settings.venue,
      listed.map(({ definition }) => definition),
      0,
    );
    finder.close();
    this.#decoder = new BinanceDecoder(finder);
    this.#put = (_ts, event) => port.say(event);
  }

  /** The connection stands: asks for every stream. */
  subscribe(socket: VenueSocket): void {
    const { depthEvery, market } = this.#settings;
    // Of USD-M the connection that has the books has single trades, and no aggregates.
    const trades = market === 'coinm' ? 'aggTrade' : 'trade';
    const streams = this.#listed.flatMap(({ definition: { symbol } }) => {
      const name = symbol.toLowerCase();
      return [`${name}@depth@${depthEvery}ms`, `${name}@${trades}`];
    });
    const id = ++this.#subscription;
    socket.send({ method: 'SUBSCRIBE', params: streams, id }).catch((error: unknown) => {
      socket.drop(messageOf(error));
    });
    this.#port.after(PATIENCE, () => {
      if (this.#subscription === id && socket.standing) socket.drop('the subscription was not answered');
    });
  }

  take(socket: VenueSocket, message: unknown): void {
    const fields = message as Fields;
    if (typeof fields === 'object' && fields !== null && fields['id'] === this.#subscription)
      this.#subscribed(socket, fields);
    else {
      try {
        this.#decoder.decode(fields, 0, this.#put as never);
      } catch (error) {
        this.#bad(fields, error);
      }
    }
  }

  lost(reason: string): void {
    this.#subscription++;
    this.#port.link('market', 'down', reason);
  }

  /** Fetches a book; while one is under way another ask waits for it. */
  requestBook({ definition: { symbol } }: ListedInstrument): void {
    if (this.#asked.has(symbol)) return;
    this.#asked.add(symbol);
    const { depth, market } = this.#settings;
    this.#rest
      .ask({
        kind: 'data',
        cost: { weight: weightOf(market, depth) },
        method: 'GET',
        path: 'depth',
        parameters: { symbol, limit: depth },
      })
      .then((answer) => {
        this.#asked.delete(symbol);
        // Of which market a snapshot is shows in its symbol and its time; not every market writes both.
        const time = market === 'spot' ? {} : { E: this.#port.now() };
        this.#decoder.decode({ ...time, ...(answer as Fields), symbol }, 0, this.#put as never);
      })
      .catch((error: unknown) => {
        // Whoever needs the book asks again, with growing patience.
        this.#asked.delete(symbol);
        this.#port.fault('book', `the book of ${symbol} did not come: ${messageOf(error)}`);
      });
  }

  #subscribed(socket: VenueSocket, answer: Fields): void {
    if (answer['error'] !== undefined) {
      const { code, msg } = answer['error'] as Fields;
      socket.drop(`the subscription was refused: ${String(code)} ${String(msg)}`);
      return;
    }
    this.#subscription++;
    socket.settled();
    this.#port.link('market', 'up', 'subscribed');
    for (const listed of this.#listed) this.requestBook(listed);
  }

  #bad(fields: Fields, error: unknown): void {
    if (!(error instanceof InputError)) throw error;
    this.#port.fault('bad-input', error.message);
    const data = (fields?.['data'] ?? fields) as Fields | null;
    const symbol = data?.['s'];
    if (data?.['e'] !== 'depthUpdate' && symbol !== undefined) return;
    for (const { id, definition } of this.#listed) {
      if (symbol !== undefined && definition.symbol !== symbol) continue;
      this.#port.say({
        kind: 'sync',
        instrument: id,
        venueTime: 0,
        state: 'unsynced',
        reason: error.message.slice(0, 200),
      });
    }
  }
}

function weightOf(market: BinanceSettings['market'], depth: number): number {
  if (market === 'spot') return depth <= 100 ? 5 : depth <= 500 ? 25 : depth <= 1_000 ? 50 : 250;
  return depth <= 50 ? 2 : depth <= 100 ? 5 : depth <= 500 ? 10 : 20;
}
