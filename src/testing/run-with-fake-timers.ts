import { asyncScheduler } from 'rxjs';
import { type Play, type Recording, Stage } from './stage.js';
import { takeTurn } from './take-turn.js';

/** A Node timer fires at once when its delay does not fit 31 bits. */
const longestTimer = 2 ** 31 - 1;

/**
 * Runs a play on vitest's fake timers, and lets promises settle between any two timers.
 *
 * Runs take turns, since there is one clock to fake; the real timers are back when the promise settles. As in Node, a
 * timer of 0 ms that is set while another runs fires a millisecond later, where virtual time has it at once.
 *
 * @throws Error where the timers are faked already, and RangeError for runs of more than 24 days.
 */
export async function runWithFakeTimers(play: Play): Promise<Recording> {
  if (play.horizon > longestTimer) throw new RangeError('settles: a run with timers lasts at most 24 days');
  // Imported late: `emits` works under any test runner.
  const { vi } = await import('vitest');
  const endTurn = await takeTurn();
  try {
    if (vi.isFakeTimers())
      throw new Error('settles: the timers are faked already; call vi.useRealTimers() before');
    vi.useFakeTimers({ now: play.startAt });
    try {
      const stage = new Stage(play, () => Date.now() - play.startAt);
      for (const cue of stage.cues) setTimeout(() => cue.deliver(), cue.at);
      setTimeout(() => stage.close(), play.horizon);
      stage.open(asyncScheduler);
      await vi.advanceTimersByTimeAsync(play.horizon);
      return stage.recording;
    } finally {
      vi.useRealTimers();
    }
  } finally {
    endTurn();
  }
}
