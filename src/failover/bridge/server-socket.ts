import { ConfigurationError } from '../../domain/errors.js';
import { isVersion6 } from '../../services/zeromq/address.js';
import { type Sent, WriterQueue } from '../../services/zeromq/writer-queue.js';
import type { Context, Router, ZeroMQ } from '../../services/zeromq/zeromq.js';
import type { BridgeSettings } from './bridge-options.js';
import { decodeMessage } from './decode-message.js';
import { LONGEST_HEADER } from './limits.js';
import { messageTurns } from './message-turns.js';
import { isProbe, PROBE, type SocketEvents, socketOptions } from './socket-events.js';

/** Peers that are remembered; a stranger who makes more of them only makes this member forget some. */
const MOST_PEERS = 16;

/** Lost connections whose ids are remembered: what they still had on the way is over by then. */
const MOST_LOST = 1_024;

/** Closing takes some milliseconds; whoever waits for it does not wait for ever. */
const LONGEST_CLOSING = 1_000;

/** ZeroMQ tells of a lost connection a moment before its peer is unreachable. */
const PROBE_AFTER: readonly number[] = [0, 1, 3, 10, 30, 100];

/** The ROUTER of a member: whoever follows it connects here. */
export class ServerSocket {
  readonly #socket: Router;
  readonly #settings: BridgeSettings;
  readonly #events: SocketEvents;
  readonly #queue: WriterQueue;
  readonly #peers = new Set<string>();
  readonly #lost = new Set<string>();
  readonly #probes = new Set<NodeJS.Timeout>();
  #closed = false;

  constructor({ Router }: ZeroMQ, context: Context, settings: BridgeSettings, events: SocketEvents) {
    const { curve } = settings;
    this.#settings = settings;
    this.#events = events;
    const socket = new Router({
      context,
      ...socketOptions(settings),
      // Followers send no payloads: a HELLO is the longest that comes here.
      maxMessageSize: LONGEST_HEADER,
      mandatory: true,
      // Never: the connection that is taken over is not read any more, and when it ends libzmq aborts the process
      // ("Assertion failed: !_io_error", 4.3.5), so that whoever may connect twice under one id could kill this member.
      handover: false,
      ipv6: isVersion6(settings.bind),
      ...(curve && {
        curveServer: true,
        curveSecretKey: curve.keys.secretKey,
        zapDomain: 'bridge',
        // Without an answer to who may connect, nobody may.
        zapEnforceDomain: true,
      }),
    });
    this.#socket = socket;
    this.#queue = new WriterQueue(
      {
        write: async (peer, frames) => socket.send([Buffer.from(peer, 'hex'), ...frames]),
        gone: (peer) => this.#down(peer),
        failed: (error) => events.trouble(`cannot send from ${settings.bind}: ${error.message}`),
      },
      { messages: settings.waitingMessages, bytes: settings.waitingBytes },
    );
    socket.events.on('disconnect', () => this.#probeAll());
    socket.events.on('handshake:error:auth', () =>
      events.trouble(
        `a stranger was refused at ${settings.bind}: its public key is not in curve.allowed of ${settings.node}`,
      ),
    );
    socket.events.on('handshake:error:protocol', ({ error }) =>
      events.trouble(
        `a stranger was refused at ${settings.bind}: ${error.code} (no or a wrong key, or no ZeroMQ)`,
      ),
    );
  }

  get address(): string {
    return this.#socket.lastEndpoint ?? this.#settings.bind;
  }

  async bind(): Promise<void> {
    const { bind } = this.#settings;
    try {
      await this.#socket.bind(bind);
    } catch (error) {
      throw new ConfigurationError(
        `bind must be an address that is free here, not ${bind}: ${(error as Error).message}`,
        {
          cause: error,
        },
      );
    }
    void this.#read();
  }

  send(peer: string, frames: readonly Uint8Array[]): Sent {
    if (this.#lost.has(peer)) return 'gone';
    return /^(?:[0-9a-f]{2}){1,255}$/.test(peer) ? this.#queue.push(peer, frames) : 'gone';
  }

  /**
   * Closes, and waits until the address is free, so that it can be taken again at once. Not by `unbind`: libzmq aborts
   * the process when the socket is closed while that ends its connections.
   */
  async closed(): Promise<void> {
    if (this.#socket.closed) return;
    const ended = new Promise<void>((resolve) => {
      this.#socket.events.on('end', () => resolve());
      setTimeout(resolve, LONGEST_CLOSING).unref();
    });
    this.close();
    await ended;
  }

  close(): void {
    this.#stop();
    if (!this.#socket.closed) this.#socket.close();
  }

  #stop(): void {
    this.#closed = true;
    this.#queue.close();
    for (const probe of this.#probes) clearTimeout(probe);
    this.#probes.clear();
  }

  async #read(): Promise<void> {
    const turn = messageTurns();
    try {
      for await (const [id, ...frames] of this.#socket) {
        if (this.#closed) return;
        this.#take((id as Buffer).toString('hex'), frames);
        const next = turn();
        if (next !== undefined) await next;
      }
    } catch (error) {
      if (!this.#closed)
        this.#events.trouble(`cannot read at ${this.#settings.bind}: ${(error as Error).message}`);
    }
  }

  #take(from: string, frames: readonly Buffer[]): void {
    if (isProbe(frames) || this.#lost.has(from)) return;
    let message: ReturnType<typeof decodeMessage>;
    try {
      message = decodeMessage(frames, this.#settings.longestPayload);
    } catch (error) {
      this.#events.trouble(`a message to ${this.#settings.node} was refused: ${(error as Error).message}`);
      return;
    }
    this.#up(from);
    this.#events.message(from, message);
  }

  #up(id: string): void {
    if (this.#peers.has(id)) return;
    for (const oldest of this.#peers) {
      if (this.#peers.size < MOST_PEERS) break;
      this.#peers.delete(oldest);
    }
    this.#peers.add(id);
    this.#events.link(id, true);
    // What is read now may have been said by somebody who is gone by now, of whose end nothing will be told any more.
    this.#queue.push(id, [PROBE]);
  }

  #down(id: string): void {
    this.#queue.drop(id);
    // Each connection has an id of its own, so whatever still comes under this one was said before it was lost.
    this.#lost.add(id);
    for (const oldest of this.#lost) {
      if (this.#lost.size <= MOST_LOST) break;
      this.#lost.delete(oldest);
    }
    if (this.#peers.delete(id)) this.#events.link(id, false);
  }

  /** Some connection was lost; nobody says whose. Whoever cannot be reached by an empty frame is gone. */
  #probeAll(): void {
    for (const delay of PROBE_AFTER) {
      const probe = setTimeout(() => {
        this.#probes.delete(probe);
        for (const id of this.#peers) this.#queue.push(id, [PROBE]);
      }, delay);
      this.#probes.add(probe);
    }
  }
}
