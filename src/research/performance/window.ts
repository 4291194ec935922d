import { refuse } from '../../domain/check.js';
import type { ControlEvent, TimedEvent } from '../../domain/event.js';
import type { RecordingSource } from '../../streams/recording/source.js';

/** A stretch of time, `[from, to)` in Unix milliseconds. */
export interface TimeWindow {
  readonly from?: number;
  readonly to?: number;
}

/** @throws ConfigurationError for times that are none, or an end that is not behind the beginning */
export function checkWindow(name: string, { from, to }: TimeWindow): void {
  if (from !== undefined && !Number.isFinite(from)) refuse(`${name}.from`, 'Unix milliseconds', from);
  if (to !== undefined && !(to > (from ?? Number.NEGATIVE_INFINITY) && Number.isFinite(to)))
    refuse(`${name}.to`, `Unix milliseconds behind ${from ?? 'the beginning'}`, to);
}

const word = (action: ControlEvent['action']): ControlEvent => ({
  kind: 'control',
  action,
  scope: 'desk',
  value: 0,
  by: 'research',
  reason: 'outside of the window that is measured',
});

/**
 * A recording up to a time, in which a desk trades from a time on. Before that it sees everything and its operator has
 * halted it: books, features and models are as warm as they would be live.
 *
 * ```
 * source  a--b--c--d--e|
 *         windowOf(source, { from: c, to: e })
 * output  Ka--b--Rc--d|       K halt, R resume
 * ```
 */
export function windowOf(source: RecordingSource, { from, to }: TimeWindow): RecordingSource {
  if (from === undefined && to === undefined) return source;
  return {
    ...source,
    async *batches() {
      let halted = from === undefined ? 'never' : 'before';
      for await (const { events, bytesRead } of source.batches()) {
        const kept: TimedEvent[] = [];
        for (const timed of events) {
          if (to !== undefined && timed.ts >= to) {
            yield { events: kept, bytesRead: source.bytesTotal };
            return;
          }
          if (halted === 'before' && timed.ts < (from as number)) {
            kept.push({ ts: timed.ts, event: word('kill') });
            halted = 'halted';
          } else if (halted === 'halted' && timed.ts >= (from as number)) {
            kept.push({ ts: from as number, event: word('resume') });
            halted = 'never';
          }
          kept.push(timed);
        }
        yield { events: kept, bytesRead };
      }
    },
  };
}
