import type { Cancel } from '../../core/clock.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { Order } from '../../domain/order.js';
import type { Fields } from '../../streams/readers/fields.js';
import { type CcxtClient, loadCcxtClass } from '../ccxt/ccxt-class.js';
import { classify } from '../driver/classify.js';
import { acknowledged, type Finding, type Outcome, refused, type VenueTruth } from '../driver/outcome.js';
import { checkCredentials } from '../driver/secrets.js';
import type { OrderKey, VenueAdapter, VenuePort } from '../driver/venue-adapter.js';
import { Account } from './account.js';
import { ApiSocket } from './api-socket.js';
import { type CcxtBinance, tappedBinance } from './ccxt-binance.js';
import { BINANCE_ERRORS, failureOf, outcomeOfError } from './errors.js';
import { KnownOrders } from './known-orders.js';
import { ListenKey } from './listen-key.js';
import { MarketFeed } from './market-feed.js';
import { messageOf } from './message-of.js';
import type { BinanceMarket, BinanceSettings } from './options.js';
import { orderParameters } from './order-words.js';
import { PrivateStream } from './private-stream.js';
import { interfaceUrls, RestClient } from './rest-client.js';
import { VenueSocket } from './venue-socket.js';

const KINDS: Readonly<Record<BinanceMarket, readonly string[]>> = {
  spot: ['spot'],
  usdm: ['perpetual', 'future'],
  coinm: ['perpetual', 'future'],
};
/** Of an order: one unit of both limits. */
const ORDER_COST = { weight: 1, orders: 1 };
const CANCEL_COST = { weight: 1 };
/** Milliseconds until connecting is tried again after it failed before any connection. */
const RETRY = 2_000;

/** What is there once the venue's class was loaded. */
interface Connected {
  readonly exchange: CcxtBinance;
  readonly rest: RestClient;
  readonly feed: MarketFeed;
  readonly account: Account;
  readonly api: ApiSocket;
  readonly sockets: readonly VenueSocket[];
  readonly market: VenueSocket;
  /** Requests by WebSocket; on spot the private stream too. Absent without keys. */
  readonly requests: VenueSocket | undefined;
}

/** Binance for the driver kit: streams, requests by WebSocket and by REST, on ccxt's class. */
export class BinanceAdapter implements VenueAdapter {
  readonly #settings: BinanceSettings;
  readonly #port: VenuePort;
  readonly #listed: readonly ListedInstrument[];
  readonly #known = new KnownOrders();
  #connected: Connected | undefined;
  #leading = false;
  #stopAlive: Cancel | undefined;
  #closed = false;

