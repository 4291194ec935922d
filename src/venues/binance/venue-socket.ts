import type { CcxtClient } from '../ccxt/ccxt-class.js';
import { BackOff, type BackOffOptions } from '../driver/back-off.js';
import { NotSentError } from '../driver/request-queue.js';
import type { VenuePort } from '../driver/venue-adapter.js';
import { Watchdog } from '../driver/watchdog.js';
import type { CcxtBinance } from './ccxt-binance.js';
import { messageOf } from './message-of.js';

/** What becomes of one connection. */
export interface SocketEvents {
  /** It stands: what it is for can be asked for. */
  opened(): void;
  frame(message: unknown): void;
  /** It is gone; the next one is dialled by itself. */
  lost(reason: string): void;
}

export interface SocketOptions {
  /** Where to, asked anew for every connection. */
  readonly url: () => string | Promise<string>;
  /** Milliseconds from ping to ping; twice as long without a frame or a pong, and the connection is given up. */
  readonly keepAlive: number;
  readonly backOff: BackOffOptions;
}

/**
 * One connection of ccxt that comes back by itself: dialled with back-off, watched for silence.
 *
 * ```
 * peer      up-----frozen-------up------
 * opened    o---------------------o
 * lost      --------------x             two keep-alives after the last word
 * ```
 */
export class VenueSocket {
  readonly #port: VenuePort;
  readonly #exchange: CcxtBinance;
  readonly #options: SocketOptions;
  readonly #events: SocketEvents;
  readonly #backOff: BackOff;
  readonly #watchdog: Watchdog;
  #client: CcxtClient | undefined;
  #standing = false;
  #closed = false;

  constructor(port: VenuePort, exchange: CcxtBinance, options: SocketOptions, events: SocketEvents) {
    this.#port = port;
    this.#exchange = exchange;
    this.#options = options;
    this.#events = events;
    this.#backOff = new BackOff(() => port.random(), options.backOff);
    this.#watchdog = new Watchdog(port, options.keepAlive, {
      ping: () => this.#ping(),
      silent: () => this.drop(`no word in ${2 * options.keepAlive} ms`),
    });
  }

  get standing(): boolean {
    return this.#standing;
  }

  /** Whether this connection is, or was, the one of a client. */
  owns(client: CcxtClient): boolean {
    return this.#client === client;
  }

  open(): void {
    void this.#dial();
  }

  /** What was asked for is there: the next loss waits the shortest again. */
  settled(): void {
    this.#backOff.reset();
  }

  /** @throws NotSentError when there is no connection */
  send(message: unknown): Promise<unknown> {
    if (this.#client === undefined || !this.#standing)
      throw new NotSentError('not sent: there is no connection');
    return this.#client.send(message);
  }

  connected(): void {
    const client = this.#client;
    if (this.#closed || client === undefined) return;
    this.#standing = true;
    client.connection?.on('pong', () => this.#watchdog.heard());
    this.#watchdog.start();
    this.#events.opened();
  }

  heard(message: unknown): void {
    this.#watchdog.heard();
    if (this.#closed) return;
    try {
      this.#events.frame(message);
    } catch (error) {
      // Thrown into ccxt it would be heard of by nobody; what the frame said has to be asked for.
      this.drop(`a frame could not be handled: ${messageOf(error)}`);
    }
  }

  /** Gives the connection up; another is dialled. */
  drop(reason: string): void {
    const client = this.#client;
    if (client === undefined || this.#closed) return;
    this.#leave(client);
    this.#events.lost(reason);
    this.#dialLater();
  }

  close(): void {
    this.#closed = true;
    if (this.#client !== undefined) this.#leave(this.#client);
  }

  #leave(client: CcxtClient): void {
    this.#client = undefined;
    this.#standing = false;
    this.#watchdog.stop();
    const { clients } = this.#exchange;
    if (clients?.[client.url] === client) delete clients[client.url];
    client.clearConnectionTimeout();
    // A close in good order would wait for an answer of a peer that says nothing.
    client.connection?.terminate();
  }

  #dialLater(): void {
    this.#port.after(this.#backOff.next(), () => void this.#dial());
  }

  async #dial(): Promise<void> {
    if (this.#closed || this.#client !== undefined) return;
    try {
      const url = await this.#options.url();
      if (this.#closed || this.#client !== undefined) return;
      const client = this.#exchange.client(url);
      this.#client = client;
      client.connect(0).catch((error: unknown) => {
        if (this.#client === client) this.drop(messageOf(error));
      });
    } catch (error) {
      if (this.#closed) return;
      this.#events.lost(messageOf(error));
      this.#dialLater();
    }
  }

  #ping(): void {
    try {
      this.#client?.connection?.ping();
    } catch (error) {
      this.drop(messageOf(error));
    }
  }
}
