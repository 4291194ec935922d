import type { ClockTarget } from '../../core/pipeline-clock.js';
import type { TimedEvent } from '../../domain/event.js';
import { RecordedTime } from '../../streams/clocks/recorded-time.js';

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
export class MemoryClock extends RecordedTime {
  readonly #events: readonly TimedEvent[];
  readonly #options: MemoryClockOptions;
  /** How many recorded events were offered, those of earlier runs included. */
  taken = 0;

  constructor(events: readonly TimedEvent[], options: MemoryClockOptions = {}) {
    super();
    this.#events = events;
    this.#options = options;
  }

  protected override async play(target: ClockTarget): Promise<void> {
    // Whoever starts a run has yet to hear of it.
    await undefined;
    const events = this.#events;
    this.taken = this.#options.from ?? target.skip;
    while (this.taken < events.length) {
      const { ts, event } = events[this.taken] as TimedEvent;
      const waits = this.runDue(ts);
      if (waits !== undefined) await waits;
      if (this.stopped) return;
      this.advance(ts);
      this.taken++;
      target.offerRecorded(event);
      if (this.stopped) return;
    }
    const end = (events.at(-1)?.ts ?? this.now()) + (this.#options.grace ?? 60_000);
    await this.runDue(end);
    if (this.stopped || this.#options.beforeEnd === undefined) return;
    this.#options.beforeEnd();
    await this.runDue(Number.POSITIVE_INFINITY, end + 60_000);
  }
}
