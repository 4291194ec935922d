import type { RegisterValue } from '../registers/register.js';
import type { EpochStart, Message, StateHash } from './message.js';

/** What the journal holds. */
export interface LogFacts {
  /** Last `seq` appended. */
  readonly end: number;
  /** First `seq` that is still there. */
  readonly first: number;
  readonly epochs: readonly EpochStart[];
}

/** What a register said: a value, or nothing. `unreachable` after a change: it may have been done, or be done later. */
export type RegisterReply = { readonly done: boolean; readonly value: RegisterValue } | 'unreachable';

/** What happened. */
export type Happening =
  /** The process stands: its journal is open and its replica is at the end of it. */
  | { readonly type: 'started'; readonly log: LogFacts }
  | { readonly type: 'tick' }
  | {
      readonly type: 'message';
      readonly message: Message;
      /** Of an ACK under policy `agreed`: our own digest at its `upTo`, when we know it. */
      readonly digest?: string | undefined;
    }
  | { readonly type: 'link'; readonly link: 'up' | 'down' }
  /** A supervisor saw the other process end. */
  | { readonly type: 'peerExited' }
  | { readonly type: 'register'; readonly id: number; readonly reply: RegisterReply }
  /** The leader's replica sequenced events and they are in the journal's hands. */
  | { readonly type: 'appended'; readonly end: number }
  /** A block of the leader is in the journal's hands, and the replica has run it. */
  | { readonly type: 'stored'; readonly end: number; readonly marks: readonly EpochStart[] }
  /** A block of the leader was damaged, or did not follow. */
  | { readonly type: 'damaged'; readonly reason: string }
  /** The journal holds everything up to `upTo`, as the policy wants it held. */
  | { readonly type: 'journaled'; readonly upTo: number }
  /** Retention removed events, or a snapshot was kept. */
  | { readonly type: 'kept'; readonly first: number; readonly snapshot: number }
  /** All pieces of a snapshot are here, and it is about to take the place of the journal. */
  | { readonly type: 'installing'; readonly generation: number }
  /** What the follower of this session was promised is no longer in the journal, which begins at `first`. */
  | {
      readonly type: 'unservable';
      readonly session: number;
      readonly reason: string;
      readonly first: number;
    }
  /** Truncation or installation is done. */
  | { readonly type: 'restored'; readonly log: LogFacts; readonly generation: number }
  | { readonly type: 'barrier'; readonly state: StateHash }
  | { readonly type: 'diskError'; readonly reason: string }
  /** The replica threw: its state can no longer be trusted. */
  | { readonly type: 'replicaError'; readonly reason: string }
  | { readonly type: 'switchOver' }
  /** An operator takes it on himself that this member leads, though nothing proves that it may. */
  | { readonly type: 'promote' }
  | { readonly type: 'stop' };

/** What happened, and when on the member's monotonic clock, in milliseconds. */
export type Input = Happening & { readonly at: number };
