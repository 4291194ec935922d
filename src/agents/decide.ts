import type { ObservableInput } from 'rxjs';
import type { Answer } from '../domain/decision.js';
import type { Plain } from '../domain/plain.js';

/** What an agent is shown. */
export interface Shown {
  readonly agent: string;
  /** Which replica of the agent this is, from 0. */
  readonly replica: number;
  /** The frame's place in the log. */
  readonly seq: number;
  /** Unix milliseconds. */
  readonly ts: number;
  /** What `observe` made of the frame. */
  readonly snapshot: Plain;
}

/**
 * What an asynchronous agent does: one snapshot in, its answers out, as a promise, an Observable, a list or an async
 * iterable. An answer given before the deadline counts as it comes; ending without one is an abstention. The signal aborts when
 * nobody waits any more.
 */
export type Decide = (shown: Shown, signal: AbortSignal) => ObservableInput<Answer | readonly Answer[]>;

/** Whoever decides and has to be started and stopped, such as a worker thread: one for each replica. */
export interface Mind {
  open(told: MindEvents): OpenMind;
}

/** What a mind tells beside its answers. */
export interface MindEvents {
  /** It is not there any more, or there again. */
  readonly present: (present: boolean, reason: string) => void;
}

/** A mind that was opened in a worker or process: what it answers by, and how it is let go. */
export interface OpenMind {
  readonly decide: Decide;
  close(): void;
}
