import type { Cancel } from '../../core/clock.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { Order } from '../../domain/order.js';
import { type CcxtClient, loadCcxtClass } from '../ccxt/ccxt-class.js';
import { classify } from '../driver/classify.js';
import {
  type CancelAllOutcome,
  type Finding,
  type Outcome,
  type Refused,
  refused,
  type VenueTruth,
} from '../driver/outcome.js';
import { checkCredentials } from '../driver/secrets.js';
import type { OrderKey, VenueAdapter, VenuePort } from '../driver/venue-adapter.js';
import { Account } from './account.js';
import { ApiSocket } from './api-socket.js';
import { type CcxtBinance, tappedBinance } from './ccxt-binance.js';
import { BINANCE_ERRORS, failureOf } from './errors.js';
import { FundingPayments } from './funding-payments.js';
import { KnownOrders } from './known-orders.js';
import { ListenKey } from './listen-key.js';
import { MarketFeed } from './market-feed.js';
import { messageOf } from './message-of.js';
import type { BinanceMarket, BinanceSettings } from './options.js';
import { OrderEntry } from './order-entry.js';
import { PositionMode } from './position-mode.js';
import { PrivateStream } from './private-stream.js';
import { interfaceUrls, RestClient } from './rest-client.js';
import { type SocketEvents, VenueSocket } from './venue-socket.js';

const KINDS: Readonly<Record<BinanceMarket, readonly string[]>> = {
  spot: ['spot'],
  usdm: ['perpetual', 'future'],
  coinm: ['perpetual', 'future'],
};
/** Milliseconds until connecting is tried again after it failed before any connection. */
const RETRY = 2_000;

/** What is there once the venue's class was loaded. */
interface Connected {
  readonly exchange: CcxtBinance;
  readonly rest: RestClient;
  readonly feed: MarketFeed;
  readonly account: Account;
  readonly orders: OrderEntry;
  readonly sockets: readonly VenueSocket[];
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
    return this.#entry(listed)?.submit(order, listed) ?? this.#untraded(listed);
  }

  async replace(order: Order, listed: ListedInstrument): Promise<Outcome> {
    return this.#entry(listed)?.replace(order, listed) ?? this.#untraded(listed);
  }

  async cancel(key: OrderKey, listed: ListedInstrument): Promise<Outcome> {
    return this.#entry(listed)?.cancel(key, listed) ?? this.#untraded(listed);
  }

  async cancelAll(listed: ListedInstrument): Promise<CancelAllOutcome> {
    return this.#entry(listed)?.cancelAll(listed) ?? this.#untraded(listed);
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

  #entry(listed: ListedInstrument): OrderEntry | undefined {
    return this.#listed.includes(listed) ? this.#connected?.orders : undefined;
  }

  #untraded(listed: ListedInstrument): Refused {
    const what = this.#listed.includes(listed)
      ? 'there is no connection'
      : `${listed.id} is not traded on Binance ${this.#settings.market} here`;
    return refused('rejected', `not sent: ${what}`);
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
    let funding: FundingPayments | undefined;
    if (keys !== undefined && market === 'spot') {
      // One connection takes requests and tells of our orders.
      requests = this.#spotAccount(exchange, api);
      sockets.push(requests);
    } else if (keys !== undefined) {
      const mode = new PositionMode(port, rest);
      funding = new FundingPayments(port, rest);
      requests = this.#orderSocket(exchange, api, mode);
      sockets.push(requests, this.#futuresAccount(exchange, rest, mode, funding));
    }
    if (this.#closed) {
      await exchange.close();
      return;
    }
    const account = new Account(port, rest, market, this.#known, this.#listed, funding);
    const orders = new OrderEntry(this.#settings, port, { rest, api, requests }, this.#known);
    this.#connected = { exchange, rest, feed, account, orders, sockets };
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
  #orderSocket(exchange: CcxtBinance, api: ApiSocket, mode: PositionMode): VenueSocket {
    const events: SocketEvents = {
      opened: () => {
        socket.settled();
        this.#port.link('orders', 'up', 'connected');
      },
      frame: (message) => void api.take(message),
      lost: (reason) => {
        api.lost(reason);
        this.#port.link('orders', 'down', reason);
      },
    };
    const socket: VenueSocket = this.#requestSocket(exchange, events, () => this.#oneWay(mode));
    return socket;
  }

  #requestSocket(
    exchange: CcxtBinance,
    events: SocketEvents,
    allowed: () => Promise<void> = () => Promise.resolve(),
  ): VenueSocket {
    const { endpoints, keepAlive, backOff } = this.#settings;
    const url = async (): Promise<string> => {
      await allowed();
      return endpoints.api;
    };
    return new VenueSocket(this.#port, exchange, { keepAlive, backOff, url }, events);
  }

  /** @throws what keeps us from trading; what it says of rate, clock and key is learnt */
  async #oneWay(mode: PositionMode): Promise<void> {
    try {
      await mode.check();
    } catch (error) {
      this.#learn(error);
      throw error;
    }
  }

  #futuresAccount(
    exchange: CcxtBinance,
    rest: RestClient,
    mode: PositionMode,
    funding: FundingPayments,
  ): VenueSocket {
    const { endpoints, keepAlive, backOff } = this.#settings;
    const url = async (): Promise<string> => {
      await this.#oneWay(mode);
      return `${endpoints.account}?listenKey=${await listenKey.make()}`;
    };
    const listenKey = new ListenKey(
      this.#port,
      rest,
      (reason) => socket.drop(reason),
      (error) => this.#learn(error),
    );
    const stream = new PrivateStream(
      this.#port,
      this.#known,
      this.#listed,
      (reason) => socket.drop(reason),
      () => funding.announced(),
    );
    const socket: VenueSocket = new VenueSocket(
      this.#port,
      exchange,
      { keepAlive, backOff, url },
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
    this.#learn(error);
    socket.drop(`not let in: ${failureOf(error).text}`);
  }

  #learn(error: unknown): void {
    const failure = failureOf(error);
    const means = classify(BINANCE_ERRORS, failure);
    if (means === 'dead-key' || means === 'clock' || means === 'throttled')
      this.#port.learn(refused(means, failure.text, 0, failure.retryAfter));
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
        .catch((error: unknown) => {
          this.#learn(error);
          this.#port.fault('dead-mans-switch', messageOf(error));
        });
    this.#stopAlive?.();
    this.#stopAlive = this.#port.after(deadMansSwitch / 3, () => this.#stayAlive());
  }
}
