import type { Cancel } from '../../core/clock.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { Order } from '../../domain/order.js';
import { loadZeroMQ } from '../../services/zeromq/zeromq.js';
import { BackOff } from '../driver/back-off.js';
import { type Finding, type Outcome, refused, unknown, type VenueTruth } from '../driver/outcome.js';
import type { RequestKind } from '../driver/rate-budget.js';
import { NotSentError } from '../driver/request-queue.js';
import type { OrderKey, VenueAdapter, VenuePort } from '../driver/venue-adapter.js';
import { Watchdog } from '../driver/watchdog.js';
import { type GatewayMessage, GatewayVersionError, MessageReader } from './decode-message.js';
import { encodeRequest, type GatewayRequest, orderOnWire } from './encode-request.js';
import { GatewaySocket } from './gateway-socket.js';
import type { GatewaySettings } from './options.js';

type Answer = GatewayMessage & { readonly type: 'answer' | 'finding' | 'truth' };

/** A request that the engine has not answered; it is given the answer, or why there is none. */
interface Pending {
  readonly type: Answer['type'];
  readonly answered: (answer: Answer) => void;
  readonly failed: (reason: string) => void;
  readonly stop: Cancel;
}

/** Milliseconds that an order or a cancel waits for room in the rate limit, and less than its time-out. */
const PATIENCE = 1_000;
/** For so many time-outs the answer to an order is waited for. */
const LATE = 10;

/** Speaks to one execution engine. */
export class GatewayAdapter implements VenueAdapter {
  readonly #settings: GatewaySettings;
  readonly #port: VenuePort;
  readonly #reader: MessageReader;
  readonly #watchdog: Watchdog;
  readonly #pending = new Map<number, Pending>();
  #socket: GatewaySocket | undefined;
  #leading = false;
  #welcomed = false;
  #requests = 0;
  /** Number of the last event on this connection. */
  #sequence = 0;
  #refused = 0;
  #lastTrouble = '';
  #closed = false;

