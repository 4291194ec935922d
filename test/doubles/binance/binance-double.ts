import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { decimal } from '../../../src/domain/decimal.js';
import type { BinanceEndpoints } from '../../../src/venues/binance/options.js';
import { type DoubleOrder, isLimited, type MarketNews } from '../market/double-order.js';
import type { MatchingMarket } from '../market/matching-market.js';
import { type Answer, type Operation, operationOf, Requests } from './requests.js';
import { BINANCE_KEY, type BinanceKey, byName, signingFault } from './signing.js';
import { type DoubleKind, eight, Spelling } from './spelling.js';

/**
 * How a request goes wrong, by REST or by WebSocket. `acceptThenDrop`, `acceptThenHang`: it is done, and its connection
 * breaks or nothing follows, on the private stream neither. `noReply`: it is not done, and nothing follows. `answer`: an
 * answer of that status and code, behind the deed where `done`.
 */
export type RequestFault =
  | { readonly kind: 'acceptThenDrop' | 'acceptThenHang' | 'noReply' }
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly code?: number;
      readonly msg?: string;
      readonly done?: boolean;
      readonly headers?: Readonly<Record<string, string>>;
    };

export interface BinanceDoubleOptions {
  readonly market: MatchingMarket;
  /** @default "spot" */
  readonly kind?: DoubleKind;
  readonly key?: BinanceKey;
}

type Row = Readonly<Record<string, unknown>>;
type Channel = 'stream' | 'api' | 'account';

interface Connection {
  readonly socket: WebSocket;
  readonly channel: Channel;
  readonly streams: Set<string>;
  /** The number of its subscription to the private stream. */
  subscription: number | undefined;
  frozen: boolean;
}

/** The account whose orders the double's key sends. */
const OWNER = 'binance';

/**
 * A double of Binance on the loopback: REST, streams and requests by WebSocket on one port, over a market that is shared
 * with scripts. Signatures, keys and times are checked; what goes wrong is asked for.
 *
 * @example
 * const double = new BinanceDouble({ market });
 * await double.start();
 * double.fail('place', { kind: 'acceptThenDrop' });
 * binance({ environment: double.endpoints, credentials: () => double.key });
 */
export class BinanceDouble {
  readonly market: MatchingMarket;
  readonly key: BinanceKey;
  readonly owner: string = OWNER;
  readonly kind: DoubleKind;
  /** Operations as they came, before anything was judged. */
  readonly requests: Operation[] = [];
  /** Client order ids of requests to place that the venue took in. */
  readonly placed: string[] = [];
  /** Codes of signatures, keys and times that were refused. */
  readonly refusals: number[] = [];
  /** Milliseconds that the venue's clock is ahead of the machine's. */
  clockAhead: number = 0;
  /** Which frames of a book leave in the place of one: none, two, another. */
  mangle: (frame: string) => readonly string[] = (frame) => [frame];
  /** What becomes of the answer of a snapshot, such as waiting. */
  snapshot: (answer: Row) => Row | Promise<Row> = (answer) => answer;
  readonly #answers: Requests;
  readonly #spelling: Spelling;
  readonly #connections = new Set<Connection>();
  readonly #faults = new Map<Operation, RequestFault[]>();
  readonly #levels = new Map<string, Map<string, readonly ['bid' | 'ask', number, number]>>();
  readonly #updates = new Map<string, number>();
  #burst: readonly number[] | undefined;
  #quiet = false;
  #cancels = 0;
  #payments = 0;
  #port = 0;
  #server: Server | undefined;
  #sockets: WebSocketServer | undefined;
  #stopListening: (() => void) | undefined;

