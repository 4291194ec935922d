import { type MonoTypeOperatorFunction, Observable, takeWhile } from 'rxjs';
import type { TimedEvent } from '../../domain/event.js';
import { type RecordingOptions, RecordingWriter } from './recording-writer.js';

/**
 * Writes every event that passes, of a live feed or any other stream, to a recording of our own, and lets it through.
 *
 * ```
 * input   a-b-c|
 *         record('session.mrr', { kind: 'market', instruments })
 * output  a-b-c---|     (completes when the file is on disk)
 * ```
 *
 * An event is written before it is handed on. Completion and errors of the source pass only after the file is
 * closed; unsubscribing closes it too. A file that cannot be written ends the stream with that error.
 *
 * @param path a new file; an existing one is refused unless `overwrite` is set
 * @example
 * live$.pipe(record('session.mrr', { kind: 'market', instruments }))
 */
export function record<E extends TimedEvent>(
  path: string,
  options: RecordingOptions,
): MonoTypeOperatorFunction<E> {
  return (source) =>
    new Observable<E>((subscriber) => {
      const writer = new RecordingWriter(path, options);
      let open = true;
      const afterClosing = (then: () => void): void => {
        open = false;
        writer.close().then(then, (error: unknown) => subscriber.error(error));
      };
      subscriber.add(() => {
        open = false;
        // Nobody listens any more: an error while closing has nobody to be told.
        writer.close().catch(() => {});
      });
      // A source that emits within `subscribe` can be stopped by nothing but a look before every event.
      return source.pipe(takeWhile(() => open)).subscribe({
        next(timed) {
          try {
            writer.write(timed);
          } catch (error) {
            afterClosing(() => subscriber.error(error));
            return;
          }
          subscriber.next(timed);
        },
        error: (error: unknown) => afterClosing(() => subscriber.error(error)),
        complete: () => afterClosing(() => subscriber.complete()),
      });
    });
}
