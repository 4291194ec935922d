import type { Cancel } from '../../core/clock.js';
import type { CcxtClient } from '../ccxt/ccxt-class.js';
import type { ExchangeTap } from '../ccxt/tapped-exchange.js';
import { BackOff, type BackOffOptions, type VenuePort, Watchdog } from '../driver/index.js';
import type { CcxtCoinbase } from './ccxt-coinbase.js';

type Fields = Readonly<Record<string, unknown>>;

/** What one feed does with its connection. */
export interface FeedHandler {
  /** What is subscribed to at the start of each connection. */
  subscriptions(): readonly Fields[];
  /** A message of a channel, in the order of its numbers. */
  message(channel: string, message: Fields): void;
  /** Messages were lost: what the numbers say. */
  gap(reason: string): void;
  /** The venue's word for what it does not do. */
  refused(message: string): void;
  down(reason: string): void;
}

export interface FeedOptions {
  readonly url: string;
  /** Milliseconds from ping to ping; a peer that is silent for two of them is given up. */
  readonly keepAlive: number;
  readonly backOff: BackOffOptions;
}

/** Messages of one connection that may come behind their turn. */
const MOST_LATE = 100;

/**
 * A WebSocket connection to Coinbase that is made again, with back-off, until it is closed.
 *
 * The venue numbers the messages of a connection over all of its channels, and nobody else looks at the numbers: a jump is a
 * gap. A message that comes behind its turn is left out: what has to be whole again is asked for anyway.
 */
export class Feed implements ExchangeTap {
  readonly #port: VenuePort;
  readonly #options: FeedOptions;
  readonly #handler: FeedHandler;
  readonly #backOff: BackOff;
  readonly #watchdog: Watchdog;
  #exchange: CcxtCoinbase | undefined;
  #client: CcxtClient | undefined;
  #retry: Cancel | undefined;
  /** `sequence_num` of the next message; -1: any. */
  #next = -1;
  #late = 0;
  #connected = false;
  #closed = false;

  constructor(port: VenuePort, options: FeedOptions, handler: FeedHandler) {
    this.#port = port;
    this.#options = options;
    this.#handler = handler;
    this.#backOff = new BackOff(() => port.random(), options.backOff);
    this.#watchdog = new Watchdog(port, options.keepAlive, {
      ping: () => this.#client?.connection?.ping(),
      silent: () => this.#lost(`no word for ${2 * options.keepAlive} ms`),
    });
  }

  get up(): boolean {
    return this.#connected;
  }

  open(exchange: CcxtCoinbase): void {
    this.#exchange = exchange;
    this.#connect();
  }

  send(message: Fields): void {
    const client = this.#client;
    if (client === undefined || !this.#connected) return;
    client
      .send(message)
      .catch((error: unknown) => this.#lost(`nothing can be sent: ${String(error)}`, client));
  }

  /** Breaks the connection; it is made again. */
  reconnect(reason: string): void {
    this.#lost(reason);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#retry?.();
    this.#watchdog.stop();
    const client = this.#client;
    this.#client = undefined;
    this.#connected = false;
    if (client !== undefined) await ended(client);
  }

  connected(client: CcxtClient): void {
    if (client !== this.#client || this.#closed) return;
    this.#connected = true;
    this.#next = -1;
    this.#late = 0;
    client.connection?.on('pong', () => this.#watchdog.heard());
    this.#watchdog.start();
    for (const subscription of this.#handler.subscriptions()) this.send(subscription);
  }

  message(client: CcxtClient, message: unknown): void {
    if (client !== this.#client || this.#closed) return;
    this.#watchdog.heard();
    if (typeof message !== 'object' || message === null) {
      this.#port.fault('bad-input', `a frame that is no JSON: ${String(message).slice(0, 100)}`);
      return;
    }
    const fields = message as Fields;
    if (fields['type'] === 'error') {
      this.#handler.refused(String(fields['message'] ?? 'an error without a word'));
      return;
    }
    const { channel, sequence_num: number } = fields;
    if (typeof channel !== 'string' || !Number.isSafeInteger(number)) {
      this.#port.fault('bad-input', 'a frame without channel or sequence_num');
      return;
    }
    if (this.#next >= 0 && (number as number) < this.#next) {
      // Its gap was told of; whoever numbers anew is not to be understood.
      if (++this.#late > MOST_LATE) this.#lost(`sequence_num went back to ${String(number)}`);
      return;
    }
    if (this.#next >= 0 && number !== this.#next)
      this.#handler.gap(`sequence_num is ${String(number)}, expected ${this.#next}`);
    this.#next = (number as number) + 1;
    try {
      this.#handler.message(channel, fields);
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      this.#port.fault('bad-input', `${channel}: ${said}`);
    }
  }

  gone(client: CcxtClient, reason: string): void {
    this.#lost(reason, client);
  }

  /** It works: the next loss is waited for as shortly as the first. */
  steady(): void {
    this.#backOff.reset();
  }

  #connect(): void {
    if (this.#closed || this.#exchange === undefined) return;
    const client = this.#exchange.client(this.#options.url);
    this.#client = client;
    this.#connected = false;
    client.connect().catch((error: unknown) => this.#lost(String(error), client));
  }

  #lost(reason: string, client: CcxtClient | undefined = this.#client): void {
    if (client === undefined || client !== this.#client || this.#closed) return;
    this.#client = undefined;
    this.#connected = false;
    this.#watchdog.stop();
    void ended(client);
    // It is still in the registry of ccxt when its end was our decision.
    delete this.#exchange?.clients?.[client.url];
    this.#handler.down(reason);
    this.#retry = this.#port.after(this.#backOff.next(), () => this.#connect());
  }
}

/** Ends a connection without waiting for its peer, which may be frozen. */
function ended(client: CcxtClient): Promise<void> {
  client.clearConnectionTimeout();
  const { connection } = client;
  if (connection === undefined || connection.readyState === 3) return Promise.resolve();
  return new Promise((resolve) => {
    connection.on('close', () => resolve());
    connection.terminate();
  });
}
