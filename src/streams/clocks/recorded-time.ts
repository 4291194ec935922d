import type { Cancel } from '../../core/clock.js';
import type { ClockTarget, PipelineClock } from '../../core/pipeline-clock.js';
import { TimedHeap } from '../../core/timed-heap.js';

/** What the clocks of recorded events share: time that only they move, and what is due in it. */
export abstract class RecordedTime implements PipelineClock {
  readonly mode = 'replay' as const;
  readonly #heap: TimedHeap = new TimedHeap();
  #now = 0;
  #stopped = false;

  now(): number {
    return this.#now;
  }

  schedule(at: number, rank: number, action: () => unknown): Cancel {
    return this.#heap.schedule(at, rank, action);
  }

  /** Moves on to a time; never back. */
  advance(ts: number): void {
    if (ts > this.#now) this.#now = ts;
  }

  /** Ends the clock where it is: nothing comes any more. */
  stop(): void {
    this.#stopped = true;
  }

  start(target: ClockTarget): Cancel {
    this.#now = target.startAt;
    this.play(target).then(
      () => {
        if (!this.#stopped) target.ended();
      },
      (error: unknown) => {
        if (!this.#stopped) target.failed(error);
      },
    );
    return () => this.stop();
  }

  protected get stopped(): boolean {
    return this.#stopped;
  }

  /** Offers the events, each when what was due before it has run; done when nothing comes any more. */
  protected abstract play(target: ClockTarget): Promise<void>;

  /** Runs what is due before `until`, and not after `limit`; gives a promise where time has to stand still for one. */
  protected runDue(until: number, limit: number = until): Promise<void> | undefined {
    while (!this.#stopped && this.#heap.nextAt < until && this.#heap.nextAt <= limit) {
      const due = this.#heap.take();
      if (due === undefined) return undefined;
      this.advance(due.at);
      const pending = due.action();
      if (pending instanceof Promise) return pending.then(() => this.runDue(until, limit));
    }
    return undefined;
  }
}
