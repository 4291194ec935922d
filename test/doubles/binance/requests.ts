import type { DoubleOrder, OrderTerms } from '../market/double-order.js';
import type { MatchingMarket } from '../market/matching-market.js';
import { type DoubleKind, eight, REFUSALS, type Spelling } from './spelling.js';

/** What can be asked for, by whatever way. */
export type Operation =
  | 'time'
  | 'exchangeInfo'
  | 'depth'
  | 'place'
  | 'cancel'
  | 'order'
  | 'openOrders'
  | 'trades'
  | 'account'
  | 'balance'
  | 'positions'
  | 'listenKey'
  | 'prolong'
  | 'countdown'
  | 'subscribe';

/** An answer: its status, and JSON or the text of some gateway. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

type Parameters = Readonly<Record<string, unknown>>;

const PATHS: Readonly<Record<string, readonly [operation: Operation, signed: boolean]>> = {
  'GET time': ['time', false],
  'GET exchangeInfo': ['exchangeInfo', false],
  'GET depth': ['depth', false],
  'POST order': ['place', true],
  'DELETE order': ['cancel', true],
  'GET order': ['order', true],
  'GET openOrders': ['openOrders', true],
  'GET myTrades': ['trades', true],
  'GET userTrades': ['trades', true],
  'GET account': ['account', true],
  'GET balance': ['balance', true],
  'GET positionRisk': ['positions', true],
  'POST listenKey': ['listenKey', false],
  'PUT listenKey': ['prolong', false],
  'POST countdownCancelAll': ['countdown', true],
};

/** What a request of REST asks for, and whether it has to be signed. */
export function operationOf(
  method: string,
  path: string,
): { readonly operation: Operation; readonly signed: boolean } | undefined {
  const [, name = ''] = /^\/[fd]?api\/v\d\/(\w+)$/.exec(path) ?? [];
  const found = PATHS[`${method} ${name}`];
  return found === undefined ? undefined : { operation: found[0], signed: found[1] };
}

const failed = (code: number, msg: string): Answer => ({ status: 400, body: { code, msg } });

/** Carries requests out on a market and answers in the venue's words. */
export class Requests {
  /** Milliseconds until the venue cancels what rests, by symbol, as it was told last. */
  readonly countdowns: Map<string, number> = new Map();
  readonly #market: MatchingMarket;
  readonly #owner: string;
  readonly #kind: DoubleKind;
  readonly #spelling: Spelling;
  readonly #host: { readonly now: () => number; readonly lastUpdate: (symbol: string) => number };
  readonly #listenKeys = new Set<string>();

  constructor(
    market: MatchingMarket,
    owner: string,
    kind: DoubleKind,
    spelling: Spelling,
    host: { readonly now: () => number; readonly lastUpdate: (symbol: string) => number },
  ) {
    this.#market = market;
    this.#owner = owner;
    this.#kind = kind;
    this.#spelling = spelling;
    this.#host = host;
  }

  hasListenKey(key: string): boolean {
    return this.#listenKeys.has(key);
  }

  carryOut(operation: Operation, parameters: Parameters): Answer {
    const body = this.#carryOut(operation, parameters);
    return body instanceof Failed ? body.answer : { status: 200, body };
  }

  #carryOut(operation: Operation, parameters: Parameters): unknown {
    const market = this.#market;
    const symbol = String(parameters['symbol']);
    switch (operation) {
      case 'time':
        return { serverTime: this.#host.now() };
      case 'exchangeInfo':
        return {
          serverTime: this.#host.now(),
          symbols: market.symbols.map((each) => this.#spelling.symbol(each)),
        };
      case 'depth':
        return market.has(symbol) ? this.#depth(symbol, Number(parameters['limit'])) : unknownSymbol();
      case 'place':
        return market.has(symbol) ? this.#place(symbol, parameters) : unknownSymbol();
      case 'cancel':
        return this.#cancel(symbol, parameters);
      case 'order': {
        const order = this.#find(symbol, parameters);
        return order === undefined ? new Failed(-2013, 'Order does not exist.') : this.#spelling.order(order);
      }
      case 'openOrders':
        return this.#own(symbol)
          .filter(({ status }) => status === 'open')
          .map((order) => this.#spelling.order(order));
      case 'trades':
        return this.#trades(symbol, parameters);
      case 'account':
        return { balances: this.#wallets(), canTrade: true };
      case 'balance':
        return this.#wallets().map(({ asset, free, locked }) => ({
          asset,
          balance: String(Number(free) + Number(locked)),
          availableBalance: free,
        }));
      case 'positions':
        return market.symbols.flatMap((each) => this.#position(each));
      case 'listenKey': {
        const listenKey = `listen${this.#listenKeys.size + 1}${'k'.repeat(40)}`;
        this.#listenKeys.add(listenKey);
        return { listenKey };
      }
      case 'prolong':
        return {};
      case 'countdown':
        this.countdowns.set(symbol, Number(parameters['countdownTime']));
        return { symbol, countdownTime: parameters['countdownTime'] };
      case 'subscribe':
        return { subscriptionId: 0 };
    }
  }

  #own(symbol: string): readonly DoubleOrder[] {
    return this.#market.ordersOf(this.#owner).filter((order) => order.symbol === symbol);
  }

