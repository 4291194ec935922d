import type { RecordingSource } from 'millrace/streams';

const LOOK_EVENTS = 20_000;

/**
 * About how long the longest of some recordings lasts, in milliseconds: told from its beginning and its size, so that a
 * large file is not read twice.
 */
export async function estimatedSpan(sources: readonly RecordingSource[]): Promise<number> {
  let longest = 0;
  for (const source of sources) longest = Math.max(longest, await spanOf(source));
  return longest;
}

async function spanOf(source: RecordingSource): Promise<number> {
  let first = Number.NaN;
  let last = Number.NaN;
  let events = 0;
  for await (const batch of source.batches()) {
    first = Number.isNaN(first) ? (batch.events[0]?.ts ?? first) : first;
    last = batch.events.at(-1)?.ts ?? last;
    events += batch.events.length;
    if (events >= LOOK_EVENTS) return (last - first) * (source.bytesTotal / Math.max(1, batch.bytesRead));
  }
  return Number.isNaN(first) ? 0 : last - first;
}
