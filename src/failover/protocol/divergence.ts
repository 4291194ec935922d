import type { StateHash } from './message.js';
import type { MemberState } from './state.js';
import type { Step } from './step.js';

/** How many own barriers are remembered: the other side is never further behind while it is in sync. */
const REMEMBERED = 8;

/** Remembers our state at a barrier. */
export function remember(step: Step, state: StateHash): void {
  const { s } = step;
  s.hashes = [...s.hashes.filter(({ seq }) => seq < state.seq), state].slice(-REMEMBERED);
}

/** Forgets barriers behind a place of the log that was cut. */
export function forgetBehind(step: Step, seq: number): void {
  step.s.hashes = step.s.hashes.filter((each) => each.seq <= seq);
}

/** What differs, in words, when the other side had another state at a barrier that we remember. */
export function divergence(state: MemberState, theirs: StateHash | undefined): string | undefined {
  if (theirs === undefined) return undefined;
  const mine = state.hashes.find(({ seq }) => seq === theirs.seq);
  if (mine === undefined || mine.hash === theirs.hash) return undefined;
  return `the state at seq ${theirs.seq} is ${theirs.hash} there and ${mine.hash} here`;
}
