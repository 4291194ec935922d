import { asyncScheduler, type SchedulerLike, type Subscription } from 'rxjs';
import type { Cancel } from '../../core/clock.js';
import type { ClockTarget, PipelineClock } from '../../core/pipeline-clock.js';
import { TimedHeap } from '../../core/timed-heap.js';

/** Timers of the platform cannot wait longer; the clock wakes up and waits again. */
const LONGEST_WAIT = 2 ** 31 - 1;

/**
 * The clock of a live pipeline: the time of a scheduler, never going back.
 *
 * With RxJS's `asyncScheduler` that is the wall clock; in a marble test it is the test's virtual time. What is due at one
 * time runs in the order of rank and scheduling, as in a replay.
 *
 * @example
 * run(core, { clock: liveClock(), drivers })
 */
export function liveClock(scheduler: SchedulerLike = asyncScheduler): PipelineClock {
  return new LiveClock(scheduler);
}

class LiveClock implements PipelineClock {
  readonly mode = 'live' as const;
  readonly #scheduler: SchedulerLike;
  readonly #heap = new TimedHeap();
  #latest = Number.NEGATIVE_INFINITY;
  #wakeUp: { readonly at: number; readonly subscription: Subscription } | undefined;
  #running = false;

  constructor(scheduler: SchedulerLike) {
    this.#scheduler = scheduler;
  }

  now(): number {
    const now = this.#scheduler.now();
    if (now > this.#latest) this.#latest = now;
    return this.#latest;
  }

  schedule(at: number, rank: number, action: () => unknown): Cancel {
    const cancel = this.#heap.schedule(at, rank, action);
    if (!this.#running) this.#sleep();
    return cancel;
  }

  start(target: ClockTarget): Cancel {
    if (target.startAt > this.#latest) this.#latest = target.startAt;
    return () => {
      this.#wakeUp?.subscription.unsubscribe();
      this.#wakeUp = undefined;
    };
  }

  /** Waits for the next action, if that is sooner than what is waited for already. */
  #sleep(): void {
    const at = this.#heap.nextAt;
    if (at === Number.POSITIVE_INFINITY) return;
    const known = this.#wakeUp;
    if (known !== undefined) {
      if (known.at <= at) return;
      known.subscription.unsubscribe();
    }
    const wait = Math.min(Math.max(0, at - this.#scheduler.now()), LONGEST_WAIT);
    this.#wakeUp = { at, subscription: this.#scheduler.schedule(() => this.#runDue(), wait) };
  }

  #runDue(): void {
    this.#wakeUp = undefined;
    this.#running = true;
    try {
      // A timer counts whole milliseconds and may ring a fraction early: what is due within that fraction is due.
      const now = this.now();
      while (this.#heap.nextAt < now + 1) {
        const due = this.#heap.take();
        if (due === undefined) break;
        if (due.at > this.#latest) this.#latest = due.at;
        due.action();
      }
    } finally {
      this.#running = false;
    }
    this.#sleep();
  }
}
