import type { RegisterValue } from '../registers/register.js';
import type { Append, EpochStart, Message, StateHash } from './message.js';
import type { Role } from './state.js';

/**
 * How a process ends: the supervisor starts it again, and it begins in BOOT.
 *
 * @example
 * process.exitCode = EXIT_CODES.handedOver; // 76: the supervisor starts it again
 */
export const EXIT_CODES = {
  /** Was asked to stop. */
  stopped: 0,
  /** Handed over as planned. */
  handedOver: 76,
  /** Another member leads. */
  superseded: 77,
} as const;

/** One of {@link EXIT_CODES}: how a member's process ends. */
export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];

/** What people and probes see of a member. */
export interface Report {
  readonly role: Role;
  readonly epoch: number;
  /** Of a leader: events that its follower has not acked. Of a follower: events that it knows it lacks. */
  readonly lag: number;
  /** The pair is whole: a mirror may take over at any instant. */
  readonly inSync: boolean;
  /** Orders of new frames may leave now. */
  readonly open: boolean;
  /** Why it is in this role. */
  readonly why: string;
}

/** What the reducer wants done, in this order. */
export type Effect =
  | { readonly type: 'send'; readonly message: Message }
  /** An ACK: credit, and the digest under policy `agreed`, are filled in by whoever runs it. */
  | {
      readonly type: 'ack';
      readonly epoch: number;
      readonly session: number;
      readonly upTo: number;
      readonly gap: boolean;
      readonly state: StateHash | undefined;
    }
  /** Send the log behind `after` to the follower of this session, a snapshot first unless `snapshot` is 0. */
  | {
      readonly type: 'feed';
      readonly epoch: number;
      readonly session: number;
      readonly after: number;
      readonly snapshot: number;
    }
  /** The follower holds everything up to `upTo`, and takes so many bytes more. */
  | { readonly type: 'grant'; readonly session: number; readonly upTo: number; readonly credit: number }
  | { readonly type: 'unfeed' }
  | { readonly type: 'read'; readonly id: number }
  | {
      readonly type: 'compareAndSet';
      readonly id: number;
      readonly expected: RegisterValue;
      readonly next: RegisterValue;
    }
  /** Journal and follow a block of the leader. */
  | { readonly type: 'store'; readonly append: Append }
  /** Cut the journal behind `to` and bring the replica to that state. */
  | { readonly type: 'truncate'; readonly to: number; readonly generation: number }
  /** Take the pieces of this session's snapshot in, and begin anew behind it. */
  | {
      readonly type: 'install';
      readonly epoch: number;
      readonly session: number;
      readonly seq: number;
      readonly epochs: readonly EpochStart[];
      readonly generation: number;
    }
  | {
      readonly type: 'lead';
      readonly epoch: number;
      readonly unsentAfter: number | undefined;
      readonly renewed: boolean;
    }
  | { readonly type: 'commit'; readonly seq: number }
  | { readonly type: 'halt'; readonly reason: string }
  | { readonly type: 'exit'; readonly code: ExitCode; readonly reason: string }
  | { readonly type: 'reconnect' }
  | { readonly type: 'report'; readonly report: Report };
