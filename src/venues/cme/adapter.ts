import type { LoggedEvent } from '../../core/driver.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { Order } from '../../domain/order.js';
import type { Finding, OrderKey, Outcome, VenueAdapter, VenuePort, VenueTruth } from '../driver/index.js';
import { type FixMessage, TAG } from '../fix/index.js';
import { definitionFault, definitionRequest } from './definitions.js';
import { ExecutionReports } from './execution-reports.js';
import { InstrumentNames } from './gateway.js';
import { GatewaySession } from './gateway-session.js';
import type { KnownOrders } from './known-orders.js';
import { MarketData } from './market-data.js';
import type { CheckedSession, CmeSettings } from './options.js';
import { OrderContext } from './order-context.js';
import { OrderEntry } from './order-entry.js';
import { OrderQueries } from './order-queries.js';
import { Refusals } from './refusals.js';
import { Requests } from './requests.js';
import { TradeReports } from './trade-reports.js';

/** What the adapter is given beside the kit's port. */
export interface CmeSurroundings {
  readonly known: KnownOrders;
  readonly clock: { now(): number; schedule(at: number, rank: number, action: () => void): () => void };
  readonly rank: number;
}

type Heard = { up(): void; down(reason: string): void; message(message: FixMessage): void };

/** CME through a broker's FIX gateway: its sessions for orders, drop copy and market data, and who reads what of them. */
export class CmeAdapter implements VenueAdapter {
  readonly #settings: CmeSettings;
  readonly #port: VenuePort;
  readonly #surroundings: CmeSurroundings;
  readonly #names: InstrumentNames<ListedInstrument>;
  readonly #requests = new Requests();
  readonly #market: MarketData;
  readonly #entry: OrderEntry;
  readonly #queries: OrderQueries;
  readonly #reports: ExecutionReports;
  readonly #refusals: Refusals;
  readonly #trades: TradeReports;
  readonly #orders: GatewaySession;
  readonly #copy: GatewaySession | undefined;
  readonly #data: GatewaySession | undefined;
  readonly #sessions: readonly GatewaySession[];

  constructor(settings: CmeSettings, port: VenuePort, surroundings: CmeSurroundings) {
    this.#settings = settings;
    this.#port = port;
    this.#surroundings = surroundings;
    const names = new InstrumentNames(settings.gateway, port.listed);
    this.#names = names;
    this.#market = new MarketData(
      names,
      (word) => port.say(word),
      (code, message) => port.fault(code, message),
    );
    const context = new OrderContext({
      ...{ settings, port, names, known: surroundings.known, requests: this.#requests },
      send: (fields) => this.#orders.send(fields),
    });
    this.#entry = new OrderEntry(context);
    this.#queries = new OrderQueries(context);
    this.#reports = new ExecutionReports(context, this.#queries);
    this.#refusals = new Refusals(context);
    this.#trades = new TradeReports(context);
    this.#orders = this.#session(settings.orders, this.#ofOrders());
    this.#copy = settings.dropCopy && this.#session(settings.dropCopy, this.#ofCopy());
    this.#data = settings.market && this.#session(settings.market, this.#ofMarket());
    this.#sessions = [this.#orders, this.#copy, this.#data].filter((session) => session !== undefined);
  }

