import type { Field } from '../codec/encode.js';
import type { FixMessage } from '../codec/message.js';

/**
 * `waiting`: until it is time to connect. `refused`: nothing is tried again before the next session, since the numbers of
 * the two sides contradict each other and only a person can say why.
 */
export type Phase = 'waiting' | 'connecting' | 'logon' | 'up' | 'logout' | 'refused' | 'stopped';

/** A resend that is under way: messages `[from, to]` were asked for, and all up to `gapEnd` are missing. */
export interface Asked {
  readonly to: number;
  readonly gapEnd: number;
  /** When it last went on. */
  readonly at: number;
  /** How often it was asked for without any progress. */
  readonly times: number;
}

/** A list that grows at its head, so that states share what they have in common. */
export interface Queued {
  readonly message: FixMessage;
  readonly size: number;
  readonly rest: Queued | undefined;
}

/** All that a session knows, but for the messages that it sent, which are in its store. */
export interface SessionState {
  readonly phase: Phase;
  /** Number of the next message to send, and of the next that is expected. */
  readonly outgoing: number;
  readonly incoming: number;
  /** The first message that was handed to the application and is not recorded yet; 0: none. */
  readonly unrecorded: number;
  readonly delivered: number;
  /** The inbound number that the store has been told. */
  readonly persisted: number;
  /** When the session of the schedule opened that these numbers belong to (Unix milliseconds); 0 without a schedule. */
  readonly session: number;
  readonly since: number;
  readonly lastSent: number;
  readonly lastReceived: number;
  /** Whether a test request waits for any word. */
  readonly probing: boolean;
  /** Messages beyond a gap, the latest first. */
  readonly queued: Queued | undefined;
  readonly asked: Asked | undefined;
  /** When to connect, while waiting. */
  readonly due: number;
  readonly attempts: number;
  /** The next logon begins at 1. */
  readonly resetNext: boolean;
  readonly stopping: boolean;
  /** When the latest logons were sent, as far as the limit counts them. */
  readonly logons: readonly number[];
  /** Of the generator that spreads the waits. */
  readonly seed: number;
}

/** What happens to a session. `now` is in Unix milliseconds. */
export type SessionInput = { readonly now: number } & (
  | { readonly kind: 'tick' }
  | { readonly kind: 'start' }
  /** The transport is there; what the logon says beside the standard, such as a password. */
  | { readonly kind: 'connected'; readonly logon: readonly Field[] }
  | { readonly kind: 'disconnected'; readonly reason: string }
  | { readonly kind: 'message'; readonly message: FixMessage }
  /** The application sends: the type first, then the body. */
  | { readonly kind: 'send'; readonly fields: readonly Field[] }
  /** What was delivered is on record up to this number. */
  | { readonly kind: 'recorded'; readonly sequence: number }
  | { readonly kind: 'stop'; readonly reason: string }
  /** An operator: both sides begin at 1 with the next logon. */
  | { readonly kind: 'reset' }
  /** An operator: our next message has this number, which is beyond the latest. */
  | { readonly kind: 'resetTo'; readonly outgoing: number }
);

/** What a session does, in this order. */
export type SessionEffect =
  | { readonly kind: 'open' }
  | { readonly kind: 'close' }
  /** Store the number, and the message where it may be sent again; then write it. */
  | {
      readonly kind: 'send';
      readonly sequence: number;
      readonly bytes: Buffer;
      readonly application: boolean;
      /** The number of the next message, where it is not the one behind this. It is stored before this is written. */
      readonly goesOnAt?: number;
    }
  /** Store that our next message has this number. */
  | { readonly kind: 'renumber'; readonly outgoing: number }
  /** Send what the store has of these, gap-filling the rest. */
  | { readonly kind: 'resend'; readonly from: number; readonly to: number }
  | { readonly kind: 'received'; readonly next: number }
  | { readonly kind: 'reset'; readonly session: number }
  | { readonly kind: 'deliver'; readonly message: FixMessage }
  | { readonly kind: 'up' }
  /** No message is missing any more: after a logon, and after each gap. */
  | { readonly kind: 'caughtUp' }
  | { readonly kind: 'down'; readonly reason: string }
  /** The peer says that messages from one number up to another will never come. */
  | { readonly kind: 'lost'; readonly from: number; readonly to: number }
  /** For a person. */
  | { readonly kind: 'alert'; readonly code: AlertCode; readonly text: string };

/** What a person has to know of a session: which of its parts is in trouble. */
export type AlertCode = 'sequence' | 'logon' | 'peer' | 'resend' | 'rejected' | 'store';

/** Numbers as a store has them. */
export interface StoredNumbers {
  readonly outgoing: number;
  readonly incoming: number;
  readonly session: number;
}

/** A session that has not begun. */
export function sessionState(numbers: StoredNumbers, seed = 1): SessionState {
  return {
    phase: 'stopped',
    outgoing: numbers.outgoing,
    incoming: numbers.incoming,
    unrecorded: 0,
    delivered: 0,
    persisted: numbers.incoming,
    session: numbers.session,
    since: 0,
    lastSent: 0,
    lastReceived: 0,
    probing: false,
    queued: undefined,
    asked: undefined,
    due: 0,
    attempts: 0,
    resetNext: false,
    stopping: false,
    logons: [],
    seed,
  };
}