  constructor({ market, kind = 'spot', key = BINANCE_KEY }: BinanceDoubleOptions) {
    this.market = market;
    this.kind = kind;
    this.key = key;
    this.#spelling = new Spelling(market, kind);
    this.#answers = new Requests(market, OWNER, kind, this.#spelling, {
      now: () => this.now(),
      lastUpdate: (symbol) => this.lastUpdate(symbol),
    });
  }

  get endpoints(): Required<BinanceEndpoints> {
    const host = `127.0.0.1:${this.#port}`;
    return {
      rest: `http://${host}`,
      stream: `ws://${host}/stream/ws`,
      api: `ws://${host}/ws-api/v3`,
      account: `ws://${host}/private/ws`,
    };
  }

  /** Connections that stand. */
  get connections(): number {
    return this.#connections.size;
  }

  /** Unix milliseconds by the venue's clock. */
  now(): number {
    return Date.now() + this.clockAhead;
  }

  /** On a port that is free, the same as before when it was stopped. */
  async start(port: number = this.#port): Promise<void> {
    const server = createServer((request, response) => {
      this.#rest(request, response).catch(() => response.destroy());
    });
    const sockets = new WebSocketServer({ noServer: true, autoPong: false });
    server.on('upgrade', (request, socket, head) =>
      sockets.handleUpgrade(request, socket, head, (accepted) =>
        this.#accept(accepted, new URL(request.url ?? '/', 'http://double')),
      ),
    );
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
    this.#sockets = sockets;
    this.#stopListening = this.market.listen((news) => this.#heard(news));
  }

  async stop(): Promise<void> {
    this.#stopListening?.();
    for (const { socket } of this.#connections) socket.terminate();
    this.#sockets?.close();
    const server = this.#server;
    this.#server = undefined;
    server?.closeAllConnections();
    await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  }

  /** The next requests of this operation go wrong, one a fault. */
  fail(operation: Operation, ...faults: readonly RequestFault[]): void {
    this.#faults.set(operation, [...(this.#faults.get(operation) ?? []), ...faults]);
  }

  /** The next order is filled by these lots at its limit as it comes: all that is told of it is one piece of TCP. */
  fillNext(...lots: readonly number[]): void {
    this.#burst = lots;
  }

  /** Whether the account holds long and short as two positions. */
  set hedgeMode(on: boolean) {
    this.#answers.hedgeMode = on;
  }

  /** Pays funding (negative: takes it): the stream says so, the history names it, from `lag` milliseconds later on. */
  payFunding(symbol: string, amount: string, lag: number = 0): void {
    const asset = this.market.listed(symbol).definition.settle;
    this.market.wallets.pay(OWNER, asset, decimal(amount));
    const tranId = 9_000_000 + ++this.#payments;
    const row = { symbol, incomeType: 'FUNDING_FEE', income: amount, asset, time: this.now(), tranId };
    if (lag === 0) this.#answers.income.push(row);
    else setTimeout(() => this.#answers.income.push(row), lag).unref();
    const { free } = this.market.wallets.of(OWNER, asset);
    const balance = { a: asset, wb: free.toFixed(), cw: free.toFixed(), bc: amount };
    this.#tell({
      e: 'ACCOUNT_UPDATE',
      E: this.now(),
      T: this.now(),
      a: { m: 'FUNDING_FEE', B: [balance], P: [] },
    });
  }

  /** Breaks every WebSocket. */
  disconnect(): void {
    for (const { socket } of [...this.#connections]) socket.terminate();
  }

  /** The connections that stand fall silent: they answer no ping, take nothing in and tell nothing. */
  freeze(): void {
    for (const connection of this.#connections) connection.frozen = true;
  }

  /** What is told within leaves in one piece to each connection. */
  together(action: () => void): void {
    const sockets = [...this.#connections].map(({ socket }) => rawSocket(socket));
    for (const socket of sockets) socket.cork();
    action();
    for (const socket of sockets) socket.uncork();
  }

  /** Tells of levels that changed now, instead of at the end of the turn. */
  flush(): void {
    for (const [symbol, levels] of this.#levels) {
      const first = this.lastUpdate(symbol) + 1;
      const last = first + levels.size - 1;
      this.#updates.set(symbol, last);
      const listed = this.market.listed(symbol);
      const side = (which: 'bid' | 'ask'): readonly (readonly [string, string])[] =>
        [...levels.values()]
          .filter(([each]) => each === which)
          .map(([, price, lots]) => [eight(listed, 'prices', price), eight(listed, 'quantities', lots)]);
      const frame = {
        e: 'depthUpdate',
        E: this.now(),
        ...(this.kind !== 'spot' ? { T: this.now() } : {}),
        s: symbol,
        U: first,
        u: last,
        ...(this.kind !== 'spot' ? { pu: first - 1 } : {}),
        b: side('bid'),
        a: side('ask'),
      };
      for (const text of this.mangle(JSON.stringify(frame))) this.#publish(symbol, 'depth', text);
    }
    this.#levels.clear();
  }

  /** The id of the last change of a book that was told. */
  lastUpdate(symbol: string): number {
    return this.#updates.get(symbol) ?? 1_000;
  }

  #accept(socket: WebSocket, { pathname, searchParams }: URL): void {
    const channel: Channel = pathname.startsWith('/ws-api')
      ? 'api'
      : pathname.startsWith('/private')
        ? 'account'
        : 'stream';
    const connection: Connection = {
      socket,
      channel,
      streams: new Set(),
      subscription: undefined,
      frozen: false,
    };
    if (channel === 'account') {
      if (!this.#answers.hasListenKey(searchParams.get('listenKey') ?? '')) {
        socket.close(1008, 'no such listen key');
        return;
      }
      connection.subscription = 0;
    }
    this.#connections.add(connection);
    socket.on('close', () => this.#connections.delete(connection));
    socket.on('error', () => {});
    socket.on('ping', () => {
      if (!connection.frozen) socket.pong();
    });
    socket.on('message', (data) => {
      if (connection.frozen) return;
      let message: Row;
      try {
        message = JSON.parse(String(data)) as Row;
      } catch {
        socket.close(1008, 'no JSON');
        return;
      }
      if (channel === 'api') this.#api(connection, message);
      else this.#subscribe(connection, message);
    });
  }

  #send(connection: Connection, message: unknown): void {
    if (!connection.frozen)
      connection.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  #subscribe(connection: Connection, { method, params, id }: Row): void {
    const streams = Array.isArray(params) ? (params as readonly string[]) : [];
    for (const stream of streams) {
      if (method === 'SUBSCRIBE') connection.streams.add(stream);
      else connection.streams.delete(stream);
    }
    this.#send(connection, { result: null, id });
  }

  #publish(symbol: string, name: string, text: string): void {
    const stream = `${symbol.toLowerCase()}@${name}`;
    for (const connection of this.#connections) {
      const wanted = [...connection.streams].some((each) => each === stream || each.startsWith(`${stream}@`));
      if (wanted) this.#send(connection, text);
    }
  }

  #tell(event: Row): void {
    if (this.#quiet) return;
    for (const connection of this.#connections) {
      const { subscription: subscriptionId, channel } = connection;
      if (subscriptionId === undefined) continue;
      this.#send(connection, channel === 'api' ? { subscriptionId, event } : event);
    }
  }

  #heard(news: MarketNews): void {
    if (news.kind === 'level') {
      if (this.#levels.size === 0) queueMicrotask(() => this.flush());
      const levels = this.#levels.get(news.symbol) ?? new Map();
      levels.set(`${news.side} ${news.price}`, [news.side, news.price, news.quantity]);
      this.#levels.set(news.symbol, levels);
      return;
    }
    if (news.kind === 'trade') {
      const listed = this.market.listed(news.symbol);
      const spot = this.kind === 'spot';
      const coins = this.kind === 'coinm';
      const frame = {
        e: coins ? 'aggTrade' : 'trade',
        E: this.now(),
        s: news.symbol,
        ...(coins ? { a: news.tradeId, f: news.tradeId, l: news.tradeId } : { t: news.tradeId }),
        p: eight(listed, 'prices', news.price),
        q: eight(listed, 'quantities', news.quantity),
        T: this.now(),
        m: news.taker === 'sell',
        ...(spot ? { M: true } : coins ? {} : { X: 'MARKET' }),
      };
      this.#publish(news.symbol, frame.e, JSON.stringify(frame));
      return;
    }
    const { order } = news;
    if (order.owner !== OWNER) return;
    if (news.kind === 'accepted') this.#tell(this.#spelling.report(order, 'NEW', this.now()));
    else if (news.kind === 'fill') this.#tell(this.#spelling.report(order, 'TRADE', this.now(), news.fill));
    // The venue calls the rest of an immediate order expired, not canceled.
    else if (order.status === 'canceled' && isImmediate(order))
      this.#tell(this.#spelling.report(order, 'EXPIRED', this.now()));
    else if (order.status === 'canceled' && this.kind === 'spot')
      this.#tell(
        this.#spelling.report(order, 'CANCELED', this.now(), undefined, `cancel-${++this.#cancels}`),
      );
    else if (order.status === 'canceled') this.#tell(this.#spelling.report(order, 'CANCELED', this.now()));
    else if (order.status === 'expired') this.#tell(this.#spelling.report(order, 'EXPIRED', this.now()));
    this.#tellBalances(order);
  }

  #tellBalances({ symbol }: DoubleOrder): void {
    const { base, quote } = this.market.listed(symbol).definition;
    const wallet = (currency: string) => this.market.wallets.of(OWNER, currency);
    const text = (value: { toFixed(): string }): string => value.toFixed();
    if (this.kind === 'spot')
      this.#tell({
        e: 'outboundAccountPosition',
        E: this.now(),
        u: this.now(),
        B: [base, quote].map((a) => ({ a, f: text(wallet(a).free), l: text(wallet(a).locked) })),
      });
  }

  #api(connection: Connection, message: Row): void {
    const { id, method, params } = message;
    const { signature, ...parameters } = (params ?? {}) as Record<string, unknown>;
    const operation = (
      {
        'order.place': 'place',
        'order.cancel': 'cancel',
        'order.cancelReplace': 'replace',
        'order.status': 'order',
        'userDataStream.subscribe.signature': 'subscribe',
      } as const
    )[method as string];
    const fail = (status: number, code: number, msg: string): void =>
      this.#send(connection, { id, status, error: { code, msg } });
    if (operation === undefined) {
      fail(400, -1000, `Method ${String(method)} is not there.`);
      return;
    }
    this.requests.push(operation);
    const fault = signingFault(
      this.key,
      {
        apiKey: parameters['apiKey'],
        signature: typeof signature === 'string' ? signature : undefined,
        signed: byName(parameters),
        timestamp: parameters['timestamp'],
        recvWindow: parameters['recvWindow'],
      },
      this.now(),
    );
    if (fault !== undefined) {
      this.refusals.push(fault.code);
      fail(fault.status, fault.code, fault.msg);
      return;
    }
    this.#carryOut(operation, parameters, {
      answer: ({ status, body }) => {
        if (status < 300) this.#send(connection, { id, status, result: body });
        else this.#send(connection, { id, status, error: body });
      },
      drop: () => connection.socket.terminate(),
      subscribe: () => {
        connection.subscription = 0;
      },
    });
  }

  async #rest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const piece of request) text += String(piece);
    const method = request.method ?? 'GET';
    const url = new URL(request.url ?? '/', this.endpoints.rest);
    const found = operationOf(method, url.pathname);
    const write = ({ status, body, headers = {} }: Answer): void => {
      const json = typeof body !== 'string';
      response
        .writeHead(status, {
          'content-type': json ? 'application/json' : 'text/html',
          'x-mbx-used-weight-1m': String(this.requests.length),
          ...headers,
        })
        .end(json ? JSON.stringify(body) : body);
    };
    if (found === undefined) {
      write({ status: 404, body: { code: -1, msg: `no ${method} ${url.pathname}` } });
      return;
    }
    this.requests.push(found.operation);
    const raw = method === 'GET' || method === 'DELETE' ? url.search.slice(1) : text;
    if (found.signed) {
      const [, signed = raw, signature] = /^(.*)&signature=([^&]*)$/.exec(raw) ?? [];
      const of = new URLSearchParams(signed);
      const fault = signingFault(
        this.key,
        {
          apiKey: request.headers['x-mbx-apikey'],
          signature,
          signed,
          timestamp: of.get('timestamp'),
          recvWindow: of.get('recvWindow') ?? undefined,
        },
        this.now(),
      );
      if (fault !== undefined) {
        this.refusals.push(fault.code);
        write({ status: fault.status, body: { code: fault.code, msg: fault.msg } });
        return;
      }
    }
    this.#carryOut(found.operation, Object.fromEntries(new URLSearchParams(raw)), {
      answer: async (answer) =>
        write(
          found.operation === 'depth' ? { ...answer, body: await this.snapshot(answer.body as Row) } : answer,
        ),
      drop: () => request.socket.destroy(),
      subscribe: () => {},
    });
  }

  #carryOut(
    operation: Operation,
    parameters: Readonly<Record<string, unknown>>,
    way: {
      readonly answer: (answer: Answer) => unknown;
      readonly drop: () => void;
      readonly subscribe: () => void;
    },
  ): void {
    const fault = this.#faults.get(operation)?.shift();
    const refusal = (): Answer | undefined =>
      fault?.kind !== 'answer'
        ? undefined
        : {
            status: fault.status,
            body:
              fault.code === undefined
                ? (fault.msg ?? '<html>error</html>')
                : { code: fault.code, msg: fault.msg ?? '' },
            ...(fault.headers === undefined ? {} : { headers: fault.headers }),
          };
    if (fault?.kind === 'noReply') return;
    if (fault?.kind === 'answer' && fault.done !== true) {
      way.answer(refusal() as Answer);
      return;
    }
    this.#quiet = fault !== undefined;
    const lots = operation === 'place' ? this.#burst : undefined;
    if (lots !== undefined) this.#burst = undefined;
    const act = (): Answer => {
      const answer = this.#answers.carryOut(operation, parameters);
      if (operation === 'place' || operation === 'replace')
        this.placed.push(String(parameters['newClientOrderId']));
      const order = this.market.ordersOf(OWNER).at(-1);
      if (lots !== undefined && order !== undefined)
        for (const part of lots) this.market.fill(order.id, part);
      return answer;
    };
    if (lots !== undefined)
      this.together(() => {
        way.answer(act());
      });
    else {
      const answer = act();
      this.#quiet = false;
      if (operation === 'subscribe' && answer.status < 300) way.subscribe();
      if (fault?.kind === 'acceptThenDrop') way.drop();
      else if (fault?.kind === 'acceptThenHang') return;
      else way.answer(refusal() ?? answer);
    }
  }
}

const isImmediate = ({ timeInForce, type }: DoubleOrder): boolean =>
  timeInForce === 'IOC' || !isLimited({ type });

function rawSocket(socket: WebSocket): Socket {
  return (socket as unknown as { readonly _socket: Socket })._socket;
}
