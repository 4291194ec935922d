import { decode, encode } from '@msgpack/msgpack';
import { Router } from 'zeromq';
import type { Instrument } from '../../../src/domain/instrument.js';
import { InstrumentTable, type ListedInstrument } from '../../../src/domain/instrument-table.js';
import type { OrderAtDouble, RequestFault, VenueDouble } from '../../venues/conformance/venue-under-test.js';

interface DoubleOrder {
  readonly clientOrderId: string;
  readonly instrument: string;
  readonly side: string;
  readonly price: string;
  readonly lots: number;
  status: string;
  filled: number;
  requests: number;
  readonly fills: Record<string, unknown>[];
}

type Asked = Record<string, unknown> & { readonly type: string };

export interface GatewayDoubleOptions {
  readonly address?: string;
  /** CURVE secret key of the engine. */
  readonly secretKey?: string;
  /** What it says its version is. */
  readonly version?: number;
}

/** An execution engine that takes orders, executes them when told to, and fails when told to. */
export class GatewayDouble implements VenueDouble {
  readonly asked: Asked[] = [];
  address = '';
  /** Put before every message that is sent: hostile ones. */
  mangle: (message: Record<string, unknown>) => Uint8Array = (message) =>
    encode(message, { ignoreUndefined: true });
  readonly #listed: ListedInstrument;
  readonly #options: GatewayDoubleOptions;
  readonly #orders = new Map<string, DoubleOrder>();
  /** Connections by routing id, with the number of their last event. */
  readonly #peers = new Map<string, { readonly id: Buffer; readonly data: boolean; sequence: number }>();
  readonly #levels = { bid: new Map<number, number>(), ask: new Map<number, number>() };
  #update = 1;
  #socket: Router | undefined;
  #frozen = false;
  #fault: RequestFault | undefined;
  #burst: readonly number[] = [];
  #executions = 0;
  #sending: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(instrument: Instrument, options: GatewayDoubleOptions = {}) {
    this.#listed = new InstrumentTable([instrument]).at(0);
    this.#options = options;
  }

  async start(): Promise<void> {
    await this.#bind(this.#options.address ?? 'tcp://127.0.0.1:*');
  }

  level(side: 'bid' | 'ask', price: number, lots: number): void {
    const levels = this.#levels[side];
    if (lots === 0) levels.delete(price);
    else levels.set(price, lots);
    const changed = [this.#level(price, lots)];
    this.#update++;
    this.#publish({
      type: 'book',
      action: 'delta',
      update: this.#update,
      bids: side === 'bid' ? changed : [],
      asks: side === 'ask' ? changed : [],
    });
  }

  gap(): void {
    this.#update += 2;
  }

  trade(lots: number): void {
    const price = Math.max(1, ...this.#levels.bid.keys());
    const [told, quantity] = this.#level(price, lots);
    this.#publish({
      type: 'trade',
      price: told,
      quantity,
      aggressor: 'sell',
      tradeId: `t${++this.#executions}`,
    });
  }

  book(): { readonly bids: readonly number[]; readonly asks: readonly number[] } {
    const flat = (side: 'bid' | 'ask', sign: 1 | -1): number[] =>
      [...this.#levels[side]].sort(([one], [other]) => sign * (one - other)).flat();
    return { bids: flat('bid', -1), asks: flat('ask', 1) };
  }

  #level(price: number, lots: number): [string, string] {
    return [this.#listed.prices.format(price), this.#listed.quantities.format(lots)];
  }

  /** To whom asked for market data in their hello. */
  #publish(message: Record<string, unknown>): void {
    for (const { id, data } of this.#peers.values())
      if (data) this.#send(id, { instrument: this.#listed.id, time: Date.now(), ...message });
  }

  #snapshot(id: Buffer): void {
    const pairs = (side: 'bid' | 'ask') =>
      [...this.#levels[side]].map(([price, lots]) => this.#level(price, lots));
    this.#send(id, {
      ...{ type: 'book', instrument: this.#listed.id, time: Date.now(), action: 'snapshot' },
      ...{ update: this.#update, bids: pairs('bid'), asks: pairs('ask') },
    });
  }

  orders(): readonly OrderAtDouble[] {
    return [...this.#orders.values()].map(({ clientOrderId, status, filled, requests }) => ({
      clientOrderId,
      status,
      filled,
      requests,
    }));
  }

  fill(clientOrderId: string, ...lots: readonly number[]): void {
    const order = this.#orders.get(clientOrderId);
    if (order === undefined) throw new Error(`the double has no order ${clientOrderId}`);
    for (const part of lots) this.#execute(order, part);
  }

  fillNextInBurst(...lots: readonly number[]): void {
    this.#burst = lots;
  }

  failNext(fault: RequestFault): void {
    this.#fault = fault;
  }

  disconnect(): void {
    this.#peers.clear();
    const old = this.#socket;
    this.#socket = undefined;
    this.#sending = Promise.resolve();
    const ended = new Promise<void>((resolve) => {
      old?.events.on('end', () => resolve());
    });
    old?.close();
    void ended.then(() => (this.#stopped ? undefined : this.#bind(this.address)));
  }

  freeze(): void {
    this.#frozen = true;
  }

  thaw(): void {
    this.#frozen = false;
  }

  /** Sends something to everybody who said hello. */
  say(message: Record<string, unknown>): void {
    for (const peer of this.#peers.values()) this.#send(peer.id, message);
  }

  /** Sends bytes to everybody who said hello. */
  sayBytes(...frames: readonly Uint8Array[]): void {
    for (const { id } of this.#peers.values())
      this.#sending = this.#sending.then(() => this.#socket?.send([id, ...frames])).catch(() => {});
  }

  /** Tells an event, but leaves its number out: as if one before it had been lost. */
  skip(): void {
    for (const peer of this.#peers.values()) peer.sequence++;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#socket?.close();
    // Let the address be free, whoever comes next.
    await new Promise((resolve) => setTimeout(resolve, 5));
  }

  async #bind(address: string): Promise<void> {
    const { secretKey } = this.#options;
    const socket = new Router({
      linger: 0,
      mandatory: true,
      sendTimeout: 0,
      ...(secretKey === undefined ? {} : { curveServer: true, curveSecretKey: secretKey }),
    });
    await socket.bind(address);
    this.address = socket.lastEndpoint ?? address;
    this.#socket = socket;
    void this.#read(socket);
  }

  async #read(socket: Router): Promise<void> {
    try {
      for await (const [id, frame] of socket) {
        if (this.#frozen || this.#socket !== socket) continue;
        this.#take(id as Buffer, decode(frame as Buffer) as Asked);
      }
    } catch {
      // Closed while it waited.
    }
  }

  #take(id: Buffer, asked: Asked): void {
    this.asked.push(asked);
    const { type, request } = asked;
    const key = id.toString('hex');
    if (type === 'hello') {
      this.#peers.set(key, { id, data: asked['marketData'] === true, sequence: 0 });
      this.#send(id, { type: 'welcome', engine: 'double', time: Date.now() });
    } else if (type === 'ping') this.#send(id, { type: 'pong' });
    else if (type === 'submit') this.#submit(id, asked);
    else if (type === 'cancel') this.#cancel(id, asked);
    else if (type === 'lookUp')
      this.#send(id, { type: 'finding', request, time: Date.now(), ...this.#find(asked) });
    else if (type === 'book') this.#snapshot(id);
    else if (type === 'reconcile') this.#send(id, { type: 'truth', request, ...this.#truth() });
  }

  #submit(id: Buffer, { request, order }: Asked): void {
    const fault = this.#fault;
    this.#fault = undefined;
    const { clientOrderId, instrument, side, price, quantity } = order as Record<string, string>;
    const time = Date.now();
    const answer = (fields: Record<string, unknown>) =>
      this.#send(id, { type: 'answer', request, time, ...fields });
    if (fault === 'noReply') return;
    const refusals: Partial<Record<RequestFault, string>> = {
      reject: 'rejected',
      throttle: 'throttled',
      clockSkew: 'clock',
      deadKey: 'dead-key',
    };
    const error = fault === undefined ? undefined : refusals[fault];
    if (error !== undefined) {
      answer({
        outcome: 'refused',
        error,
        reason: `a test of ${error}`,
        retryAfter: error === 'throttled' ? 50 : undefined,
      });
      return;
    }
    const known = this.#orders.get(clientOrderId as string);
    if (known !== undefined) {
      known.requests++;
      answer({ outcome: 'refused', error: 'duplicate-id', reason: 'there is such an order' });
      return;
    }
    const taken: DoubleOrder = {
      clientOrderId: clientOrderId as string,
      instrument: instrument as string,
      side: side as string,
      price: price as string,
      lots: this.#listed.quantities.parse(quantity as string),
      status: 'accepted',
      filled: 0,
      requests: 1,
      fills: [],
    };
    this.#orders.set(taken.clientOrderId, taken);
    if (fault === 'acceptThenDrop') {
      this.disconnect();
      return;
    }
    if (fault === 'acceptThenHang') return;
    if (fault === 'http500' || fault === 'http504') {
      answer({ outcome: 'unknown', reason: 'the engine lost its own venue' });
      return;
    }
    this.#tell(taken, { type: 'accepted', filled: '0' });
    answer({ outcome: 'acknowledged' });
    for (const part of this.#burst) this.#execute(taken, part);
    this.#burst = [];
  }

  #cancel(id: Buffer, { request, clientOrderId, instrument }: Asked): void {
    const order = this.#orders.get(clientOrderId as string);
    const time = Date.now();
    if (order === undefined || (order.status !== 'accepted' && order.status !== 'partiallyFilled')) {
      this.#send(id, {
        type: 'answer',
        request,
        time,
        outcome: 'refused',
        error: 'not-found',
        reason: 'not found',
      });
      return;
    }
    order.status = 'canceled';
    const filled = this.#listed.quantities.format(order.filled);
    this.#tell(order, { type: 'canceled', reason: 'by request', filled });
    this.#send(id, { type: 'answer', request, time, outcome: 'acknowledged', instrument, filled });
  }

  #find({ clientOrderId }: Asked): Record<string, unknown> {
    const order = this.#orders.get(clientOrderId as string);
    if (order === undefined) return { found: 'nothing' };
    const { instrument, status, filled, fills } = order;
    return { found: 'order', instrument, status, filled: this.#listed.quantities.format(filled), fills };
  }

  #truth(): Record<string, unknown> {
    const orders = [...this.#orders.values()];
    const held = orders.reduce((sum, { filled }) => sum + filled, 0);
    return {
      time: Date.now(),
      coversClosed: true,
      orders: orders.map(({ clientOrderId, instrument, status, filled }) => ({
        clientOrderId,
        instrument,
        status,
        filled: this.#listed.quantities.format(filled),
      })),
      fills: orders.flatMap(({ fills }) => fills),
      positions: [
        { instrument: this.#listed.id, quantity: this.#listed.quantities.format(held), averagePrice: '0' },
      ],
      balances: [{ currency: 'USDT', free: '1000', locked: '0' }],
    };
  }

  #execute(order: DoubleOrder, lots: number): void {
    order.filled += lots;
    order.status = order.filled === order.lots ? 'filled' : 'partiallyFilled';
    const fill = {
      type: 'fill',
      clientOrderId: order.clientOrderId,
      instrument: order.instrument,
      time: Date.now(),
      executionId: `e${++this.#executions}`,
      side: order.side,
      price: order.price,
      quantity: this.#listed.quantities.format(lots),
      liquidity: 'maker',
      fee: '0.01',
      feeCurrency: 'USDT',
    };
    order.fills.push(fill);
    this.#event({ type: 'report', report: fill });
  }

  #tell({ clientOrderId, instrument }: DoubleOrder, state: Record<string, unknown>): void {
    this.#event({
      type: 'report',
      report: { clientOrderId, instrument, time: Date.now(), reason: '', ...state },
    });
  }

  #event(message: Record<string, unknown>): void {
    for (const peer of this.#peers.values()) this.#send(peer.id, { ...message, sequence: ++peer.sequence });
  }

  #send(id: Buffer, message: Record<string, unknown>): void {
    if (this.#frozen) return;
    const bytes = this.mangle({ version: this.#options.version ?? 1, ...message });
    const socket = this.#socket;
    // One that is gone is not told.
    this.#sending = this.#sending.then(() => socket?.send([id, bytes])).catch(() => {});
  }
}
