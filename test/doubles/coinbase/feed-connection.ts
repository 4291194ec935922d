import type { WebSocket } from 'ws';
import type { DoubleOrder } from '../market/double-order.js';
import type { MatchingMarket } from '../market/matching-market.js';
import { type CoinbaseKey, tokenFault } from './keys.js';
import { userOrder } from './spelling.js';

type Fields = Readonly<Record<string, unknown>>;

/** A trade that the market printed. */
export interface Print {
  readonly symbol: string;
  readonly tradeId: number;
  readonly price: number;
  readonly quantity: number;
  readonly taker: 'buy' | 'sell';
  readonly time: number;
}

/** What a connection asks of the double that holds it. */
export interface FeedHost {
  readonly market: MatchingMarket;
  readonly key: CoinbaseKey;
  readonly owner: string;
  /** The last prints, the newest first. */
  prints(symbol: string): readonly Print[];
  /** Which frames leave in the place of this one; lost, doubled, held back. */
  mangle(frame: string, channel: string): readonly string[];
}

const CHANNELS = ['level2', 'market_trades', 'ticker', 'user', 'heartbeats', 'status'];

/** One WebSocket connection to the double: its channels and the numbers of its messages. */
export class FeedConnection {
  readonly #socket: WebSocket;
  readonly #host: FeedHost;
  readonly #channels = new Map<string, Set<string>>();
  #sequence = 0;
  #heartbeat = 0;
  frozen: boolean = false;
  /** When something other than a heartbeat was last sent. */
  spokenAt: number;

  constructor(socket: WebSocket, host: FeedHost) {
    this.#socket = socket;
    this.#host = host;
    this.spokenAt = host.market.now();
    socket.on('message', (data) => {
      if (!this.frozen) this.#heard(String(data));
    });
    socket.on('error', () => socket.terminate());
  }

  has(channel: string, product?: string): boolean {
    const products = this.#channels.get(channel);
    return products !== undefined && (product === undefined || products.has(product) || products.size === 0);
  }

  /** Messages are lost: the numbers go on. */
  jump(by: number): void {
    this.#sequence += by;
  }

