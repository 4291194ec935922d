import { type Decision, keyOf, type Target, type TargetOf } from '../../domain/decision.js';
import { Subject } from './subject.js';

/** Everything about which a decision stands, by key. */
export interface Subjects {
  readonly subjects: Map<string, Subject>;
  /** When the next decision expires, in Unix milliseconds. */
  firstExpiry: number;
}

/** A subject as a snapshot holds it. */
export interface SavedSubject {
  readonly of: TargetOf;
  readonly decisions: readonly Decision[];
  readonly target: Target | null;
}

/** Takes a decision in place of its agent's last one about the same. */
export function put(state: Subjects, made: Decision): void {
  const key = keyOf(made.of);
  let subject = state.subjects.get(key);
  if (subject === undefined) {
    subject = new Subject(made.of);
    state.subjects.set(key, subject);
  }
  subject.put(made);
  if (made.validUntil < state.firstExpiry) state.firstExpiry = made.validUntil;
}

/** Takes out what has expired. */
export function expire(state: Subjects, ts: number): void {
  let first = Number.POSITIVE_INFINITY;
  for (const subject of state.subjects.values()) first = Math.min(first, subject.expire(ts));
  state.firstExpiry = first;
}

/** Puts a saved subject back, with its last target. */
export function restoreSubject(
  { subjects }: Subjects,
  { of, decisions, target }: SavedSubject,
  changed: boolean,
): void {
  const subject = new Subject(of);
  for (const made of decisions) subject.put(made);
  subject.target = target ?? undefined;
  subject.changed = changed;
  subjects.set(keyOf(of), subject);
}
