import { asyncScheduler, type SchedulerLike } from 'rxjs';
import type { Cancel } from '../../core/clock.js';
import type { ClockTarget, PipelineClock } from '../../core/pipeline-clock.js';

/**
 * The clock of a live pipeline: the time of a scheduler, never going back.
 *
 * With RxJS's `asyncScheduler` that is the wall clock; in a marble test it is the test's virtual time.
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
  #latest = Number.NEGATIVE_INFINITY;

  constructor(scheduler: SchedulerLike) {
    this.#scheduler = scheduler;
  }

  now(): number {
    const now = this.#scheduler.now();
    if (now > this.#latest) this.#latest = now;
    return this.#latest;
  }

  schedule(at: number, _rank: number, action: () => void): Cancel {
    const scheduled = this.#scheduler.schedule(action, Math.max(0, at - this.now()));
    return () => scheduled.unsubscribe();
  }

  start(target: ClockTarget): Cancel {
    if (target.startAt > this.#latest) this.#latest = target.startAt;
    return () => undefined;
  }
}
