import { type DoubleOrder, isLimited, type OrderTerms } from '../market/double-order.js';
import type { MatchingMarket } from '../market/matching-market.js';
import { type DoubleKind, eight, REFUSALS, type Spelling, TYPES } from './spelling.js';

/** What can be asked for, by whatever way. */
export type Operation =
  | 'time'
  | 'exchangeInfo'
  | 'depth'
  | 'place'
  | 'replace'
  | 'cancel'
  | 'cancelAll'
  | 'order'
  | 'openOrders'
  | 'trades'
  | 'account'
  | 'balance'
  | 'positions'
  | 'listenKey'
  | 'prolong'
  | 'countdown'
  | 'positionMode'
  | 'income'
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
  'POST order/cancelReplace': ['replace', true],
  'DELETE order': ['cancel', true],
  'DELETE openOrders': ['cancelAll', true],
  'DELETE allOpenOrders': ['cancelAll', true],
  'GET order': ['order', true],
  'GET openOrders': ['openOrders', true],
  'GET myTrades': ['trades', true],
  'GET userTrades': ['trades', true],
  'GET account': ['account', true],
  'GET balance': ['balance', true],
  'GET positionRisk': ['positions', true],
  'POST listenKey': ['listenKey', false],
  'PUT listenKey': ['prolong', false],
  'GET positionSide/dual': ['positionMode', true],
  'GET income': ['income', true],
  'POST countdownCancelAll': ['countdown', true],
};

/** What a request of REST asks for, and whether it has to be signed. */
export function operationOf(
  method: string,
  path: string,
): { readonly operation: Operation; readonly signed: boolean } | undefined {
  const [, name = ''] = /^\/[fd]?api\/v\d\/(\w+(?:\/\w+)?)$/.exec(path) ?? [];
  const found = PATHS[`${method} ${name}`];
  return found === undefined ? undefined : { operation: found[0], signed: found[1] };
}

/** Carries requests out on a market and answers in the venue's words. */
export class Requests {
  /** Milliseconds until the venue cancels what rests, by symbol, as it was told last. */
  readonly countdowns: Map<string, number> = new Map();
  /** Long and short are positions of their own. */
  hedgeMode: boolean = false;
  /** Funding, in the venue's words, the eldest first. */
  readonly income: Readonly<Record<string, unknown>>[] = [];
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
      case 'replace':
        return this.#replace(symbol, parameters);
      case 'cancel':
        return this.#cancel(symbol, parameters);
      case 'cancelAll':
        return this.#cancelAll(symbol);
      case 'positionMode':
        return { dualSidePosition: this.hedgeMode };
      case 'income':
        return this.income
          .filter(({ time }) => Number(time) >= Number(parameters['startTime']))
          .slice(0, Number(parameters['limit']));
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
    const kind =
      this.#kind === 'spot' ? TYPES[type] : type === 'LIMIT' || type === 'MARKET' ? TYPES[type] : undefined;
    // Of futures, stops went to an interface of their own in 2025.
    if (kind === undefined)
      return this.#kind === 'spot'
        ? new Failed(-1116, 'Invalid orderType.')
        : new Failed(
            -4120,
            'Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.',
          );
    const stops = kind === 'stop' || kind === 'stopLimit';
    if (stops !== (parameters['stopPrice'] !== undefined))
      return new Failed(-1102, "Mandatory parameter 'stopPrice' was not sent, was empty/null, or malformed.");
    const limited = isLimited({ type: kind });
    const stopPrice = stops ? listed.prices.tryParse(String(parameters['stopPrice'])) : undefined;
    if (Number.isNaN(stopPrice)) return new Failed(-1111, 'Parameter stopPrice has too much precision.');
    if (limited && type !== 'LIMIT_MAKER' && parameters['timeInForce'] === undefined)
      return new Failed(
        -1102,
        "Mandatory parameter 'timeInForce' was not sent, was empty/null, or malformed.",
      );
    if (!limited && (parameters['timeInForce'] !== undefined || parameters['price'] !== undefined))
      return new Failed(-1106, "Parameter 'timeInForce' sent when not required.");
    const price = limited ? listed.prices.tryParse(String(parameters['price'])) : 0;
    if (Number.isNaN(quantity)) return new Failed(-1111, 'Parameter quantity has too much precision.');
    if (Number.isNaN(price)) return new Failed(-1111, 'Parameter price has too much precision.');
    const time = String(parameters['timeInForce'] ?? 'GTC');
    const postOnly = type === 'LIMIT_MAKER' || time === 'GTX';
    const terms: OrderTerms = {
      symbol,
      clientOrderId: id,
      side: parameters['side'] === 'BUY' ? 'buy' : 'sell',
      type: kind,
      timeInForce: time === 'IOC' || time === 'FOK' ? time : 'GTC',
      price,
      quantity,
      postOnly,
      ...(stopPrice === undefined ? {} : { stopPrice }),
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
    return this.#canceled(order);
  }

  /** The answer to a cancel has an id of its own, and the order's beside it. */
  #canceled(order: DoubleOrder): Readonly<Record<string, unknown>> {
    const { clientOrderId } = order;
    const told = this.#spelling.order(order);
    return this.#kind === 'spot'
      ? { ...told, origClientOrderId: clientOrderId, clientOrderId: 'of-the-cancel' }
      : told;
  }

  #cancelAll(symbol: string): unknown {
    const open = this.#own(symbol).filter(({ status }) => status === 'open');
    if (this.#kind !== 'spot') {
      for (const { id } of open) this.#market.cancel(id);
      return { code: 200, msg: 'The operation of cancel all open order is done.' };
    }
    if (open.length === 0) return new Failed(-2011, 'Unknown order sent.');
    return open.map((order) => {
      this.#market.cancel(order.id);
      return this.#canceled(order);
    });
  }

  /** Stops where the cancel fails; where only the order fails, the other is gone. */
  #replace(symbol: string, parameters: Parameters): unknown {
    if (parameters['cancelReplaceMode'] !== 'STOP_ON_FAILURE')
      return new Failed(-1102, "Mandatory parameter 'cancelReplaceMode' was not sent.");
    const cancel = this.#cancel(symbol, { origClientOrderId: parameters['cancelOrigClientOrderId'] });
    if (cancel instanceof Failed)
      return new Failed(-2022, 'Order cancel-replace failed.', 400, {
        ...{ cancelResult: 'FAILURE', newOrderResult: 'NOT_ATTEMPTED' },
        ...{ cancelResponse: cancel.answer.body, newOrderResponse: null },
      });
    const placed = this.#place(symbol, parameters);
    const common = { cancelResult: 'SUCCESS', cancelResponse: cancel };
    if (placed instanceof Failed)
      return new Failed(-2021, 'Order cancel-replace partially failed.', 409, {
        ...{ ...common, newOrderResult: 'FAILURE', newOrderResponse: placed.answer.body },
      });
    return { ...common, newOrderResult: 'SUCCESS', newOrderResponse: placed };
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

  constructor(code: number, msg: string, status: number = 400, data?: unknown) {
    this.answer = { status, body: { code, msg, ...(data === undefined ? {} : { data }) } };
  }
}

const unknownSymbol = (): Failed => new Failed(...REFUSALS.symbol);
