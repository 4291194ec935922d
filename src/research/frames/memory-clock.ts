import type { Cancel } from '../../core/clock.js';
import type { ClockTarget, PipelineClock } from '../../core/pipeline-clock.js';
import { TimedHeap } from '../../core/timed-heap.js';
import type { TimedEvent } from '../../domain/event.js';

/** How events in memory are played. */
export interface MemoryClockOptions {
  /** Milliseconds of event time in which what is still due may come after the last event. @default 60000 */
  readonly grace?: number;
  /** Recorded events that were taken before, in a run that was cut. @default those of the snapshot */
  readonly from?: number;
  /** Called when all events were played and nothing is due any more; what it makes due comes yet. */
  readonly beforeEnd?: () => void;
}

/** The clock of a backtest for events in memory: as `replayClock`, without a turn of the event loop between batches. */
export class MemoryClock implements PipelineClock {
  readonly mode = 'replay' as const;
  readonly #events: readonly TimedEvent[];
  readonly #options: MemoryClockOptions;
  readonly #heap = new TimedHeap();
  #now = 0;
  #stopped = false;
  /** How many recorded events were offered, those of earlier runs included. */
  taken = 0;

  constructor(events: readonly TimedEvent[], options: MemoryClockOptions = {}) {
    this.#events = events;
    this.#options = options;
  }

  now(): number {
    return this.#now;
  }

  schedule(at: number, rank: number, action: () => unknown): Cancel {
    return this.#heap.schedule(at, rank, action);
  }

  /** Moves on to a time that a run before had reached. */
  advance(ts: number): void {
    if (ts > this.#now) this.#now = ts;
  }

  /** Ends the clock where it is: nothing comes any more. */
  stop(): void {
    this.#stopped = true;
  }

  start(target: ClockTarget): Cancel {
    this.#now = target.startAt;
    this.#play(target).then(
      () => {
        if (!this.#stopped) target.ended();
      },
      (error: unknown) => {
        if (!this.#stopped) target.failed(error);
      },
    );
    return () => this.stop();
  }

  async #play(target: ClockTarget): Promise<void> {
    // Whoever starts a run has yet to hear of it.
    await undefined;
    const events = this.#events;
    this.taken = this.#options.from ?? target.skip;
    while (this.taken < events.length) {
      const { ts, event } = events[this.taken] as TimedEvent;
      const waits = this.#runDue(ts);
      if (waits !== undefined) await waits;
      if (this.#stopped) return;
      if (ts > this.#now) this.#now = ts;
      this.taken++;
      target.offerRecorded(event);
      if (this.#stopped) return;
    }
    const end = (events.at(-1)?.ts ?? this.#now) + (this.#options.grace ?? 60_000);
    await this.#runDue(end);
    if (this.#stopped || this.#options.beforeEnd === undefined) return;
    this.#options.beforeEnd();
    await this.#runDue(Number.POSITIVE_INFINITY, end + 60_000);
  }

  /** Runs what is due before `until`; gives a promise where time has to stand still for one. */
  #runDue(until: number, limit: number = until): Promise<void> | undefined {
    while (!this.#stopped && this.#heap.nextAt < until && this.#heap.nextAt <= limit) {
      const due = this.#heap.take();
      if (due === undefined) return undefined;
      if (due.at > this.#now) this.#now = due.at;
      const pending = due.action();
      if (pending instanceof Promise) return pending.then(() => this.#runDue(until, limit));
    }
    return undefined;
  }
}
