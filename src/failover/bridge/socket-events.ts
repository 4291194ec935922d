import type { Message } from '../protocol/message.js';
import type { BridgeSettings } from './bridge-options.js';
import { LONGEST_HEADER } from './limits.js';

/**
 * Who is at the other end: {@link UPSTREAM}, which this member connected to, or one that connected to this member, by
 * an id that is unique to each of its connections.
 */
export type PeerId = string;

/**
 * The member that this one connected to.
 *
 * @example
 * heard.peer === UPSTREAM; // said by the member that this one connected to
 */
export const UPSTREAM: PeerId = 'upstream';

/** What sockets tell the bridge. */
export interface SocketEvents {
  message(from: PeerId, message: Message): void;
  link(peer: PeerId, up: boolean): void;
  trouble(text: string): void;
}

/** A frame that says nothing: sent to find out whether a peer is still there. */
export const PROBE: Uint8Array = new Uint8Array(0);

/** It is a probe of the other side. */
export const isProbe = (frames: readonly Uint8Array[]): boolean =>
  frames.length === 1 && frames[0]?.length === 0;

type SocketBounds = Readonly<
  Record<
    | 'linger'
    | 'sendTimeout'
    | 'sendHighWaterMark'
    | 'receiveHighWaterMark'
    | 'maxMessageSize'
    | 'heartbeatInterval'
    | 'heartbeatTimeout'
    | 'heartbeatTimeToLive'
    | 'handshakeInterval'
    | 'tcpMaxRetransmitTimeout',
    number
  >
>;

/** Options of either socket: nothing lingers, nothing waits without end, nothing that is to be sent grows without bound. */
export function socketOptions({ longestPayload, waitingMessages, deadAfter }: BridgeSettings): SocketBounds {
  return {
    linger: 0,
    sendTimeout: 0,
    sendHighWaterMark: waitingMessages,
    // No bound: when as much waits as may, libzmq stops reading, and if the peer dies then its next heartbeat aborts the
    // process ("Assertion failed: !_io_error", 4.3.5). A follower's credit bounds what its leader sends.
    receiveHighWaterMark: 0,
    maxMessageSize: Math.max(longestPayload, LONGEST_HEADER),
    heartbeatInterval: Math.ceil(deadAfter / 4),
    heartbeatTimeout: deadAfter,
    heartbeatTimeToLive: deadAfter,
    handshakeInterval: deadAfter,
    tcpMaxRetransmitTimeout: deadAfter,
  };
}
