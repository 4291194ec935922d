import { randomBytes } from 'node:crypto';
import type { Cancel } from '../../core/clock.js';
import { isVersion6 } from '../../services/zeromq/address.js';
import { closedAtExit } from '../../services/zeromq/exit.js';
import type { Dealer, ZeroMQ } from '../../services/zeromq/zeromq.js';
import type { BackOff } from '../driver/back-off.js';
import type { GatewaySettings } from './options.js';

/** What a socket tells whoever speaks through it. */
export interface GatewaySocketEvents {
  /** A connection is there: nothing of an earlier one comes any more. */
  connected(): void;
  lost(reason: string): void;
  message(frames: readonly Uint8Array[]): void;
  /** A connection could not be made, and why. */
  trouble(text: string): void;
}

/** Messages that may wait for an engine that does not read. */
const MOST_WAITING = 10_000;
/** Closing takes some milliseconds; whoever waits for it does not wait for ever. */
const LONGEST_CLOSING = 1_000;

/**
 * A DEALER that connects to the engine's ROUTER, and again, under a new name, after every loss: what was under way on an
 * old connection is never delivered by a new one.
 */
export class GatewaySocket {
  readonly #zeromq: ZeroMQ;
  readonly #settings: GatewaySettings;
  readonly #events: GatewaySocketEvents;
  readonly #after: (delay: number, action: () => void) => Cancel;
  readonly #backOff: BackOff;
  #socket: Dealer | undefined;
  #waiting: Uint8Array[] = [];
  #writing = false;
  #up = false;
  #again: Cancel | undefined;
  #undo: () => void = () => {};
  #closed = false;

  constructor(
    zeromq: ZeroMQ,
    settings: GatewaySettings,
    backOff: BackOff,
    after: (delay: number, action: () => void) => Cancel,
    events: GatewaySocketEvents,
  ) {
    this.#zeromq = zeromq;
    this.#settings = settings;
    this.#backOff = backOff;
    this.#after = after;
    this.#events = events;
  }

  open(): void {
    if (this.#closed) return;
    const { connect, curve, keepAlive, longestMessage, venue } = this.#settings;
    const socket = new this.#zeromq.Dealer({
      linger: 0,
      sendTimeout: 0,
      maxMessageSize: longestMessage,
      routingId: `${venue.slice(0, 100)}/${randomBytes(8).toString('hex')}`,
      // Nothing waits for an engine that is not there, to be delivered to its successor.
      immediate: true,
      reconnectInterval: 50,
      reconnectMaxInterval: 500,
      handshakeInterval: Math.max(1_000, 2 * keepAlive),
      ipv6: isVersion6(connect),
      ...(curve && {
        curvePublicKey: curve.keys.publicKey,
        curveSecretKey: curve.keys.secretKey,
        curveServerKey: curve.engine,
      }),
    });
    this.#socket = socket;
    this.#undo = closedAtExit(() => socket.close());
    const refused = (what: string) => {
      if (this.#socket === socket) {
        this.#events.trouble(what);
        this.reset(what);
      }
    };
    socket.events.on('handshake', () => {
      if (this.#socket !== socket || this.#up) return;
      this.#up = true;
      this.#events.connected();
    });
    socket.events.on('disconnect', () => {
      if (this.#socket === socket) this.reset('the connection to the engine broke');
    });
    socket.events.on('handshake:error:auth', () => refused(`the engine at ${connect} refused our key`));
    const protocol = ({ error }: { readonly error: Error }) =>
      refused(`no handshake with ${connect} (${error.message}): is curve.engine its public key?`);
    socket.events.on('handshake:error:protocol', protocol);
    socket.events.on('handshake:error:other', protocol);
    socket.connect(connect);
    void this.#read(socket);
  }

  /** Hands a message over; false: there is no connection, or the engine does not read. */
  send(message: Uint8Array): boolean {
    if (!this.#up || this.#waiting.length >= MOST_WAITING) return false;
    this.#waiting.push(message);
    void this.#write();
    return true;
  }

  /** Messages went both ways: the next loss is answered at once. */
  proved(): void {
    this.#backOff.reset();
  }

  /** Drops the connection, and makes a new one after a pause. */
  reset(reason: string): void {
    if (this.#socket === undefined || this.#closed) return;
    this.#drop();
    this.#again = this.#after(this.#backOff.next(), () => this.open());
    this.#events.lost(reason);
  }

  /** Closes for good; resolves when the socket is closed. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#again?.();
    const socket = this.#socket;
    if (socket === undefined || socket.closed) return;
    const ended = new Promise<void>((resolve) => {
      socket.events.on('end', () => resolve());
      setTimeout(resolve, LONGEST_CLOSING).unref();
    });
    this.#drop();
    await ended;
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#up = false;
    this.#waiting = [];
    this.#undo();
    socket?.close();
  }

  /** The one writer: a second send while one is pending would throw. */
  async #write(): Promise<void> {
    const socket = this.#socket;
    if (this.#writing || socket === undefined) return;
    this.#writing = true;
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
        await socket.send(next);
        if (this.#socket !== socket) break;
      }
    } catch (error) {
      // An engine that reads nothing is as good as gone; what was not written is in doubt.
      if (this.#socket === socket) this.reset(`the engine takes nothing: ${(error as Error).message}`);
    } finally {
      this.#writing = false;
    }
    // A new connection may have got messages while the last write of the old one was pending.
    if (this.#waiting.length > 0) void this.#write();
  }

  async #read(socket: Dealer): Promise<void> {
    try {
      for await (const frames of socket) {
        if (this.#socket !== socket) return;
        this.#events.message(frames);
      }
    } catch (error) {
      if (this.#socket === socket) this.reset(`cannot read from the engine: ${(error as Error).message}`);
    }
  }
}
