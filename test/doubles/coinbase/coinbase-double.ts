import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type { MarketNews } from '../market/double-order.js';
import type { MatchingMarket } from '../market/matching-market.js';
import { FeedConnection, type FeedHost, type Print } from './feed-connection.js';
import { type CoinbaseKey, coinbaseKey, tokenFault } from './keys.js';
import { type Operation, operationOf, RestApi } from './rest-api.js';

/**
 * How a request goes wrong. `acceptThenDrop` and `acceptThenHang`: it is done, and the connection breaks or nothing
 * follows. `noReply`: it is not done, and nothing follows. `refuse`: the connection breaks before it is done. `status`: an
 * answer of that status, behind the deed where `done`.
 */
export type RequestFault =
  | { readonly kind: 'acceptThenDrop' | 'acceptThenHang' | 'noReply' | 'refuse' }
  | { readonly kind: 'status'; readonly status: number; readonly body?: unknown; readonly done?: boolean }
  /** The answer comes so many milliseconds late. */
  | { readonly kind: 'late'; readonly by: number };

export interface CoinbaseDoubleOptions {
  readonly market: MatchingMarket;
  /** @default a new one */
  readonly key?: CoinbaseKey;
  /** Milliseconds between two heartbeats. @default 1,000 */
  readonly heartbeatEvery?: number;
  /** Milliseconds without a word after which a connection without heartbeats is closed. @default 75,000 */
  readonly idleClose?: number;
}

/** The account whose orders the double's key sends. */
const OWNER = 'coinbase';
/** Prints that a subscription to trades begins with. */
const PRINTS = 50;

/**
 * A double of Coinbase Advanced on the loopback: REST and WebSocket on one port, over a market that is shared with
 * scripts. Tokens (ES256) are checked; messages of a connection are numbered over all of its channels; what goes wrong is
 * asked for.
 *
 * @example
 * const double = new CoinbaseDouble({ market });
 * await double.start();
 * double.fail('submit', { kind: 'acceptThenDrop' });
 */
