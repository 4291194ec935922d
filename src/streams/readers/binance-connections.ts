import type { PutEvent } from '../recording/event-collector.js';
import { BinanceDecoder } from './binance-decoder.js';
import { binanceSymbols } from './binance-symbols.js';
import { configuredNames } from './configured-names.js';
import type { Fields } from './fields.js';
import { InstrumentFinder } from './find-instruments.js';
import type { Market } from './instrument-defaults.js';
import type { ReaderOptions } from './reader-options.js';
import type { RestAnswer, VenueConnections, VenueFormat } from './venue-connections.js';

const MARKETS: ReadonlyMap<unknown, Market> = new Map([
  ['BINANCE_FUTURES', 'usdm'],
  ['BINANCE_DELIVERY', 'coinm'],
]);
const DEPTH = /\/depth\?(?:[^#]*&)?symbol=([A-Z0-9_]+)/;

/**
 * Turns the connections of a Binance recording into events.
 *
 * The chain of ids tells of gaps after a connection is made anew, so nothing else says so. A depth snapshot of REST
 * belongs to the symbol in its URL.
 */
export class BinanceConnections implements VenueConnections {
  readonly #decoder: BinanceDecoder;

  constructor(decoder: BinanceDecoder) {
    this.#decoder = decoder;
  }

  /** Symbols are those that the header names; definitions, what the recorded `exchangeInfo` says. */
  static open(header: Fields, answers: readonly RestAnswer[], options: ReaderOptions): VenueFormat {
    const venue = header['exchange'] === 'BINANCE_US' ? 'binanceus' : 'binance';
    const market = MARKETS.get(header['exchange']) ?? 'spot';
    const names = configuredNames(header);
    const recorded = answers.flatMap(({ body }) => binanceSymbols(body, venue, market, names));
    const finder = new InstrumentFinder(
      venue,
      [...(options.instruments ?? []), ...recorded],
      answers[0]?.ts ?? 0,
    );
    // A name that nobody defines may never come; if it does, it is refused there.
    for (const name of names) finder.tryFind(market, symbolOf(name, market));
    finder.close();
    return {
      instruments: finder.instruments,
      connections: () => new BinanceConnections(new BinanceDecoder(finder)),
    };
  }

  connected(): void {}

  sent(): void {}

  answered(url: string, body: Fields, ts: number, put: PutEvent): void {
    const symbol = DEPTH.exec(url)?.[1];
    if (symbol !== undefined) this.#decoder.decode(body, ts, put, symbol);
  }

  received(_connection: string, message: Fields, ts: number, put: PutEvent): void {
    this.#decoder.decode(message, ts, put);
  }
}

/** `BTCUSDT` of `BTC-USDT` and `BTC-USDT-PERP`, `BTCUSD_PERP` of `BTC-USD-PERP` in COIN-M. */
function symbolOf(name: string, market: Market): string {
  const [base = '', quote = ''] = name.split('-');
  return market === 'coinm' ? `${base}${quote}_PERP` : base + quote;
}