  /** The session whose message is being handled: what is told now is told by it. */
  get recorder(): GatewaySession['recorder'] {
    for (const { recorder } of this.#sessions) if (recorder !== undefined) return recorder;
    return undefined;
  }

  /** A session by its name, where there is one. */
  session(name: CheckedSession['name']): GatewaySession | undefined {
    return { orders: this.#orders, dropCopy: this.#copy, market: this.#data }[name];
  }

  logged(logged: LoggedEvent): void {
    this.#surroundings.known.watch(logged.event);
    for (const session of this.#sessions) session.logged(logged);
  }

  durable(seq: number): void {
    for (const session of this.#sessions) session.durable(seq);
  }

  open(): void {
    for (const session of this.#sessions) session.open();
  }

  submit(order: Order, listed: ListedInstrument): Promise<Outcome> {
    return this.#entry.submit(order, listed);
  }

  replace(order: Order, listed: ListedInstrument): Promise<Outcome> {
    return this.#entry.replace(order, listed);
  }

  cancel(key: OrderKey, listed: ListedInstrument): Promise<Outcome> {
    return this.#entry.cancel(key, listed);
  }

  lookUp({ clientOrderId }: OrderKey, listed: ListedInstrument): Promise<Finding> {
    return this.#queries.lookUp(clientOrderId, listed);
  }

  reconcile(since: number): Promise<VenueTruth | undefined> {
    return this.#queries.truth(since);
  }

  requestBook(listed: ListedInstrument): void {
    const session = this.#data;
    if (session === undefined) return;
    for (const fields of this.#market.subscribe(listed, `M${Math.floor(this.#port.now()).toString(36)}-`))
      session.send(fields);
  }

  async close(): Promise<void> {
    await Promise.all(this.#sessions.map((session) => session.close()));
  }

  #session(checked: CheckedSession, heard: Heard): GatewaySession {
    const { clock, rank } = this.#surroundings;
    const port = this.#port;
    return new GatewaySession(checked, {
      ...heard,
      clock,
      rank,
      seed: Math.floor(port.random() * 2 ** 31),
      redaction: port.redaction,
      waitsForDisk: this.#settings.recorded$ !== undefined,
      mayResend: (message, now) => this.#entry.mayResend(message, now),
      alert: (code, text, halt) => port.fault(`fix-${code}`, text, halt ? 'halt' : 'notice'),
    });
  }

  #ofOrders(): Heard {
    const port = this.#port;
    return {
      up: () => {
        port.link('orders', 'up', 'logged on');
        port.link('account', 'up', 'logged on');
        if (this.#settings.market === undefined) this.#define(this.#orders);
      },
      down: (reason) => {
        port.link('orders', 'down', reason);
        port.link('account', 'down', reason);
        this.#requests.lost(reason);
        this.#queries.lost();
      },
      message: (message) => this.#take(message, this.#orders),
    };
  }

  /** The drop copy is read besides: the session for orders brings the same reports. Nothing is sent by it. */
  #ofCopy(): Heard {
    return {
      up: () => {},
      down: (reason) => this.#port.fault('drop-copy', `the drop copy is gone: ${reason}`),
      message: (message) => {
        if (message.type === '8') this.#reports.take(message);
        else this.#takeTrade(message);
      },
    };
  }

  #ofMarket(): Heard {
    const port = this.#port;
    return {
      up: () => {
        port.link('market', 'up', 'logged on');
        this.#market.clear();
        for (const listed of port.listed) this.requestBook(listed);
        this.#define(this.#data as GatewaySession);
      },
      down: (reason) => port.link('market', 'down', reason),
      message: (message) => this.#take(message, this.#data as GatewaySession),
    };
  }

  #define(session: GatewaySession): void {
    if (!this.#settings.definitions) return;
    for (const listed of this.#port.listed)
      session.send(definitionRequest(`D-${listed.id}`, this.#names.fieldsOf(listed)));
  }

  #take(message: FixMessage, session: GatewaySession): void {
    this.#queries.heard(message);
    switch (message.type) {
      case '8':
        this.#reports.take(message);
        return;
      case '9':
        this.#refusals.cancelRefused(message);
        return;
      case '3':
      case 'j':
        this.#refusals.requestRefused(message);
        return;
      case 'd': {
        const listed = this.#names.find((tag) => message.get(tag));
        const fault = listed && definitionFault(message, listed);
        if (fault !== undefined) this.#port.fault('definition', fault, 'halt');
        return;
      }
      default:
        if (!this.#takeTrade(message) && !this.#queries.takePosition(message) && !this.#market.take(message))
          unsupported(message, session);
    }
  }

  /** A trade (message AE), asked for or not, where the gateway tells them. @returns whether it is about one */
  #takeTrade(message: FixMessage): boolean {
    if (this.#settings.gateway.trades === undefined) return false;
    if (message.type !== 'AE' && message.type !== 'AQ') return false;
    // A trade that cannot be read is told, and is a part of the answer nevertheless.
    try {
      if (message.type === 'AE') this.#trades.take(message);
    } finally {
      this.#queries.countTrade(message);
    }
    return true;
  }
}

/** Says that a message is not read here (message j), as the standard wants it. */
function unsupported({ sequence, type }: FixMessage, session: GatewaySession): void {
  session.send([
    [TAG.MsgType, 'j'],
    [TAG.RefSeqNum, sequence],
    [TAG.RefMsgType, type],
    // 3: unsupported message type.
    [TAG.BusinessRejectReason, 3],
    [TAG.Text, `message type ${type} is not supported`],
  ]);
}
