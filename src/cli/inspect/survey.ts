import type { EventKind } from '../../domain/event.js';
import type { Instrument } from '../../domain/instrument.js';
import type { TornTail } from '../../streams/readers/index.js';
import type { RecordingSource } from '../../streams/recording/index.js';

/** What a recording holds. Times are Unix milliseconds, `null` of an empty recording. */
export interface Finding {
  readonly name: string;
  readonly kind: RecordingSource['kind'];
  readonly bytes: number;
  readonly instruments: readonly Instrument[];
  readonly events: number;
  readonly kinds: Readonly<Partial<Record<EventKind, number>>>;
  readonly first: number | null;
  readonly last: number | null;
  readonly tornTail: TornTail | null;
}

/** Reads a recording through; `tail` is asked at its end. */
export async function survey(source: RecordingSource, tail: () => TornTail | undefined): Promise<Finding> {
  const kinds: Partial<Record<EventKind, number>> = {};
  let events = 0;
  let first: number | null = null;
  let last: number | null = null;
  for await (const batch of source.batches()) {
    for (const { ts, event } of batch.events) {
      events++;
      first ??= ts;
      last = ts;
      kinds[event.kind] = (kinds[event.kind] ?? 0) + 1;
    }
  }
  const { name, kind, bytesTotal, instruments } = source;
  return { name, kind, bytes: bytesTotal, instruments, events, kinds, first, last, tornTail: tail() ?? null };
}
