import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { ClockTarget, PipelineClock } from '../../core/pipeline-clock.js';
import { numberAtLeast, positiveNumber } from '../../domain/check.js';
import { ConfigurationError } from '../../domain/errors.js';
import type { TimedEvent } from '../../domain/event.js';
import type { RecordingSource } from '../recording/source.js';
import { RecordedTime } from './recorded-time.js';

/** How far a replay is. */
export interface ReplayClockProgress {
  readonly bytesRead: number;
  readonly bytesTotal: number;
  readonly events: number;
  /** Time of the recording, Unix milliseconds. */
  readonly ts: number;
}

/** How a recording is played. */
export interface ReplayClockOptions {
  /** Seconds of the recording in one second of the wall clock. @default Infinity: as fast as it goes */
  readonly speed?: number;
  /** How long, in milliseconds of event time, what is still due may come after the recording's end. @default 60000 */
  readonly grace?: number;
  /** Called after every batch. */
  readonly progress?: (progress: ReplayClockProgress) => void;
}

/**
 * The clock of a backtest: time is the recording's.
 *
 * Recorded events and whatever simulated drivers have scheduled share one order: time, then rank (the recording
 * first), then order of scheduling. The recording is read batch by batch as the pipeline takes it, so a file
 * larger than memory is fine.
 *
 * @throws ConfigurationError for a journal, which is to be re-enacted and not to meet simulated drivers
 *
 * @example
 * run(core, { clock: replayClock(recording), drivers: [] });
 */
export function replayClock(source: RecordingSource, options: ReplayClockOptions = {}): PipelineClock {
  if (source.kind !== 'market') {
    throw new ConfigurationError(
      `${source.name} is a journal: a log with its own reports and decisions. Use reenact() for it; a backtest wants recorded market data`,
    );
  }
  const speed = options.speed ?? Number.POSITIVE_INFINITY;
  if (speed !== Number.POSITIVE_INFINITY) positiveNumber('replay options.speed', speed);
  numberAtLeast('replay options.grace', options.grace ?? 0, 0);
  return new ReplayClock(source, speed, options.grace ?? 60_000, options.progress);
}

class ReplayClock extends RecordedTime {
  readonly #source: RecordingSource;
  readonly #speed: number;
  readonly #grace: number;
  readonly #progress: ((progress: ReplayClockProgress) => void) | undefined;

  constructor(
    source: RecordingSource,
    speed: number,
    grace: number,
    progress: ((progress: ReplayClockProgress) => void) | undefined,
  ) {
    super();
    this.#source = source;
    this.#speed = speed;
    this.#grace = grace;
    this.#progress = progress;
  }

  protected override async play(target: ClockTarget): Promise<void> {
    let { skip } = target;
    let events = 0;
    let end = 0;
    let origin: { readonly wall: number; readonly ts: number } | undefined;
    for await (const batch of this.#source.batches()) {
      const recorded = batch.events;
      // Not by its iterator: in a function that may wait, that makes an object for every event.
      for (let place = 0; place < recorded.length; place++) {
        const { ts, event } = recorded[place] as TimedEvent;
        if (this.stopped) return;
        events++;
        end = ts;
        if (skip > 0) {
          skip--;
          continue;
        }
        if (this.#speed !== Number.POSITIVE_INFINITY) {
          origin ??= { wall: performance.now(), ts };
          const wait = (ts - origin.ts) / this.#speed - (performance.now() - origin.wall);
          if (wait > 1) await pause(wait);
          if (this.stopped) return;
        }
        const waits = this.runDue(ts);
        if (waits !== undefined) await waits;
        if (this.stopped) return;
        this.advance(ts);
        target.offerRecorded(event);
      }
      this.#progress?.({
        bytesRead: batch.bytesRead,
        bytesTotal: this.#source.bytesTotal,
        events,
        ts: this.now(),
      });
      // A turn of the event loop for signals, progress bars and whoever else lives in the process.
      await nextTurn();
    }
    // Counted from the recording's end, not from now: a run restored after it has used up some of the grace.
    await this.runDue(end + this.#grace);
  }
}
