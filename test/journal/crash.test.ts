import { expect, test } from 'vitest';
import type { SequencedEvent } from '../../src/domain/event.js';
import { MemoryDisk, type OpenJournal, openJournal } from '../../src/journal/index.js';
import { manyRuns } from '../properties/many-runs.js';
import { busyLog } from './events.js';
import { chanceOf, logOf, snapshotAt } from './log-of.js';

class Crash extends Error {}

/** What a crash may leave: one of some logs or a prefix of it, of which so much was promised. */
interface Promised {
  histories: (readonly SequencedEvent[])[];
  /** Everything up to here was said to be on the disk. */
  upTo: number;
  /** The first event may be this one or any before it. */
  from: number;
  snapshot: number;
}

/** Works a journal as a pair's member would, small segments, and notes what it was promised. */
async function work(disk: MemoryDisk, promised: Promised): Promise<void> {
  const journal = await openJournal({ disk, segmentBytes: 2_000, retention: { snapshots: 1, bytes: 4_000 } });
  let log: SequencedEvent[] = [];
  const append = async (count: number, shift = 0): Promise<void> => {
    const events = busyLog(count, journal.last + 1).map((event) => ({ ...event, ts: event.ts + shift }));
    log = [...log, ...events];
    promised.histories = [log];
    journal.append(events);
  };
  const sync = async (): Promise<void> => {
    const upTo = journal.last;
    await journal.flushed(upTo, 'fsync');
    promised.upTo = upTo;
  };
  await append(5);
  await append(7);
  await sync();
  for (let round = 0; round < 6; round++) await append(9);
  const syncing = sync();
  // Awaited below, where the crash is told too.
  syncing.catch(() => {});
  await append(3);
  await syncing;
  promised.snapshot = 0;
  promised.from = 21;
  await journal.saveSnapshot(snapshotAt(20));
  promised.snapshot = 20;
  await append(8);
  // The pair knows less than this member: it cuts, in the middle of a block.
  promised.upTo = Math.min(promised.upTo, 40);
  promised.histories = [log, log.slice(0, 40)];
  await journal.truncate(40);
  log = log.slice(0, 40);
  promised.histories = [log];
  await append(6, 7);
  await sync();
  promised.from = 46;
  await journal.saveSnapshot(snapshotAt(45));
  promised.snapshot = 45;
  for (let round = 0; round < 5; round++) await append(9);
  await sync();
  // The leader has only a snapshot for this member.
  const old = log;
  promised.upTo = 0;
  promised.from = 201;
  promised.snapshot = 0;
  promised.histories = [old, Array.from({ length: 200 }) as SequencedEvent[]];
  await journal.beginAt(snapshotAt(200));
  promised.snapshot = 200;
  log = Array.from({ length: 200 }) as SequencedEvent[];
  await append(4);
  await sync();
  await append(2);
  await journal.close();
  promised.upTo = journal.last;
}

async function check(found: OpenJournal, promised: Promised): Promise<void> {
  const log = await logOf(found);
  expect(found.last).toBeGreaterThanOrEqual(promised.upTo);
  expect(found.first).toBeLessThanOrEqual(promised.from);
  const matches = promised.histories.some(
    (history) =>
      found.last <= history.length &&
      log.every(({ seq, ts }) => history[seq - 1] !== undefined && history[seq - 1]?.ts === ts),
  );
  expect(matches).toBe(true);
  expect(log.map(({ seq }) => seq)).toEqual(
    Array.from({ length: found.last - found.first + 1 }, (_, index) => found.first + index),
  );
  const snapshot = await found.newestSnapshot();
  expect(snapshot?.seq ?? 0).toBeGreaterThanOrEqual(promised.snapshot);
  // From what is left, every event is either there or behind a snapshot.
  expect(found.first - 1).toBeLessThanOrEqual(snapshot?.seq ?? 0);
}

/** Effects until the crash; `undefined`: none. Gives how many effects there were. */
async function play(crashAt: number, chance: (() => number) | undefined): Promise<number> {
  let effects = 0;
  let dead = false;
  const disk = new MemoryDisk({
    before: () => {
      effects++;
      if (effects === crashAt) dead = true;
      if (dead) throw new Crash();
    },
  });
  const promised: Promised = { histories: [[]], upTo: 0, from: 1, snapshot: 0 };
  try {
    await work(disk, promised);
  } catch {
    expect(dead).toBe(true);
  }
  // It may crash again while it is made whole.
  let recovering = 0;
  const second = disk.crashed(chance, {
    before: () => {
      recovering++;
      if (recovering === (crashAt % 5) + 1 && dead) throw new Crash();
    },
  });
  let found = second;
  try {
    await (await openJournal({ disk: second })).close();
  } catch (error) {
    if (!(error instanceof Error) || !(error.cause instanceof Crash)) throw error;
  }
  found = second.crashed(chance);
  const journal = await openJournal({ disk: found });
  await check(journal, promised);
  // And it goes on from there.
  journal.append(busyLog(3, journal.last + 1).map((event) => ({ ...event, ts: 2e12 })));
  await journal.flushed(journal.last, 'fsync');
  await journal.close();
  const again = await openJournal({ disk: found.crashed(chance) });
  expect(again.last).toBe(journal.last);
  expect(again.cut).toBeUndefined();
  return effects;
}

test('a crash at every effect of the disk loses nothing that was promised, and leaves a prefix of what was appended', async () => {
  const effects = await play(0, undefined);
  expect(effects).toBeGreaterThan(80);
  for (let at = 1; at <= effects; at++) {
    await play(at, undefined);
    for (let seed = 0; seed < manyRuns(6); seed++) await play(at, chanceOf(at * 1_000 + seed));
  }
});
