import { describe, expect, test } from 'vitest';
import { stateHash } from '../../src/core/canonical.js';
import type { SequencedEvent } from '../../src/domain/event.js';
import {
  journalAcknowledgement,
  journalSource,
  MemoryDisk,
  openJournal,
  TurnJournal,
} from '../../src/journal/index.js';
import { backtest } from '../../src/streams/replay/backtest.js';
import { MemoryJournal } from '../../src/streams/replay/memory.js';
import { reenact } from '../../src/streams/replay/reenact.js';
import { fullDesk, market, venues } from '../properties/full-desk.js';
import { digest, watch } from '../properties/play.js';
import { busyLog } from './events.js';
import { logOf } from './log-of.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a journal of a run', () => {
  test('gathers what one turn appends into one block, and no more than so many', async () => {
    const disk = new MemoryDisk();
    const journal = await openJournal({ disk });
    const turns = new TurnJournal(journal, { batch: 4 });
    for (const event of busyLog(10)) turns.append(event);
    expect(journal.last).toBe(8);
    await turn();
    expect(journal.last).toBe(10);
    turns.append(busyLog(1, 11)[0] as SequencedEvent);
    await turns.close();
    const blocks: number[] = [];
    for await (const { from } of (await openJournal({ disk })).blocks(0)) blocks.push(from);
    expect(blocks).toEqual([1, 5, 9, 11]);
  });

  test('acknowledges by policy', async () => {
    const journal = await openJournal({ disk: new MemoryDisk() });
    const turns = new TurnJournal(journal);
    const seen: Record<string, number[]> = { written: [], fsync: [] };
    for (const policy of ['written', 'fsync'] as const)
      journalAcknowledgement(turns, policy).subscribe((seq) => seen[policy]?.push(seq));
    for (const event of busyLog(3)) turns.append(event);
    expect(seen).toEqual({ written: [], fsync: [] });
    turns.flush();
    expect(seen).toEqual({ written: [3], fsync: [] });
    await turn();
    expect(seen).toEqual({ written: [3], fsync: [3] });
    // Who comes late is told at once where the journal is.
    const late: number[] = [];
    journalAcknowledgement(turns, 'received').subscribe((seq) => late.push(seq));
    expect(late).toEqual([3]);
  });

  test('tells a failure to whoever appends and to whoever waits', async () => {
    const turns = new TurnJournal(await openJournal({ disk: new MemoryDisk({ capacity: 300 }) }));
    const errors: string[] = [];
    journalAcknowledgement(turns, 'fsync').subscribe({ error: ({ message }: Error) => errors.push(message) });
    for (const event of busyLog(30)) turns.append(event);
    await turn();
    expect(errors).toEqual([expect.stringContaining('ENOSPC')]);
    expect(() => turns.append(busyLog(1, 31)[0] as SequencedEvent)).toThrow('ENOSPC');
    expect(() => turns.flush()).toThrow('ENOSPC');
    await expect(turns.close()).rejects.toThrow('ENOSPC');
  });

  test('of a full desk is re-enacted to any seq, from the start or from a snapshot, with the same frames', async () => {
    const source = market(3, 2_000);
    const core = fullDesk(source.instruments);
    const disk = new MemoryDisk();
    const journal = await openJournal({ disk, segmentBytes: 20_000, instruments: source.instruments });
    const turns = new TurnJournal(journal);
    const memory = new MemoryJournal();
    const pipeline = backtest(core, source, {
      drivers: venues(),
      barrierEvery: 60,
      journal: {
        append: (event) => {
          memory.append(event);
          turns.append(event);
        },
      },
    });
    const saved: Promise<void>[] = [];
    pipeline.snapshots$.subscribe((snapshot) => saved.push(turns.saveSnapshot(snapshot)));
    const played = await watch(pipeline);
    await Promise.all(saved);
    expect(saved.length).toBeGreaterThan(2);
    expect(await logOf(journal)).toStrictEqual(memory.events);
    await turns.close();
    const stored = await journalSource(disk);
    expect(stored.instruments).toEqual(source.instruments);
    for (const upTo of [1, 77, journal.last]) {
      const wanted = played.digests.filter((line) => Number(line.split('.')[0]) <= upTo);
      const whole: string[] = [];
      await reenact(core, stored, { upTo }).forEach((frame) => void whole.push(digest(frame)));
      expect(whole).toEqual(wanted);
      const restore = await stored.newestSnapshot(upTo - 1);
      if (restore === undefined) continue;
      const tail: string[] = [];
      await reenact(core, await journalSource(disk, { after: restore.seq }), { upTo, restore }).forEach(
        (frame) => void tail.push(digest(frame)),
      );
      expect(tail.length).toBeGreaterThan(0);
      expect(wanted.slice(-tail.length)).toEqual(tail);
    }
    expect(stateHash((await stored.newestSnapshot())?.stages ?? null)).toBe(played.hash);
  });

  test('that fails in the middle halts the run: no new order leaves', async () => {
    const source = market(3, 1_000);
    const turns = new TurnJournal(await openJournal({ disk: new MemoryDisk({ capacity: 3_000 }) }), {
      batch: 8,
    });
    const pipeline = backtest(fullDesk(source.instruments), source, {
      drivers: venues(),
      journal: turns,
      acknowledgements: [journalAcknowledgement(turns, 'written')],
    });
    const { halts } = await watch(pipeline);
    expect(halts).toHaveLength(1);
    expect(halts[0]?.message).toContain('ENOSPC');
  });
});
