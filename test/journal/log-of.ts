import type { Snapshot } from '../../src/core/snapshot.js';
import type { SequencedEvent } from '../../src/domain/event.js';
import type { JournalStore } from '../../src/journal/index.js';

/** Everything that a journal still has. */
export async function logOf(journal: JournalStore): Promise<SequencedEvent[]> {
  const all: SequencedEvent[] = [];
  for await (const events of journal.events(journal.first - 1)) all.push(...events);
  return all;
}

/** A snapshot of a pipeline without state. */
export const snapshotAt = (seq: number): Snapshot => ({
  version: 1,
  pipeline: 'p',
  parts: [],
  seq,
  ts: seq,
  stages: { filler: 'x'.repeat(50) },
  derived: [],
  drivers: {},
  gate: [],
  timers: [],
  inbox: [],
  replayed: 0,
});

/** Numbers from 0 to 1, the same for the same seed. */
export function chanceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
