/**
 * Version of the messages between the members of a pair; another version is refused by name.
 *
 * @example
 * message.version === PROTOCOL_VERSION;
 */
export const PROTOCOL_VERSION = 1;

/** A leader's reign begins: `epoch` counts reigns, `firstSeq` is the place of its mark in the log. */
export interface EpochStart {
  readonly epoch: number;
  readonly firstSeq: number;
}

/** State of the core behind the event at `seq`, as its canonical hash. */
export interface StateHash {
  readonly seq: number;
  readonly hash: string;
}

/** What a member is: two that differ in schema or configuration never pair; one of another core follows as a shadow. */
export interface Identity {
  readonly version: number;
  /** Hash of the wire schema of events. */
  readonly schemaHash: string;
  /** Hash of what must be equal in a pair: desk id, instruments, journal layout. */
  readonly configurationHash: string;
  /** Hash of the core's parts, their versions and fingerprints. */
  readonly coreHash: string;
  /** Name of the member, unique in the pair. */
  readonly node: string;
  /** Unique to each start of the process. */
  readonly incarnation: string;
  /**
   * What the register calls the member: it changes when what it acked may be gone, which depends on the policy of the
   * pair: never (`fsync`), with the machine's start (`written`, `agreed`), or with the process's (`received`).
   */
  readonly holder: string;
}

/** A follower asks to be taken in. Sent again each beat until it is answered. */
export interface Hello extends Identity {
  readonly type: 'hello';
  /** Counts what the sender asked for since its start: what answers an older HELLO is known by it. */
  readonly attempt: number;
  /** Highest epoch that the sender has seen. */
  readonly epoch: number;
  /** Last `seq` of its journal. */
  readonly last: number;
  /** The reigns in its journal, oldest first. */
  readonly epochs: readonly EpochStart[];
}

/** Why a member is not taken in. */
export type RejectCode =
  | 'version'
  | 'schema'
  | 'configuration'
  | 'node'
  | 'not-leading'
  | 'malformed'
  /** The session is over: say HELLO again. */
  | 'session'
  /** The state of the member is not that of the leader. */
  | 'diverged';

/** The leader does not take the sender of a HELLO in, or no longer, and says why. */
export interface Reject {
  readonly type: 'reject';
  /** Highest epoch that the sender has seen. */
  readonly epoch: number;
  /** Incarnation of the member that is rejected. */
  readonly to: string;
  /** Session that ends; 0: it is a HELLO that is rejected. */
  readonly session: number;
  readonly code: RejectCode;
  /** Names the thing, the value there and the value here. */
  readonly message: string;
}

/** The leader takes a follower in: cut the journal behind `truncateTo`, then expect the tail. */
export interface Welcome {
  readonly type: 'welcome';
  readonly epoch: number;
  /** Incarnation and attempt of the HELLO that is answered. */
  readonly to: string;
  readonly attempt: number;
  readonly node: string;
  readonly incarnation: string;
  readonly truncateTo: number;
  /** A snapshot at this `seq` is sent before the tail, since the leader no longer has it whole; 0: none. */
  readonly snapshotSeq: number;
  /** The reigns in the leader's log, oldest first: whoever begins with a snapshot has not seen their marks. */
  readonly epochs: readonly EpochStart[];
  /** The follower runs another core: it follows, out of sync, and never leads by itself. */
  readonly shadow: boolean;
  /** Counts the sessions of this reign; repeated in every message: one of an older session is known by it. */
  readonly session: number;
}

/** One piece of a snapshot, in order. */
export interface SnapshotChunk {
  readonly type: 'snapshot';
  readonly epoch: number;
  readonly session: number;
  readonly seq: number;
  readonly chunk: number;
  readonly chunks: number;
  /** CRC-32 of the piece. */
  readonly crc: number;
  readonly bytes: Uint8Array;
}

/** Events `from` up to and with `to`, as one encoded block; `end` is the last `seq` of the leader's log. */
export interface Append {
  readonly type: 'append';
  readonly epoch: number;
  readonly session: number;
  readonly from: number;
  readonly to: number;
  readonly end: number;
  readonly block: Uint8Array;
}

/** The follower holds everything up to `upTo`, as the pair's policy wants it held. */
export interface Ack {
  readonly type: 'ack';
  readonly epoch: number;
  readonly session: number;
  readonly upTo: number;
  /** Bytes of blocks that it takes before the next ack. */
  readonly credit: number;
  /** Something between is missing: send again what follows `upTo`. */
  readonly gap: boolean;
  /** Policy `agreed`: the digest of all commands up to `upTo`. */
  readonly digest?: string;
  /** State at the newest barrier, to find a divergence. */
  readonly state?: StateHash;
}

/** Sign of life of either side; `end` shows a gap while nothing else is said. */
export interface Heartbeat {
  readonly type: 'heartbeat';
  readonly epoch: number;
  readonly session: number;
  readonly end: number;
  /** Of a leader: the follower is in sync, as the register says. Of a follower: always false. */
  readonly paired: boolean;
  readonly state?: StateHash;
}

/**
 * The leader hands over: no order of a frame behind `seq` has left or will leave; the follower that holds `seq` may
 * promote itself, and send the orders of what it holds behind `seq` without asking the venue first.
 */
export interface HandOver {
  readonly type: 'handOver';
  readonly epoch: number;
  readonly session: number;
  readonly seq: number;
}

/** What members of a pair say to each other. */
export type Message = Hello | Reject | Welcome | SnapshotChunk | Append | Ack | Heartbeat | HandOver;
