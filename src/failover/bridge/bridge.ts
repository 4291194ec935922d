import type { Observable } from 'rxjs';
import { Subject } from 'rxjs';
import { loadZeroMQ } from '../../services/zeromq.js';
import type { Message } from '../protocol/message.js';
import { AccessControl } from './access.js';
import { type BridgeOptions, checkBridgeOptions } from './bridge-options.js';
import { ClientSocket } from './client-socket.js';
import { encodeMessage } from './encode-message.js';
import { closedAtExit } from './exit.js';
import { ServerSocket } from './server-socket.js';
import { type PeerId, UPSTREAM } from './socket-events.js';
import type { Sent } from './writer-queue.js';

/** A message, and who sent it. */
export interface Received {
  readonly from: PeerId;
  readonly message: Message;
}

/** A connection came up or went down, as far as the transport can tell. A hint: silence is judged elsewhere. */
export interface Link {
  readonly peer: PeerId;
  readonly up: boolean;
}

/**
 * The network between the members of a pair.
 *
 * A follower speaks to its leader through {@link UPSTREAM}; a leader answers the ids from which messages came. Every
 * member can be either, and both at once.
 */
export interface Bridge {
  /** Where this member listens, with the port that it got. */
  readonly address: string;
  /** Messages that were understood, in the order of each peer. */
  readonly messages$: Observable<Received>;
  readonly links$: Observable<Link>;
  /** What was refused and why, for people: frames, keys, addresses. At most ten a second. */
  readonly troubles$: Observable<string>;
  /**
   * Hands a message over. `queued` is no promise that it arrives, but what is queued for a peer arrives in order and
   * without gaps until its link goes down. `full`: the peer does not read, the message was not taken.
   *
   * @throws InputError when the message is longer than a peer would take
   */
  send(to: PeerId, message: Message): Sent;
  /** Gives the connection to {@link UPSTREAM} up, with all that waits in it, and makes a new one. */
  reconnect(): void;
  /** Closes the sockets. What waits is dropped. */
  close(): Promise<void>;
}

/**
 * Opens the sockets of a member: a ROUTER that listens, and a DEALER that calls the other member.
 *
 * @example
 * const bridge = await openBridge({ node: 'a', bind: 'tcp://127.0.0.1:7001', connect: 'tcp://127.0.0.1:7002' });
 * bridge.messages$.subscribe(({ from, message }) => console.log(from, message.type));
 *
 * @throws ConfigurationError when an option is wrong, zeromq is not installed or the address is taken
 */
export async function openBridge(options: BridgeOptions): Promise<Bridge> {
  const settings = checkBridgeOptions(options);
  const zeromq = await loadZeroMQ();
  const context = new zeromq.Context({ blocky: false });
  const messages = new Subject<Received>();
  const links = new Subject<Link>();
  const troubles = new Subject<string>();
  const events = {
    message: (from: PeerId, message: Message) => messages.next({ from, message }),
    link: (peer: PeerId, up: boolean) => links.next({ peer, up }),
    trouble: limited((text) => troubles.next(text)),
  };
  const access =
    settings.curve &&
    (await AccessControl.open(zeromq, context, new Map([['bridge', new Set(settings.allowed)]])));
  const server = new ServerSocket(zeromq, context, settings, events);
  const client =
    settings.connect === undefined ? undefined : new ClientSocket(zeromq, context, settings, events);
  const closeNow = (): void => {
    client?.close();
    server.close();
    access?.close();
  };
  const release = closedAtExit(closeNow);
  try {
    await server.bind();
  } catch (error) {
    release();
    closeNow();
    throw error;
  }
  client?.open();
  let closed = false;
  return {
    address: server.address,
    messages$: messages.asObservable(),
    links$: links.asObservable(),
    troubles$: troubles.asObservable(),
    send(to, message) {
      const frames = encodeMessage(message, settings.longestPayload);
      if (closed) return 'gone';
      return to === UPSTREAM ? (client?.send(frames) ?? 'gone') : server.send(to, frames);
    },
    reconnect: () => {
      if (!closed) client?.open();
    },
    async close() {
      if (closed) return;
      closed = true;
      release();
      client?.close();
      await server.closed();
      closeNow();
      for (const subject of [messages, links, troubles]) subject.complete();
    },
  };
}

const MOST_TROUBLES = 10;

/** Passes on ten texts a second, and no text twice in a row: whoever sends garbage is not to fill the logs. */
function limited(tell: (text: string) => void): (text: string) => void {
  let second = Number.NEGATIVE_INFINITY;
  let told = 0;
  let last: string | undefined;
  return (text) => {
    const now = Math.floor(performance.now() / 1_000);
    if (now !== second) {
      second = now;
      told = 0;
    }
    if (text === last || told >= MOST_TROUBLES) return;
    told += 1;
    last = text;
    tell(text);
  };
}
