import { randomBytes } from 'node:crypto';
import { isVersion6 } from '../../services/zeromq/address.js';
import { type Sent, WriterQueue } from '../../services/zeromq/writer-queue.js';
import type { Context, Dealer, ZeroMQ } from '../../services/zeromq/zeromq.js';
import type { BridgeSettings } from './bridge-options.js';
import { decodeMessage } from './decode-message.js';
import { messageTurns } from './message-turns.js';
import { isProbe, type SocketEvents, socketOptions, UPSTREAM } from './socket-events.js';

/**
 * Pauses before a new socket is made, in milliseconds. ZeroMQ connects again by itself after most errors, but never
 * after a refused key or a breach of its protocol, as by a wrong program at the peer's port.
 */
const AFTER_ERROR = 500;
const AFTER_SILENCE = 2_000;
/** After a connection was lost: the next one is a new socket, so that it has an id of its own. */
const AFTER_LOSS = 20;

/** The DEALER of a member: it calls the other member's ROUTER. */
export class ClientSocket {
  readonly #zeromq: ZeroMQ;
  readonly #context: Context;
  readonly #settings: BridgeSettings;
  readonly #events: SocketEvents;
  #socket: Dealer | undefined;
  #queue: WriterQueue | undefined;
  #up = false;
  #again: NodeJS.Timeout | undefined;
  #due = 0;

  constructor(zeromq: ZeroMQ, context: Context, settings: BridgeSettings, events: SocketEvents) {
    this.#zeromq = zeromq;
    this.#context = context;
    this.#settings = settings;
    this.#events = events;
  }

  /** Connects, under a new routing id; an earlier connection is closed, with all that waits in it. */
  open(): void {
    this.close();
    const { connect = '', node, curve, waitingMessages, waitingBytes } = this.#settings;
    const socket = new this.#zeromq.Dealer({
      context: this.#context,
      ...socketOptions(this.#settings),
      // Never the id of an earlier connection: what the leader still has for that one must not come here.
      routingId: `${node}/${randomBytes(8).toString('hex')}`,
      // Nothing waits for a peer that is not there, to be delivered to its successor.
      immediate: true,
      connectTimeout: 500,
      reconnectInterval: 20,
      reconnectMaxInterval: 100,
      ipv6: isVersion6(connect),
      ...(curve && {
        curvePublicKey: curve.keys.publicKey,
        curveSecretKey: curve.keys.secretKey,
        curveServerKey: curve.peer ?? null,
      }),
    });
    this.#socket = socket;
    this.#queue = new WriterQueue(
      {
        write: async (_, frames) => socket.send([...frames]),
        gone: () => this.#turn(socket, false),
        failed: (error) => this.#events.trouble(`cannot send to ${connect}: ${error.message}`),
      },
      { messages: waitingMessages, bytes: waitingBytes },
    );
    this.#watch(socket, connect);
    socket.connect(connect);
    this.#tryAgain(AFTER_SILENCE);
    void this.#read(socket, connect);
  }

  send(frames: readonly Uint8Array[], newest: boolean): Sent {
    return this.#up && this.#queue !== undefined ? this.#queue.push(UPSTREAM, frames, newest) : 'gone';
  }

  close(): void {
    clearTimeout(this.#again);
    this.#again = undefined;
    const socket = this.#socket;
    if (socket === undefined) return;
    this.#turn(socket, false);
    clearTimeout(this.#again);
    this.#again = undefined;
    this.#socket = undefined;
    this.#queue?.close();
    socket.close();
  }

  /**
   * The connection is over, and with it whatever of it was not read yet. ZeroMQ would connect again under the same id,
   * by which the other side knows what is over.
   */
  #lose(socket: Dealer): void {
    if (this.#socket !== socket) return;
    this.close();
    this.#tryAgain(AFTER_LOSS);
  }

  #watch(socket: Dealer, connect: string): void {
    socket.events.on('handshake', () => this.#turn(socket, true));
    socket.events.on('disconnect', () => this.#lose(socket));
    socket.events.on('handshake:error:auth', () => {
      if (this.#socket !== socket) return;
      this.#events.trouble(
        `${connect} refused this member: add ${this.#settings.curve?.keys.publicKey ?? 'its public key'} to curve.allowed there`,
      );
      this.#tryAgain(AFTER_ERROR);
    });
    const refused = ({ error }: { readonly error: Error & { readonly code?: string } }): void => {
      if (this.#socket !== socket) return;
      this.#events.trouble(
        `no handshake with ${connect} (${error.code ?? error.message}): is curve.peer its public key, and has it keys if this member has?`,
      );
      this.#tryAgain(AFTER_ERROR);
    };
    socket.events.on('handshake:error:protocol', refused);
    socket.events.on('handshake:error:other', refused);
  }

  /** Begins anew unless the connection is up by then. An error does not put off what is due already. */
  #tryAgain(pause: number): void {
    const due = performance.now() + pause;
    if (this.#again !== undefined && due >= this.#due) return;
    clearTimeout(this.#again);
    this.#due = due;
    this.#again = setTimeout(() => {
      this.#again = undefined;
      if (!this.#up) this.open();
    }, pause);
  }

  async #read(socket: Dealer, connect: string): Promise<void> {
    const turn = messageTurns();
    try {
      for await (const frames of socket) {
        if (this.#socket !== socket) return;
        this.#take(socket, frames);
        const next = turn();
        if (next !== undefined) await next;
      }
    } catch (error) {
      if (this.#socket === socket)
        this.#events.trouble(`cannot read from ${connect}: ${(error as Error).message}`);
    }
  }

  #take(socket: Dealer, frames: readonly Buffer[]): void {
    this.#turn(socket, true);
    if (isProbe(frames)) return;
    let message: ReturnType<typeof decodeMessage>;
    try {
      message = decodeMessage(frames, this.#settings.longestPayload);
    } catch (error) {
      this.#events.trouble(`a message to ${this.#settings.node} was refused: ${(error as Error).message}`);
      return;
    }
    this.#events.message(UPSTREAM, message);
  }

  #turn(socket: Dealer, up: boolean): void {
    if (this.#socket !== socket || this.#up === up) return;
    this.#up = up;
    if (!up) {
      this.#queue?.drop(UPSTREAM);
      this.#tryAgain(AFTER_SILENCE);
    }
    this.#events.link(UPSTREAM, up);
  }
}
