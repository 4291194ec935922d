import { InputError } from '../../domain/errors.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { PutEvent } from '../recording/event-collector.js';
import { type BinanceMessage, binanceMessage } from './binance-messages.js';
import {
  countField,
  type Fields,
  flagField,
  levelsField,
  priceField,
  quantityField,
  refuseField,
} from './fields.js';
import type { InstrumentFinder } from './find-instruments.js';
import { venueMillis } from './times.js';

/**
 * Turns messages of Binance into events.
 *
 * - Diffs keep the venue's chain: futures by `pu` (`previous`), spot by `U` and `u`. Snapshots stand where they
 *   arrived, with `first = last = lastUpdateId`: whoever keeps the book drops the diffs that are older.
 * - Prices and quantities are exact: what is finer than the instrument's tick or lot is refused, never rounded.
 * - A trade in which the buyer was the maker (`m`) was made by a seller.
 * - Futures print what the insurance fund and auto-deleveraging do as trades whose `X` is not `MARKET`, at prices
 *   far from the market and sometimes at 0. Nobody could have traded with them: they are left out.
 * - Where a symbol has both `trade` and `aggTrade`, the aggregates are left out: they are the same trades.
 */
export class BinanceDecoder {
  readonly #finder: InstrumentFinder;
  /** `spot BTCUSDT` for every symbol with a depth stream: what a snapshot without a symbol may belong to. */
  readonly #depths: Set<string>;
  readonly #singleTrades: Set<string>;

  constructor(finder: InstrumentFinder, from?: BinanceDecoder) {
    this.#finder = finder;
    this.#depths = new Set(from === undefined ? [] : from.#depths);
    this.#singleTrades = new Set(from === undefined ? [] : from.#singleTrades);
  }

  /** Takes note of a message without decoding it: what the file holds is known before the first pass. */
  survey(message: Fields): void {
    const { type, market, symbol } = binanceMessage(message);
    if (type === 'other' || symbol === '') return;
    this.#finder.find(market, symbol);
    if (type === 'depth') this.#depths.add(`${market} ${symbol}`);
    if (type === 'trade') this.#singleTrades.add(`${market} ${symbol}`);
  }

  /** @param symbol of a REST answer that does not say it itself */
  decode(message: Fields, ts: number, put: PutEvent, symbol?: string): void {
    const said = binanceMessage(message);
    const { type, market, data } = said;
    if (type === 'other') return;
    const listed = said.symbol === '' ? this.#owner(said, symbol) : this.#finder.find(market, said.symbol);
    if (type === 'quote') this.#quote(listed, data, ts, put);
    else if (type === 'depth') this.#depth(listed, said, ts, put);
    else if (type === 'snapshot') this.#snapshot(listed, data, ts, put);
    else this.#trade(listed, said, ts, put);
  }

  #owner({ market }: BinanceMessage, symbol: string | undefined): ListedInstrument {
    if (symbol !== undefined) return this.#finder.find(market, symbol);
    const candidates = [...this.#depths].filter((key) => key.startsWith(`${market} `));
    const [only] = candidates;
    if (only === undefined || candidates.length > 1) {
      throw new InputError(
        `a depth snapshot without a symbol needs exactly one ${market} depth stream in the file, which has ` +
          (candidates.join(', ') || 'none'),
      );
    }
    return this.#finder.find(market, only.slice(market.length + 1));
  }

  #quote(listed: ListedInstrument, data: Fields, ts: number, put: PutEvent): void {
    put(ts, {
      kind: 'quote',
      instrument: listed.id,
      venueTime: venueMillis(data['T'] ?? data['E'], 'T'),
      bidPrice: priceField(listed, data['b'], 'b'),
      bidQuantity: quantityField(listed, data['B'], 'B'),
      askPrice: priceField(listed, data['a'], 'a'),
      askQuantity: quantityField(listed, data['A'], 'A'),
      updateId: countField(data['u'], 'u'),
    });
  }

  #depth(
    listed: ListedInstrument,
    { market, symbol, data }: BinanceMessage,
    ts: number,
    put: PutEvent,
  ): void {
    this.#depths.add(`${market} ${symbol}`);
    const first = countField(data['U'], 'U');
    const last = countField(data['u'], 'u');
    if (last < first) refuseField('u', `an integer of at least U, ${first}`, last);
    put(ts, {
      kind: 'book',
      instrument: listed.id,
      venueTime: venueMillis(data['T'] ?? data['E'], 'T'),
      action: 'delta',
      first,
      last,
      previous: data['pu'] === undefined ? -1 : countField(data['pu'], 'pu'),
      bids: levelsField(listed, data['b'], 'b'),
      asks: levelsField(listed, data['a'], 'a'),
    });
  }

  #snapshot(listed: ListedInstrument, data: Fields, ts: number, put: PutEvent): void {
    const last = countField(data['lastUpdateId'], 'lastUpdateId');
    put(ts, {
      kind: 'book',
      instrument: listed.id,
      venueTime: venueMillis(data['T'] ?? data['E'], 'T'),
      action: 'snapshot',
      first: last,
      last,
      previous: -1,
      bids: levelsField(listed, data['bids'], 'bids'),
      asks: levelsField(listed, data['asks'], 'asks'),
    });
  }

  #trade(
    listed: ListedInstrument,
    { type, market, symbol, data }: BinanceMessage,
    ts: number,
    put: PutEvent,
  ): void {
    const key = `${market} ${symbol}`;
    if (type === 'trade') this.#singleTrades.add(key);
    else if (this.#singleTrades.has(key)) return;
    if (data['X'] !== undefined && data['X'] !== 'MARKET') return;
    put(ts, {
      kind: 'trade',
      instrument: listed.id,
      venueTime: venueMillis(data['T'] ?? data['E'], 'T'),
      price: priceField(listed, data['p'], 'p'),
      quantity: quantityField(listed, data['q'], 'q'),
      aggressor: flagField(data['m'], 'm') ? 'sell' : 'buy',
      tradeId: String(type === 'trade' ? countField(data['t'], 't') : countField(data['a'], 'a')),
    });
  }
}
