import { Observable } from 'rxjs';
import type { TimedEvent } from '../../domain/event.js';
import type { RecordingSource } from './source.js';

/** How far a replay is. */
export interface ReplayProgress {
  /** Bytes of the file, as stored, that have been consumed. */
  readonly bytesRead: number;
  readonly bytesTotal: number;
  /** Events that have been handed on. */
  readonly events: number;
}

/** What {@link replayEvents} takes besides the source. */
export interface ReplayOptions {
  /** Called after every batch. */
  readonly progress?: (progress: ReplayProgress) => void;
}

/**
 * The events of a recording, as fast as they can be read.
 *
 * ```
 * file    [q t b][t q q]|
 *         replayEvents
 * output  q-t-b--t-q-q-|
 * ```
 *
 * Cold: every subscription reads from the beginning. The next batch is read only after the last one has been
 * handed on, so memory stays bounded however slow the subscriber. Unsubscribing closes the file. A file that is
 * damaged ends the stream with one `InputError`, after what came before the damage.
 *
 * @example
 * replayEvents(source).subscribe(({ ts, event }) => console.log(ts, event.kind));
 */
export function replayEvents(source: RecordingSource, options: ReplayOptions = {}): Observable<TimedEvent> {
  return new Observable((subscriber) => {
    const reading = source.batches()[Symbol.asyncIterator]();
    const { bytesTotal } = source;
    let handedOn = 0;
    const pump = async (): Promise<void> => {
      while (!subscriber.closed) {
        const batch = await reading.next();
        if (subscriber.closed) return;
        if (batch.done) {
          subscriber.complete();
          return;
        }
        for (const timed of batch.value.events) {
          // A subscriber may leave in the middle of a batch (`take`).
          if (subscriber.closed) return;
          subscriber.next(timed);
          handedOn++;
        }
        options.progress?.({ bytesRead: batch.value.bytesRead, bytesTotal, events: handedOn });
      }
    };
    pump().catch((error: unknown) => subscriber.error(error));
    return () => {
      // Nobody listens any more: an error while closing has nobody to be told.
      Promise.resolve(reading.return?.()).catch(() => {});
    };
  });
}
