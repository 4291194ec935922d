import type { RegisterValue } from '../registers/register.js';
import type { EpochStart, StateHash } from './message.js';
import type { Protocol } from './options.js';

/** Where a member stands. The table in docs/failover.md says how it gets from one to the next. */
export type Role =
  /** Its journal is not open yet, or it looks for a leader. */
  | 'boot'
  /** A leader took it in; it is not in sync. */
  | 'catchup'
  /** In sync: it may take over. */
  | 'mirror'
  /** Follows with another core: never in sync, never leads by itself. */
  | 'shadow'
  /** Was in sync and no longer hears its leader: it acks nothing, and asks the register. */
  | 'suspect'
  /** Leads alone. */
  | 'solo'
  /** Leads, and takes a follower into the pair. */
  | 'admitting'
  /** Leads, with a mirror in sync. */
  | 'paired'
  /** Something is broken: no new risk. */
  | 'halted'
  | 'exited';

/** The leader that is followed. */
export interface Followed {
  readonly epoch: number;
  readonly session: number;
  /** Last `seq` of the leader's log, as far as is known. */
  readonly end: number;
  readonly shadow: boolean;
  /** The journal was cut as the leader said: blocks may come. */
  readonly ready: boolean;
  /** The `seq` of the snapshot that is waited for; 0: none. */
  readonly snapshot: number;
  readonly epochs: readonly EpochStart[];
  /** The leader said that we are in sync; the register is asked before it is believed. */
  readonly paired: boolean;
  /** The leader hands over behind this `seq`. */
  readonly handOver: number | undefined;
  /** Our own end at the last beat: one that stands still although there is more means that something was lost. */
  readonly beatEnd: number;
}

/** The follower that was taken in. */
export interface Peer {
  readonly incarnation: string;
  readonly attempt: number;
  readonly holder: string;
  readonly session: number;
  readonly shadow: boolean;
  /** It has answered WELCOME. */
  readonly ready: boolean;
  readonly truncateTo: number;
  readonly snapshot: number;
  readonly acked: number;
  /** Place to which it was last fed again, and when: a gap is reported more than once. */
  readonly rewound: number;
  readonly rewoundAt: number;
}

/** A hand-over under way: no order leaves any more. */
export interface HandingOver {
  readonly since: number;
  /** Nothing of a frame behind it has left. */
  readonly seq: number;
  /** HandOver was said: the other may lead from now on. */
  readonly said: boolean;
  /** Why: asked for, asked to stop, or something of ours is broken. */
  readonly cause: 'switch-over' | 'stop' | 'broken';
}

/** Our own reign. */
export interface OwnReign {
  readonly epoch: number;
  /** The `seq` of the event that says so in the log. */
  readonly mark: number;
  /** Orders of frames up to here may have left. */
  readonly committed: number;
  /** Sessions so far. */
  readonly sessions: number;
  readonly peer: Peer | undefined;
  /** ADMITTING: the follower must hold everything up to here before it is in sync. */
  readonly target: number;
  /** An ADMIT was asked for and its outcome is not known: whatever else was asked, the follower may be in sync. */
  readonly admitOpen: boolean;
  /** An ADMIT may still be done later: only another epoch ends it. */
  readonly poisoned: boolean;
  /** Why SHRINK is wanted; empty: it is not. */
  readonly shrinking: string;
  readonly handOver: HandingOver | undefined;
  /** The first end of the log that is not acked, as seen at a beat, and when. */
  readonly lagEnd: number;
  readonly lagAt: number;
  /** Policy `agreed`: the cores disagree, orders are held. */
  readonly disagreed: boolean;
}

/** What is asked of the register right now. */
export interface Request {
  readonly id: number;
  readonly kind: 'read' | 'promote' | 'shrink' | 'admit' | 'renew';
  readonly next: RegisterValue | undefined;
}

/** Everything a member remembers. Immutable: the reducer makes another. */
export interface MemberState {
  readonly protocol: Protocol;
  readonly role: Role;
  readonly why: string;
  readonly started: boolean;
  /** Last time told. */
  readonly at: number;
  readonly end: number;
  readonly journaled: number;
  readonly first: number;
  /** The newest snapshot beside the journal; 0: none. */
  readonly snapshot: number;
  readonly epochs: readonly EpochStart[];
  /** Highest epoch seen anywhere. */
  readonly highest: number;
  /** What the register held when it was last seen. */
  readonly value: RegisterValue | undefined;
  readonly request: Request | undefined;
  readonly requests: number;
  /** Not before this time is the register asked again. */
  readonly retryAt: number;
  /** The register was asked to change and did not answer. */
  readonly doubt: boolean;
  readonly attempt: number;
  /** Truncations and installations so far: the answer to an older one is known by it. */
  readonly generation: number;
  readonly restoring: boolean;
  /** The journal has nothing in common with the leader's: a snapshot takes its place, and until then it counts as empty. */
  readonly anew: boolean;
  /** When the other side last gave a sign of life. */
  readonly heardAt: number;
  readonly beatAt: number;
  readonly followed: Followed | undefined;
  readonly reign: OwnReign | undefined;
  /** Without a register: this member was in sync and has not used its one take-over. */
  readonly entitled: boolean;
  /** State at the newest barriers. */
  readonly hashes: readonly StateHash[];
  /** Highest `seq` at which the other side's state was found equal. */
  readonly agreedAt: number;
  /** Incarnations of the other member that are over. */
  readonly retired: readonly string[];
  /** An operator asked that this member leads. */
  readonly forced: boolean;
}

/** Before anything happened. */
export function initialState(protocol: Protocol): MemberState {
  return {
    protocol,
    role: 'boot',
    why: 'starting',
    started: false,
    at: 0,
    end: 0,
    journaled: 0,
    first: 1,
    snapshot: 0,
    epochs: [],
    highest: 0,
    value: undefined,
    request: undefined,
    requests: 0,
    retryAt: 0,
    doubt: false,
    attempt: 1,
    generation: 0,
    restoring: false,
    anew: false,
    heardAt: 0,
    beatAt: 0,
    followed: undefined,
    reign: undefined,
    entitled: false,
    hashes: [],
    agreedAt: 0,
    retired: [],
    forced: false,
  };
}