  #find(symbol: string, { orderId, origClientOrderId }: Parameters): DoubleOrder | undefined {
    return this.#own(symbol).findLast((order) =>
      orderId === undefined ? order.clientOrderId === origClientOrderId : order.id === Number(orderId),
    );
  }

  #place(symbol: string, parameters: Parameters): unknown {
    const listed = this.#market.listed(symbol);
    const id = String(parameters['newClientOrderId']);
    if (!/^[.A-Z:/a-z0-9_-]{1,36}$/.test(id))
      return new Failed(-1100, "Illegal characters found in parameter 'newClientOrderId'.");
    const known = this.#find(symbol, { origClientOrderId: id });
    if (known?.status === 'open')
      return this.#kind === 'spot'
        ? new Failed(-2010, 'Duplicate order sent.')
        : new Failed(-4116, 'ClientOrderId is duplicated.');
    const type = String(parameters['type']);
    const quantity = listed.quantities.tryParse(String(parameters['quantity']));
    const price = type === 'MARKET' ? 0 : listed.prices.tryParse(String(parameters['price']));
    if (Number.isNaN(quantity)) return new Failed(-1111, 'Parameter quantity has too much precision.');
    if (Number.isNaN(price)) return new Failed(-1111, 'Parameter price has too much precision.');
    const time = String(parameters['timeInForce'] ?? 'GTC');
    const postOnly = type === 'LIMIT_MAKER' || time === 'GTX';
    const terms: OrderTerms = {
      symbol,
      clientOrderId: id,
      side: parameters['side'] === 'BUY' ? 'buy' : 'sell',
      type: type === 'MARKET' ? 'market' : 'limit',
      timeInForce: time === 'IOC' || time === 'FOK' ? time : 'GTC',
      price,
      quantity,
      postOnly,
      reduceOnly: parameters['reduceOnly'] === 'true',
    };
    const placed = this.#market.place(terms, this.#owner);
    if ('refusal' in placed) return new Failed(...REFUSALS[placed.refusal]);
    const { order } = placed;
    return { symbol, orderId: order.id, orderListId: -1, clientOrderId: id, transactTime: order.created };
  }

  #cancel(symbol: string, parameters: Parameters): unknown {
    const order = this.#find(symbol, parameters);
    if (order === undefined || !this.#market.cancel(order.id))
      return new Failed(-2011, 'Unknown order sent.');
    return this.#spelling.order(order);
  }

  #trades(symbol: string, { orderId, startTime, fromId, limit }: Parameters): unknown {
    return this.#own(symbol)
      .flatMap((order) => order.fills.map((fill) => ({ order, fill })))
      .filter(
        ({ order, fill }) =>
          (orderId === undefined || order.id === Number(orderId)) &&
          (startTime === undefined || fill.time >= Number(startTime)) &&
          (fromId === undefined || fill.tradeId >= Number(fromId)),
      )
      .sort((one, two) => one.fill.tradeId - two.fill.tradeId)
      .slice(0, Number(limit ?? 500))
      .map(({ order, fill }) => this.#spelling.trade(order, fill));
  }

  #depth(symbol: string, limit: number): unknown {
    const listed = this.#market.listed(symbol);
    const side = (which: 'bid' | 'ask'): readonly (readonly [string, string])[] =>
      this.#market
        .book(symbol)
        .depth(which)
        .slice(0, limit)
        .map(([price, lots]) => [eight(listed, 'prices', price), eight(listed, 'quantities', lots)]);
    const now = this.#host.now();
    return {
      lastUpdateId: this.#host.lastUpdate(symbol),
      ...(this.#kind !== 'spot' ? { E: now, T: now } : {}),
      bids: side('bid'),
      asks: side('ask'),
    };
  }

  #wallets(): readonly { readonly asset: string; readonly free: string; readonly locked: string }[] {
    return [...this.#market.wallets.all(this.#owner)].map(([asset, { free, locked }]) => ({
      asset,
      free: free.toFixed(),
      locked: locked.toFixed(),
    }));
  }

  #position(symbol: string): readonly unknown[] {
    const { quantities } = this.#market.listed(symbol);
    const lots = this.#own(symbol).reduce(
      (sum, { side, filled }) => sum + (side === 'buy' ? filled : -filled),
      0,
    );
    if (lots === 0) return [];
    return [{ symbol, positionSide: 'BOTH', positionAmt: quantities.format(lots), entryPrice: '0' }];
  }
}

/** A refusal on its way out. */
class Failed {
  readonly answer: Answer;

  constructor(code: number, msg: string) {
    this.answer = failed(code, msg);
  }
}

const unknownSymbol = (): Failed => new Failed(...REFUSALS.symbol);