  constructor(settings: BinanceSettings, port: VenuePort) {
    this.#settings = settings;
    this.#port = port;
    const inverse = settings.market === 'coinm';
    this.#listed = port.listed.filter(
      ({ definition }) => KINDS[settings.market].includes(definition.kind) && definition.inverse === inverse,
    );
  }

  open(): void {
    this.#connect().catch((error: unknown) => {
      if (this.#closed) return;
      const failure = failureOf(error);
      this.#port.fault('connect', failure.text);
      this.#port.link('market', 'down', failure.text);
      this.#port.after(RETRY, () => this.open());
    });
  }

  async submit(order: Order, listed: ListedInstrument): Promise<Outcome> {
    const connected = this.#connected;
    const { market, recvWindow, orderEntry } = this.#settings;
    if (connected === undefined || !this.#listed.includes(listed))
      return refused('rejected', `not sent: ${order.instrument} is not traded on Binance ${market} here`);
    const left = order.requestTime + recvWindow - this.#port.now();
    if (left <= 0) return refused('rejected', 'not sent: the request has expired');
    if (order.group !== undefined)
      return refused('rejected', 'not sent: orders of a group are not sent to Binance');
    const parameters = {
      ...orderParameters(order, listed, market),
      timestamp: connected.rest.venueTime(order.requestTime),
    };
    const common = { kind: 'submit', cost: ORDER_COST, parameters, patience: Math.min(left, 1_000) } as const;
    try {
      const answer =
        orderEntry === 'websocket' && connected.requests !== undefined
          ? await connected.api.ask(connected.requests, { ...common, method: 'order.place' })
          : await connected.rest.ask({ ...common, method: 'POST', path: 'order', signed: true });
      const { orderId, transactTime, updateTime } = answer as Fields;
      this.#known.add(orderId, order.clientOrderId);
      return acknowledged(timeOf(transactTime ?? updateTime));
    } catch (error) {
      return outcomeOfError(error);
    }
  }

  async cancel({ clientOrderId }: OrderKey, listed: ListedInstrument): Promise<Outcome> {
    const connected = this.#connected;
    if (connected === undefined || !this.#listed.includes(listed))
      return refused('rejected', 'not sent: there is no connection');
    const parameters = { symbol: listed.definition.symbol, origClientOrderId: clientOrderId };
    const common = { kind: 'cancel', cost: CANCEL_COST, parameters } as const;
    try {
      const answer =
        this.#settings.orderEntry === 'websocket' && connected.requests !== undefined
          ? await connected.api.ask(connected.requests, { ...common, method: 'order.cancel' })
          : await connected.rest.ask({ ...common, method: 'DELETE', path: 'order', signed: true });
      const { executedQty, transactTime, updateTime } = answer as Fields;
      const filled = listed.quantities.tryParse(executedQty as string);
      return acknowledged(timeOf(transactTime ?? updateTime), Number.isNaN(filled) ? undefined : filled);
    } catch (error) {
      return outcomeOfError(error);
    }
  }

  async lookUp(key: OrderKey, listed: ListedInstrument): Promise<Finding> {
    const connected = this.#connected;
    if (connected === undefined) return { kind: 'unknown', reason: 'not connected yet' };
    return connected.account.lookUp(key, listed);
  }

  async reconcile(since: number): Promise<VenueTruth | undefined> {
    if (this.#settings.credentials === undefined) return undefined;
    return this.#connected?.account.reconcile(since);
  }

  requestBook(listed: ListedInstrument): void {
    if (this.#listed.includes(listed)) this.#connected?.feed.requestBook(listed);
  }

  async resynchroniseClock(): Promise<void> {
    await this.#connected?.rest.setClock();
  }

  leads(leading: boolean): void {
    const began = leading && !this.#leading;
    this.#leading = leading;
    if (began) this.#stayAlive();
  }

  async close(): Promise<void> {
    this.#closed = true;
    const connected = this.#connected;
    this.#connected = undefined;
    if (connected === undefined) return;
    for (const socket of connected.sockets) socket.close();
    await connected.exchange.close();
  }

  async #connect(): Promise<void> {
    const { endpoints, credentials, market, timeout, recvWindow, keepAlive, backOff } = this.#settings;
    const Base = await loadCcxtClass<CcxtBinance>('binance');
    const keys =
      credentials === undefined ? undefined : checkCredentials('binance.credentials', await credentials());
    if (keys !== undefined) this.#port.redaction.hide(keys.apiKey, keys.secret);
    const sockets: VenueSocket[] = [];
    const ownerOf = (client: CcxtClient) => sockets.find((socket) => socket.owns(client));
    const exchange = tappedBinance(Base, {
      api: interfaceUrls(market, endpoints.rest),
      ...(keys ?? {}),
      timeout,
      recvWindow,
      tap: {
        connected: (client) => ownerOf(client)?.connected(),
        message: (client, message) => ownerOf(client)?.heard(message),
        gone: (client, reason) => ownerOf(client)?.drop(reason),
      },
      weight: (used) => this.#port.requests.told('weight', used),
    });
    await exchange.loadHttpProxyAgent();
    if (this.#closed) return;
    const port = this.#port;
    const rest = new RestClient(port, exchange, market);
    try {
      await rest.setClock();
    } catch (error) {
      await exchange.close();
      throw error;
    }
    const feed = new MarketFeed(port, this.#settings, rest, this.#listed);
    const api = new ApiSocket(port, exchange, () => rest.venueTime());
    const options = { keepAlive, backOff };
    const marketSocket: VenueSocket = new VenueSocket(
      port,
      exchange,
      { ...options, url: () => endpoints.stream },
      {
        opened: () => feed.subscribe(marketSocket),
        frame: (message) => feed.take(marketSocket, message),
        lost: (reason) => feed.lost(reason),
      },
    );
    sockets.push(marketSocket);
    let requests: VenueSocket | undefined;
    if (keys !== undefined) {
      const socket: VenueSocket =
        market === 'spot' ? this.#spotAccount(exchange, api) : this.#orderSocket(exchange, api);
      requests = socket;
      sockets.push(socket);
      if (market !== 'spot') sockets.push(this.#futuresAccount(exchange, rest));
    }
    if (this.#closed) {
      await exchange.close();
      return;
    }
    const account = new Account(port, rest, market, this.#known, this.#listed);
    this.#connected = { exchange, rest, feed, account, api, sockets, market: marketSocket, requests };
    for (const socket of sockets) if (socket !== marketSocket || this.#listed.length > 0) socket.open();
    this.#stayAlive();
  }

  /** On spot one connection takes requests and tells of our orders. */
  #spotAccount(exchange: CcxtBinance, api: ApiSocket): VenueSocket {
    const stream = new PrivateStream(this.#port, this.#known, this.#listed, (reason) => socket.drop(reason));
    const socket: VenueSocket = this.#requestSocket(exchange, {
      opened: () => {
        const common = { kind: 'submit', cost: { weight: 2 }, parameters: {} } as const;
        api.ask(socket, { ...common, method: 'userDataStream.subscribe.signature' }).then(
          () => {
            socket.settled();
            this.#port.link('account', 'up', 'subscribed');
            this.#port.link('orders', 'up', 'connected');
          },
          (error: unknown) => this.#notTaken(socket, error),
        );
      },
      frame: (message) => {
        if (!api.take(message)) stream.take(message);
      },
      lost: (reason) => {
        api.lost(reason);
        this.#port.link('orders', 'down', reason);
        this.#port.link('account', 'down', reason);
      },
    });
    return socket;
  }

  /** On futures requests have a connection of their own. */
  #orderSocket(exchange: CcxtBinance, api: ApiSocket): VenueSocket {
    const socket: VenueSocket = this.#requestSocket(exchange, {
      opened: () => {
        socket.settled();
        this.#port.link('orders', 'up', 'connected');
      },
      frame: (message) => void api.take(message),
      lost: (reason) => {
        api.lost(reason);
        this.#port.link('orders', 'down', reason);
      },
    });
    return socket;
  }

  #requestSocket(exchange: CcxtBinance, events: ConstructorParameters<typeof VenueSocket>[3]): VenueSocket {
    const { endpoints, keepAlive, backOff } = this.#settings;
    return new VenueSocket(this.#port, exchange, { keepAlive, backOff, url: () => endpoints.api }, events);
  }

  #futuresAccount(exchange: CcxtBinance, rest: RestClient): VenueSocket {
    const { endpoints, keepAlive, backOff } = this.#settings;
    const listenKey = new ListenKey(this.#port, rest, (reason) => socket.drop(reason));
    const stream = new PrivateStream(this.#port, this.#known, this.#listed, (reason) => socket.drop(reason));
    const socket: VenueSocket = new VenueSocket(
      this.#port,
      exchange,
      { keepAlive, backOff, url: async () => `${endpoints.account}?listenKey=${await listenKey.make()}` },
      {
        opened: () => {
          socket.settled();
          this.#port.link('account', 'up', 'listening');
        },
        frame: (message) => stream.take(message),
        lost: (reason) => {
          listenKey.forget();
          this.#port.link('account', 'down', reason);
        },
      },
    );
    return socket;
  }

  /** The venue does not let us listen: the connection is made anew, and who has to know is told why. */
  #notTaken(socket: VenueSocket, error: unknown): void {
    if (this.#closed) return;
    const failure = failureOf(error);
    const means = classify(BINANCE_ERRORS, failure);
    if (means === 'dead-key' || means === 'clock' || means === 'throttled')
      this.#port.learn(refused(means, failure.text, 0, failure.retryAfter));
    socket.drop(`not let in: ${failure.text}`);
  }

  /** Tells the venue that we live, while we lead: without it, it cancels what rests. */
  #stayAlive(): void {
    const { deadMansSwitch } = this.#settings;
    const connected = this.#connected;
    if (deadMansSwitch === 0 || !this.#leading || connected === undefined || this.#closed) return;
    for (const { definition } of this.#listed)
      connected.rest
        .ask({
          kind: 'cancel',
          cost: { weight: 10 },
          method: 'POST',
          path: 'countdownCancelAll',
          parameters: { symbol: definition.symbol, countdownTime: deadMansSwitch },
          signed: true,
        })
        .catch((error: unknown) => this.#port.fault('dead-mans-switch', messageOf(error)));
    this.#stopAlive?.();
    this.#stopAlive = this.#port.after(deadMansSwitch / 3, () => this.#stayAlive());
  }
}

function timeOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0;
}