  constructor(settings: GatewaySettings, port: VenuePort) {
    this.#settings = settings;
    this.#port = port;
    this.#reader = new MessageReader(settings.venue, port.instruments);
    this.#watchdog = new Watchdog(port, settings.keepAlive, {
      ping: () => this.#send({ type: 'ping' }),
      silent: () => this.#socket?.reset(`the engine is silent for ${2 * settings.keepAlive} ms`),
    });
  }

  open(): void {
    const { backOff } = this.#settings;
    loadZeroMQ('the order gateway').then(
      (zeromq) => {
        if (this.#closed) return;
        const waits = new BackOff(() => this.#port.random(), backOff);
        this.#socket = new GatewaySocket(
          zeromq,
          this.#settings,
          waits,
          (delay, action) => this.#port.after(delay, action),
          {
            connected: () => this.#hello(),
            lost: (reason) => this.#lost(reason),
            message: (frames) => this.#take(frames),
            trouble: (text) => this.#trouble(text),
          },
        );
        this.#socket.open();
      },
      (error: Error) => this.#port.fault('zeromq', error.message, 'halt'),
    );
  }

  submit(order: Order, listed: ListedInstrument): Promise<Outcome> {
    return this.#outcome({ type: 'submit', request: this.#next(), order: orderOnWire(order, listed) });
  }

  replace(order: Order, listed: ListedInstrument): Promise<Outcome> {
    return this.#outcome({ type: 'replace', request: this.#next(), order: orderOnWire(order, listed) });
  }

  cancel({ clientOrderId, instrument }: OrderKey): Promise<Outcome> {
    return this.#outcome({ type: 'cancel', request: this.#next(), clientOrderId, instrument }, 'cancel');
  }

  lookUp({ clientOrderId, instrument }: OrderKey): Promise<Finding> {
    const request = { type: 'lookUp', request: this.#next(), clientOrderId, instrument } as const;
    return this.#within('lookUp', {}, () =>
      this.#ask<Finding>(request, 'finding', unknown, (answer) =>
        answer.type === 'finding' ? answer.finding : unknown('the answer is none to a look-up'),
      ),
    ).catch((error: Error): Finding => unknown(error.message));
  }

  reconcile(since: number): Promise<VenueTruth | undefined> {
    const request = { type: 'reconcile', request: this.#next(), since } as const;
    return this.#within('lookUp', {}, () =>
      this.#ask<VenueTruth | undefined>(
        request,
        'truth',
        () => undefined,
        (answer) => (answer.type === 'truth' ? answer.truth : undefined),
      ),
    ).catch(() => undefined);
  }

  /** Of an engine without market data books come by another driver. */
  requestBook({ id }: ListedInstrument): void {
    if (!this.#settings.marketData) return;
    this.#within('data', {}, async () => this.#send({ type: 'book', instrument: id })).catch(() => {});
  }

  leads(leading: boolean): void {
    this.#leading = leading;
    if (this.#welcomed) this.#send({ type: 'leads', leading });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#watchdog.stop();
    this.#fail('the gateway is closed');
    await this.#socket?.close();
  }

  #next(): number {
    return ++this.#requests;
  }

  #outcome(
    request: GatewayRequest & { readonly request: number },
    kind: 'submit' | 'cancel' = 'submit',
  ): Promise<Outcome> {
    return this.#within(kind, { orders: 1 }, () =>
      this.#ask<Outcome>(request, 'answer', unknown, (answer) =>
        answer.type === 'answer' ? answer.outcome : unknown('the answer is none to an order'),
      ),
    ).catch((error: unknown) => {
      if (error instanceof NotSentError) return refused('throttled', error.message);
      throw error;
    });
  }

  /** Sends as the rate limits allow: at once where there is room. */
  #within<T>(kind: RequestKind, cost: { readonly orders?: 1 }, request: () => Promise<T>): Promise<T> {
    const patience =
      kind === 'submit' || kind === 'cancel'
        ? Math.min(PATIENCE, this.#settings.timeout / 2)
        : Number.POSITIVE_INFINITY;
    return this.#port.requests.run(kind, { requests: 1, ...cost }, request, patience);
  }

  #ask<T>(
    request: GatewayRequest & { readonly request: number },
    type: Answer['type'],
    without: (reason: string) => T,
    read: (answer: Answer) => T,
  ): Promise<T> {
    if (!this.#send(request)) return Promise.resolve(without('the engine is not connected'));
    return new Promise((resolve) => {
      const failed = (reason: string): void => resolve(without(reason));
      // A late answer to an order still counts: the kit says the doubt by itself.
      const patience = (type === 'answer' ? LATE : 1) * this.#settings.timeout;
      const stop = this.#port.after(patience, () => {
        this.#pending.delete(request.request);
        failed(`no answer in ${patience} ms`);
      });
      this.#pending.set(request.request, { type, answered: (answer) => resolve(read(answer)), failed, stop });
    });
  }

  #send(request: GatewayRequest): boolean {
    return this.#socket?.send(encodeRequest(request)) ?? false;
  }

  #hello(): void {
    const { venue, marketData } = this.#settings;
    this.#sequence = 0;
    this.#watchdog.start();
    const instruments = this.#port.listed.map(({ id, definition: { symbol, tick, lot } }) => ({
      instrument: id,
      symbol,
      tick,
      lot,
    }));
    const wanted = marketData ? { marketData } : {};
    this.#send({ type: 'hello', venue, leading: this.#leading, ...wanted, instruments });
  }

  #lost(reason: string): void {
    this.#welcomed = false;
    this.#watchdog.stop();
    this.#port.link('orders', 'down', reason);
    this.#port.link('account', 'down', reason);
    if (this.#settings.marketData) this.#port.link('market', 'down', reason);
    this.#fail(reason);
  }

  /** Whatever was asked and not answered is in doubt. */
  #fail(reason: string): void {
    for (const { failed, stop } of this.#pending.values()) {
      stop();
      failed(reason);
    }
    this.#pending.clear();
  }

  #take(frames: readonly Uint8Array[]): void {
    let message: GatewayMessage;
    try {
      message = this.#reader.read(frames);
    } catch (error) {
      this.#refuse(error as Error);
      return;
    }
    this.#watchdog.heard();
    if (message.type === 'welcome') this.#welcome(message.engine);
    else if (!this.#welcomed) this.#refuse(new Error(`${message.type} before a welcome`));
    else if (message.type === 'event') this.#tell(message);
    else if (message.type === 'market') this.#market(message);
    else if (message.type !== 'pong') this.#answer(message);
  }

  #welcome(engine: string): void {
    this.#socket?.proved();
    this.#lastTrouble = '';
    if (this.#welcomed) return;
    this.#welcomed = true;
    this.#port.link('orders', 'up', `connected to ${engine}`);
    this.#port.link('account', 'up', `connected to ${engine}`);
    if (!this.#settings.marketData) return;
    this.#port.link('market', 'up', `connected to ${engine}`);
    for (const listed of this.#port.listed) this.requestBook(listed);
  }

  /** What nobody asked for is not passed on: another driver may bring the same. */
  #market({ event }: GatewayMessage & { readonly type: 'market' }): void {
    if (this.#settings.marketData) this.#port.say(event);
  }

  /** Events are numbered on each connection: after one that is missing, all is asked for anew. */
  #tell({ sequence, event }: GatewayMessage & { readonly type: 'event' }): void {
    if (sequence !== this.#sequence + 1) {
      this.#socket?.reset(`event ${sequence} came after event ${this.#sequence}: some are lost`);
      return;
    }
    this.#sequence = sequence;
    this.#port.say(event);
  }

  #answer(message: Answer): void {
    const pending = this.#pending.get(message.request);
    // An answer to what nobody asked, or that nobody waits for any more.
    if (pending === undefined) return;
    if (pending.type !== message.type) {
      this.#refuse(
        new Error(`a ${message.type} to request ${message.request}, which wants a ${pending.type}`),
      );
      return;
    }
    this.#pending.delete(message.request);
    pending.stop();
    pending.answered(message);
  }

  /** Counted, and told at the 1st, 2nd, 4th, 8th and so on: a peer that speaks nonsense makes no flood. */
  #refuse(error: Error): void {
    this.#refused++;
    if (error instanceof GatewayVersionError) {
      this.#trouble(error.message);
      this.#socket?.reset(error.message);
    } else if (Number.isInteger(Math.log2(this.#refused)))
      this.#port.fault(
        'bad-message',
        `${this.#refused} messages of the engine were refused so far; the last: ${error.message}`,
      );
    // Of an event that cannot be read nobody knows what it said: the truth does.
    this.#socket?.reset('a message of the engine could not be read');
  }

  #trouble(text: string): void {
    if (text === this.#lastTrouble) return;
    this.#lastTrouble = text;
    this.#port.fault('connection', text);
  }
}