export class CoinbaseDouble {
  readonly market: MatchingMarket;
  readonly key: CoinbaseKey;
  readonly owner: string = OWNER;
  readonly api: RestApi;
  /** Requests by operation, as they came. */
  readonly requests: Operation[] = [];
  /** Bodies of order requests, as they came. */
  readonly submits: unknown[] = [];
  /** Why tokens were refused. */
  readonly refusedTokens: string[] = [];
  /** Which frames leave in the place of one: none, two, another. */
  mangle: (frame: string, channel: string) => readonly string[] = (frame) => [frame];
  /** No new connection is answered, and no request: the host is gone. */
  unreachable: boolean = false;
  readonly #options: Required<Pick<CoinbaseDoubleOptions, 'heartbeatEvery' | 'idleClose'>>;
  readonly #connections = new Set<FeedConnection>();
  readonly #faults = new Map<Operation, RequestFault[]>();
  readonly #prints = new Map<string, Print[]>();
  readonly #levels = new Map<string, Map<string, readonly ['bid' | 'ask', number, number]>>();
  #port = 0;
  #server: Server | undefined;
  #sockets: WebSocketServer | undefined;
  #stopListening: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor({
    market,
    key = coinbaseKey(),
    heartbeatEvery = 1_000,
    idleClose = 75_000,
  }: CoinbaseDoubleOptions) {
    this.market = market;
    this.key = key;
    this.api = new RestApi(market, OWNER);
    this.#options = { heartbeatEvery, idleClose };
  }

  /** Of REST, such as `http://127.0.0.1:41235`. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get feedUrl(): string {
    return `ws://127.0.0.1:${this.#port}/feed`;
  }

  /** Connections that stand. */
  get connections(): number {
    return this.#connections.size;
  }

  /** On a port that is free, the same as before when it was stopped. */
  async start(port: number = this.#port): Promise<void> {
    const server = createServer((request, response) => {
      this.#take(request, response).catch(() => response.destroy());
    });
    const sockets = new WebSocketServer({ noServer: true });
    server.on('upgrade', (request, socket, head) => {
      if (this.unreachable) return;
      sockets.handleUpgrade(request, socket, head, (accepted) => {
        const connection = new FeedConnection(accepted, this.#host());
        this.#connections.add(connection);
        accepted.on('close', () => this.#connections.delete(connection));
      });
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
    this.#sockets = sockets;
    this.#stopListening = this.market.listen((news) => this.#heard(news));
    this.#timer = setInterval(() => this.#beat(), this.#options.heartbeatEvery);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopListening?.();
    for (const connection of this.#connections) connection.terminate();
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

  /** Breaks every connection of the feed. */
  disconnect(): void {
    for (const connection of [...this.#connections]) connection.terminate();
  }

  /** The connections that stand fall silent: they answer no ping, and tell nothing. */
  freeze(): void {
    for (const connection of this.#connections) connection.freeze();
  }

  /** So many messages of each connection are lost. */
  jump(by: number): void {
    for (const connection of this.#connections) connection.jump(by);
  }

  /** What is told within leaves in one chunk to each connection. */
  burst(action: () => void): void {
    const nested = [...this.#connections].reduce<() => void>(
      (inner, connection) => () => connection.corked(inner),
      () => {
        action();
        this.#flushLevels();
      },
    );
    nested();
  }

  #host(): FeedHost {
    return {
      market: this.market,
      key: this.key,
      owner: OWNER,
      prints: (symbol) => this.#prints.get(symbol) ?? [],
      mangle: (frame, channel) => this.mangle(frame, channel),
    };
  }

  #heard(news: MarketNews): void {
    if (news.kind === 'level') {
      if (this.#levels.size === 0) queueMicrotask(() => this.#flushLevels());
      const levels = this.#levels.get(news.symbol) ?? new Map();
      levels.set(`${news.side} ${news.price}`, [news.side, news.price, news.quantity]);
      this.#levels.set(news.symbol, levels);
    } else if (news.kind === 'trade') {
      const prints = this.#prints.get(news.symbol) ?? [];
      prints.unshift(news);
      prints.splice(PRINTS);
      this.#prints.set(news.symbol, prints);
      for (const connection of this.#connections) connection.trade(news);
    } else if (news.order.owner === OWNER) {
      const { order } = news;
      // The word of the last fill and that of the end are one.
      if (news.kind === 'fill' && order.filled === order.quantity) return;
      for (const connection of this.#connections) connection.orders([order]);
    }
  }

  /** Levels that change together are one message. */
  #flushLevels(): void {
    for (const [symbol, levels] of this.#levels)
      for (const connection of this.#connections) connection.levels(symbol, [...levels.values()]);
    this.#levels.clear();
  }

  #beat(): void {
    this.market.expire();
    const now = this.market.now();
    for (const connection of [...this.#connections]) {
      connection.heartbeat();
      if (!connection.has('heartbeats') && now - connection.spokenAt > this.#options.idleClose)
        connection.close();
    }
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const piece of request) text += String(piece);
    if (this.unreachable) return;
    const method = request.method ?? 'GET';
    const url = new URL(request.url ?? '/', this.url);
    const [operation, isPrivate] = operationOf(method, url.pathname);
    this.requests.push(operation);
    if (isPrivate) {
      const uri = `${method} ${request.headers.host}${url.pathname}`;
      const token = request.headers.authorization?.replace(/^Bearer /, '');
      const fault = tokenFault(token, this.key, this.market.now(), uri);
      if (fault !== undefined) {
        this.refusedTokens.push(fault);
        response.writeHead(401, { 'content-type': 'text/plain' }).end('Unauthorized\n');
        return;
      }
    }
    const fault = this.#faults.get(operation)?.shift();
    if (fault?.kind === 'noReply') return;
    if (fault?.kind === 'refuse') {
      request.socket.destroy();
      return;
    }
    if (fault?.kind === 'status' && fault.done !== true) {
      answer(response, fault.status, fault.body ?? { error: 'INTERNAL', message: 'something went wrong' });
      return;
    }
    let body: Readonly<Record<string, unknown>> = {};
    try {
      if (text !== '') body = JSON.parse(text) as Readonly<Record<string, unknown>>;
    } catch {
      answer(response, 400, { error: 'INVALID_ARGUMENT', message: 'the body is no JSON' });
      return;
    }
    if (operation === 'submit') this.submits.push(body);
    const [status, said] = this.api.answer(operation, {
      method,
      path: url.pathname,
      query: url.searchParams,
      body,
    });
    if (fault?.kind === 'acceptThenHang') return;
    if (fault?.kind === 'acceptThenDrop') request.socket.destroy();
    else if (fault?.kind === 'status') answer(response, fault.status, fault.body ?? { error: 'INTERNAL' });
    else if (fault?.kind === 'late') setTimeout(() => answer(response, status, said), fault.by).unref();
    else answer(response, status, said);
  }
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response
    .writeHead(status, { 'content-type': typeof body === 'string' ? 'text/html' : 'application/json' })
    .end(text);
}
