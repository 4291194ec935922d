/** Version of the messages between the members of a pair; another version is refused by name. */
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
}

/** A follower asks to be taken in. Sent again each beat until it is answered. */
export interface Hello extends Identity {
  readonly type: 'hello';
  /** Highest epoch that the sender has seen. */
  readonly epoch: number;
  /** Last `seq` of its journal. */
  readonly last: number;
  /** The reigns in its journal, oldest first. */
  readonly epochs: readonly EpochStart[];
}

/** Why a member is not taken in. */
export type RejectCode = 'version' | 'schema' | 'configuration' | 'node' | 'not-leading' | 'malformed';

/** The leader takes the sender of a HELLO not in, and says why. */
export interface Reject {
  readonly type: 'reject';
  readonly code: RejectCode;
  /** Names the thing, the value there and the value here. */
  readonly message: string;
}

/** The leader takes a follower in: cut the journal behind `truncateTo`, then expect the tail. */
export interface Welcome {
  readonly type: 'welcome';
  readonly epoch: number;
  readonly node: string;
  readonly incarnation: string;
  readonly truncateTo: number;
  /** A snapshot at this `seq` is sent before the tail, since the leader no longer has it whole; 0: none. */
  readonly snapshotSeq: number;
  /** The follower runs another core: it follows, out of sync, and never leads by itself. */
  readonly shadow: boolean;
  /** Random, repeated in the follower's every message: an answer to an older WELCOME is known by it. */
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
  readonly state?: StateHash;
}

/** The leader hands over: no order of its own leaves after `seq`; the follower that holds `seq` may promote itself. */
export interface HandOver {
  readonly type: 'handOver';
  readonly epoch: number;
  readonly session: number;
  readonly seq: number;
}

/** What members of a pair say to each other. */
export type Message = Hello | Reject | Welcome | SnapshotChunk | Append | Ack | Heartbeat | HandOver;
