import type { RecordingSource } from 'millrace/streams';

/** From when to when a recording spoke. */
export interface Heard {
  readonly name: string;
  first: number;
  last: number;
}

const DAY = 86_400_000;

/** Notes from when to when a recording speaks while it is played. */
export function watched(source: RecordingSource, heard: Heard[]): RecordingSource {
  return {
    ...source,
    async *batches() {
      const mine: Heard = { name: source.name, first: Number.NaN, last: Number.NaN };
      heard.push(mine);
      for await (const batch of source.batches()) {
        const [first] = batch.events;
        if (first !== undefined) {
          if (Number.isNaN(mine.first)) mine.first = first.ts;
          mine.last = batch.events.at(-1)?.ts ?? mine.last;
        }
        yield batch;
      }
    },
  };
}

/** Says where recordings lie more than a day apart: results across such a gap are two results. */
export function noteGaps(heard: readonly Heard[]): readonly string[] {
  const known = heard.filter(({ first }) => !Number.isNaN(first)).sort((a, b) => a.first - b.first);
  const notes: string[] = [];
  let [latest] = known;
  for (const next of known.slice(1)) {
    if (latest === undefined) break;
    const days = (next.first - latest.last) / DAY;
    if (days > 1) {
      notes.push(
        `the recordings lie apart: ${next.name} begins ${days.toFixed(0)} days after ${latest.name} ends; positions are carried across`,
      );
    }
    if (next.last > latest.last) latest = next;
  }
  return notes;
}