  levels(
    symbol: string,
    updates: readonly (readonly [side: 'bid' | 'ask', price: number, quantity: number])[],
  ): void {
    if (!this.has('level2', symbol) || updates.length === 0) return;
    this.#say('l2_data', [
      { type: 'update', product_id: symbol, updates: this.#spellLevels(symbol, updates) },
    ]);
  }

  trade(print: Print): void {
    if (!this.has('market_trades', print.symbol)) return;
    this.#say('market_trades', [{ type: 'update', trades: [this.#spellPrint(print)] }]);
  }

  /** @param orders as they are at this moment */
  orders(orders: readonly DoubleOrder[]): void {
    const wanted = orders.filter(({ symbol }) => this.has('user', symbol));
    if (wanted.length === 0) return;
    this.#say('user', [{ type: 'update', orders: wanted.map((order) => this.#spellOrder(order)) }]);
  }

  heartbeat(): void {
    if (!this.has('heartbeats')) return;
    const time = new Date(this.#host.market.now())
      .toISOString()
      .replace('T', ' ')
      .replace('Z', ' +0000 UTC m=+1.0');
    const spokenAt = this.spokenAt;
    this.#say('heartbeats', [{ current_time: time, heartbeat_counter: ++this.#heartbeat }]);
    this.spokenAt = spokenAt;
  }

  /** The peer neither reads nor speaks any more, and the connection stands. */
  freeze(): void {
    this.frozen = true;
    this.#socket.pause();
  }

  terminate(): void {
    this.#socket.terminate();
  }

  close(): void {
    this.#socket.close(1001);
  }

  /** What is said within leaves in one chunk. */
  corked(action: () => void): void {
    const { _socket: stream } = this.#socket as unknown as { _socket?: { cork(): void; uncork(): void } };
    stream?.cork();
    action();
    stream?.uncork();
  }

  #heard(text: string): void {
    let message: Fields;
    try {
      message = JSON.parse(text) as Fields;
    } catch {
      this.#error('failed to parse the message');
      return;
    }
    const { type, channel, product_ids: ids } = message;
    if (typeof channel !== 'string' || !CHANNELS.includes(channel)) {
      this.#error(`channel ${String(channel)} not found`);
      return;
    }
    const products = Array.isArray(ids) ? ids.map(String) : [];
    const token = message['jwt'];
    const said = typeof token === 'string' ? token : undefined;
    if (channel === 'user' || said !== undefined) {
      if (tokenFault(said, this.#host.key, this.#host.market.now(), undefined) !== undefined) {
        this.#error('authentication failure');
        return;
      }
    }
    if (type === 'subscribe') this.#subscribe(channel, products);
    else if (type === 'unsubscribe') this.#unsubscribe(channel, products);
    else this.#error(`type ${String(type)} not found`);
  }

  #subscribe(channel: string, products: readonly string[]): void {
    const { market } = this.#host;
    for (const product of products) {
      if (market.has(product)) continue;
      this.#error(`${product} is not a valid product`);
      return;
    }
    const known = this.#channels.get(channel) ?? new Set<string>();
    this.#channels.set(channel, known);
    for (const product of products) known.add(product);
    if (channel === 'level2') for (const product of products) this.#snapshot(product);
    if (channel === 'market_trades')
      for (const product of products) {
        const trades = this.#host.prints(product).map((print) => this.#spellPrint(print));
        this.#say('market_trades', [{ type: 'snapshot', trades }]);
      }
    if (channel === 'user') {
      const open = market.ordersOf(this.#host.owner).filter(({ status, symbol }) => {
        return status === 'open' && (products.length === 0 || products.includes(symbol));
      });
      const positions = { perpetual_futures_positions: [], expiring_futures_positions: [] };
      this.#say('user', [
        { type: 'snapshot', orders: open.map((order) => this.#spellOrder(order)), positions },
      ]);
    }
    this.#confirm();
  }

  #unsubscribe(channel: string, products: readonly string[]): void {
    const known = this.#channels.get(channel);
    for (const product of products) known?.delete(product);
    if (known !== undefined && (known.size === 0 || products.length === 0)) this.#channels.delete(channel);
    this.#confirm();
  }

  #confirm(): void {
    const subscriptions = Object.fromEntries(
      [...this.#channels].map(([channel, products]) => [
        channel,
        products.size === 0 ? [channel] : [...products],
      ]),
    );
    this.#say('subscriptions', [{ subscriptions }]);
  }

  #snapshot(symbol: string): void {
    const book = this.#host.market.book(symbol);
    const updates = (['bid', 'ask'] as const).flatMap((side) =>
      book.depth(side).map(([price, quantity]) => [side, price, quantity] as const),
    );
    this.#say('l2_data', [
      { type: 'snapshot', product_id: symbol, updates: this.#spellLevels(symbol, updates) },
    ]);
  }

  #spellLevels(
    symbol: string,
    updates: readonly (readonly [side: 'bid' | 'ask', price: number, quantity: number])[],
  ): Fields[] {
    const { prices, quantities } = this.#host.market.listed(symbol);
    const time = new Date(this.#host.market.now()).toISOString();
    return updates.map(([side, price, quantity]) => ({
      side: side === 'bid' ? 'bid' : 'offer',
      event_time: time,
      price_level: prices.format(price),
      new_quantity: quantities.format(quantity),
    }));
  }

  #spellPrint({ symbol, tradeId, price, quantity, taker, time }: Print): Fields {
    const { prices, quantities } = this.#host.market.listed(symbol);
    return {
      product_id: symbol,
      trade_id: String(tradeId),
      price: prices.format(price),
      size: quantities.format(quantity),
      time: new Date(time).toISOString(),
      // The maker's side, as the venue has it.
      side: taker === 'buy' ? 'SELL' : 'BUY',
    };
  }

  #spellOrder(order: DoubleOrder): Fields {
    return userOrder(order, this.#host.market.listed(order.symbol));
  }

  #error(message: string): void {
    this.#send(JSON.stringify({ type: 'error', message }));
  }

  #say(channel: string, events: readonly Fields[]): void {
    const timestamp = new Date(this.#host.market.now()).toISOString();
    const message = { channel, client_id: '', timestamp, sequence_num: this.#sequence++, events };
    this.spokenAt = this.#host.market.now();
    for (const frame of this.#host.mangle(JSON.stringify(message), channel)) this.#send(frame);
  }

  #send(frame: string): void {
    if (!this.frozen && this.#socket.readyState === this.#socket.OPEN) this.#socket.send(frame);
  }
}
