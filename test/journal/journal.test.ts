import { describe, expect, test } from 'vitest';
import { ConfigurationError, InputError } from '../../src/domain/errors.js';
import { instrument } from '../../src/domain/instrument.js';
import type { Disk } from '../../src/journal/disk/disk.js';
import {
  BlockEncoder,
  JournalError,
  type JournalOptions,
  type JournalStore,
  journalSource,
  MemoryDisk,
  openJournal,
} from '../../src/journal/index.js';
import { busyLog } from './events.js';
import { logOf, snapshotAt } from './log-of.js';

const SMALL = { segmentBytes: 2_000 };

/** A journal of blocks of five events. */
async function written(disk: MemoryDisk, blocks: number, options: JournalOptions = {}): Promise<void> {
  const journal = await openJournal({ disk, ...SMALL, ...options });
  for (let block = 0; block < blocks; block++) journal.append(busyLog(5, journal.last + 1));
  await journal.close();
}

const segments = (disk: MemoryDisk): string[] =>
  disk
    .list()
    .filter((name) => name.endsWith('.mrj'))
    .sort();

describe('a journal', () => {
  test('is empty at first, and gives back what was appended, over many segments and openings', async () => {
    const disk = new MemoryDisk();
    const journal = await openJournal({ disk, ...SMALL });
    expect(journal).toMatchObject({ first: 1, last: 0, cut: undefined });
    expect(await logOf(journal)).toEqual([]);
    await journal.close();
    for (let round = 0; round < 4; round++) await written(disk, 10);
    expect(segments(disk).length).toBeGreaterThan(3);
    const again = await openJournal({ disk, ...SMALL });
    expect(again).toMatchObject({ first: 1, last: 200, cut: undefined });
    expect(await logOf(again)).toStrictEqual(busyLog(200));
  });

  test('reads from any place on, in blocks as they were sent or in events', async () => {
    const disk = new MemoryDisk();
    await written(disk, 40);
    const journal = await openJournal({ disk });
    for (const after of [0, 1, 4, 5, 93, 199, 200, 500]) {
      const events = [];
      for await (const some of journal.events(after)) events.push(...some);
      expect(events).toStrictEqual(busyLog(200).slice(after));
      const blocks = [];
      for await (const block of journal.blocks(after)) blocks.push(block);
      expect(blocks.length).toBe(after >= 200 ? 0 : 40 - Math.floor(after / 5));
      if (blocks[0] !== undefined) expect(blocks[0].bytes).toEqual(blockOf(blocks[0].from).bytes);
    }
  });

  test('reads what is near the end of a long segment without what stands before it', async () => {
    let bytesRead = 0;
    const memory = new MemoryDisk();
    const disk: Disk = {
      name: 'counted',
      list: () => memory.list(),
      rename: (from, to) => memory.rename(from, to),
      remove: (name) => memory.remove(name),
      syncNames: () => memory.syncNames(),
      lock: () => memory.lock(),
      open(name, mode) {
        const file = memory.open(name, mode);
        return {
          size: () => file.size(),
          write: (bytes, position) => file.write(bytes, position),
          sync: () => file.sync(),
          truncate: (length) => file.truncate(length),
          close: () => file.close(),
          async read(position, length) {
            const bytes = await file.read(position, length);
            bytesRead += bytes.length;
            return bytes;
          },
        };
      },
    };
    const tailOf = async (store: JournalStore, count: number): Promise<number> => {
      bytesRead = 0;
      const log = [];
      for await (const events of store.events(store.last - count)) log.push(...events);
      expect(log).toStrictEqual(busyLog(count, store.last - count + 1));
      return bytesRead;
    };
    const more = (store: JournalStore): void => {
      for (let block = 0; block < 1_000; block++) store.append(busyLog(5, store.last + 1));
    };
    const few = 200_000;
    const journal = await openJournal({ disk });
    for (let round = 0; round < 3; round++) more(journal);
    expect(memory.used).toBeGreaterThan(5 * few);
    expect(await tailOf(journal, 7)).toBeLessThan(few);
    await journal.truncate(journal.last - 3);
    more(journal);
    expect(await tailOf(journal, 7)).toBeLessThan(few);
    expect(await tailOf(journal, 5_500)).toBeGreaterThan(few);
    await journal.close();
    const again = await openJournal({ disk });
    expect(await tailOf(again, 7)).toBeLessThan(few);
    expect(await tailOf(again, again.last)).toBeGreaterThan(few);
  });

  const blockOf = (from: number): { readonly bytes: Uint8Array } =>
    new BlockEncoder().encode(busyLog(5, from));

  test('takes the blocks of another member as they are, and refuses what does not follow', async () => {
    const disk = new MemoryDisk();
    const journal = await openJournal({ disk });
    const block = new BlockEncoder().encode(busyLog(5));
    expect(journal.appendBlock(block)).toStrictEqual(busyLog(5));
    expect(journal.last).toBe(5);
    const refusals: [() => unknown, string][] = [
      [() => journal.appendBlock(block), 'seq 6 is due, not 1'],
      [() => journal.append(busyLog(1, 9)), 'seq 6 is due, not 9'],
      [() => journal.append([]), 'a block holds at least one event'],
      [
        () => journal.appendBlock({ ...new BlockEncoder().encode(busyLog(2, 6)), to: 9 }),
        'a block of events 6 to 7 was sent as 6 to 9',
      ],
      [() => journal.appendBlock({ from: 6, to: 6, bytes: new Uint8Array(70) }), 'a block begins with MRLB'],
    ];
    for (const [call, message] of refusals) {
      expect(call).toThrow(InputError);
      expect(call).toThrow(message);
    }
    journal.append(busyLog(2, 6));
    expect(await logOf(journal)).toStrictEqual(busyLog(7));
  });

  test('says how far the disk is: one sync for all that came meanwhile', async () => {
    const syncs: string[] = [];
    const disk = new MemoryDisk({
      before: (effect) => void (effect.startsWith('sync ') && syncs.push(effect)),
    });
    const journal = await openJournal({ disk });
    syncs.length = 0;
    journal.append(busyLog(5));
    await journal.flushed(5, 'received');
    await journal.flushed(5, 'written');
    expect(syncs).toEqual([]);
    const waiting = [1, 2, 5].map((seq) => journal.flushed(seq, 'fsync'));
    journal.append(busyLog(5, 6));
    waiting.push(journal.flushed(10, 'fsync'));
    await Promise.all(waiting);
    expect(syncs).toEqual(['sync journal-0000000000000001.mrj', 'sync names']);
    await journal.flushed(10, 'fsync');
    expect(syncs).toHaveLength(2);
    await expect(journal.flushed(11, 'written')).rejects.toThrow('seq 11 was not appended; the last is 10');
    await expect(journal.flushed(Number.NaN, 'fsync')).rejects.toThrow('seq NaN was not appended');
  });

  test('wakes whoever waits right after another was told', async () => {
    const journal = await openJournal({ disk: new MemoryDisk() });
    for (let seq = 1; seq <= 20; seq++) {
      journal.append(busyLog(1, seq));
      await journal.flushed(seq, 'fsync');
    }
    expect(journal.last).toBe(20);
  });

  test('keeps definitions of instruments for its readers', async () => {
    const disk = new MemoryDisk();
    const btc = instrument({
      venue: 'v',
      symbol: 'BTC',
      kind: 'spot',
      base: 'BTC',
      quote: 'USD',
      tick: '0.01',
      lot: '1',
    });
    await written(disk, 1, { instruments: [btc] });
    await written(disk, 30);
    expect((await journalSource(disk)).instruments).toEqual([btc]);
  });

  test.each<[string, JournalOptions, string]>([
    ['nothing', {}, 'either a folder or a disk'],
    [
      'segments too small',
      { disk: new MemoryDisk(), segmentBytes: 3 },
      'segmentBytes must be an integer of at least',
    ],
    ['NaN', { disk: new MemoryDisk(), segmentBytes: Number.NaN }, 'segmentBytes must be an integer'],
    [
      'an unknown option',
      { disk: new MemoryDisk(), durable: 1 } as JournalOptions,
      'unknown setting "durable"',
    ],
    ['no snapshot', { disk: new MemoryDisk(), retention: { snapshots: 0 } }, 'retention.snapshots must be'],
    [
      'an age of nothing',
      { disk: new MemoryDisk(), retention: { age: 0 } },
      'retention.age must be a number above',
    ],
  ])('refuses %s', async (_name, options, message) => {
    await expect(openJournal(options)).rejects.toThrow(ConfigurationError);
    await expect(openJournal(options)).rejects.toThrow(message);
  });
});

describe('damage', () => {
  test('at the end that nobody was promised is cut, and told', async () => {
    const disk = new MemoryDisk();
    const journal = await openJournal({ disk });
    for (let block = 0; block < 4; block++) journal.append(busyLog(5, journal.last + 1));
    const bytes = disk.bytesOf(segments(disk)[0] as string);
    for (let at = 200; at < bytes.length; at += 61) {
      const found = disk.crashed();
      const byte = found.bytesOf(segments(found)[0] as string);
      byte[at] = (byte[at] as number) ^ 0x10;
      const opened = await openJournal({ disk: found });
      expect(opened.last).toBeLessThan(20);
      expect(opened.cut).toMatchObject({ file: segments(disk)[0] });
      expect(await logOf(opened)).toStrictEqual(busyLog(opened.last));
    }
  });

  test('in the middle, behind which whole records tell of a sync, names file, byte and events', async () => {
    const disk = new MemoryDisk();
    const journal = await openJournal({ disk });
    for (let block = 0; block < 4; block++) {
      journal.append(busyLog(5, journal.last + 1));
      await journal.flushed(journal.last, 'fsync');
    }
    const name = segments(disk)[0] as string;
    for (let at = 60; at < 300; at += 7) {
      const found = disk.crashed();
      const bytes = found.bytesOf(name);
      bytes[at] = (bytes[at] as number) ^ 1;
      await expect(openJournal({ disk: found })).rejects.toThrow(
        /memory, journal-0000000000000001.mrj, byte \d+: .* events 1 to 15 were on the disk and are damaged\. Restore/,
      );
      // A refused folder is not locked, and not changed.
      await expect(openJournal({ disk: found })).rejects.toThrow(InputError);
    }
  });

  test('by a segment that is missing is refused', async () => {
    const disk = new MemoryDisk();
    await written(disk, 10);
    await written(disk, 40);
    disk.remove(segments(disk)[2] as string);
    await expect(openJournal({ disk })).rejects.toThrow(
      /begins at seq \d+, and \d+ is due: events \d+ to \d+ were/,
    );
    await expect(
      (async () => {
        for await (const _ of (await journalSource(disk)).batches());
      })(),
    ).rejects.toThrow(/is due/);
  });

  test('that took the log from under its snapshot is refused', async () => {
    const disk = new MemoryDisk();
    const journal = await openJournal({ disk });
    journal.append(busyLog(5));
    journal.append(busyLog(5, 6));
    await journal.saveSnapshot(snapshotAt(10));
    await journal.close();
    const bytes = disk.bytesOf(segments(disk)[0] as string);
    bytes[bytes.length - 20] = 0xaa;
    await expect(openJournal({ disk })).rejects.toThrow(
      /snapshot-0000000000000010.mrs is there, and the journal ends at 5/,
    );
  });
});

describe('a disk that fails', () => {
  test('is final: a full one is named, and so is what was refused', async () => {
    const disk = new MemoryDisk({ capacity: 3_000 });
    const journal = await openJournal({ disk });
    let error: unknown;
    for (let block = 0; block < 20 && error === undefined; block++) {
      try {
        journal.append(busyLog(5, journal.last + 1));
      } catch (caught) {
        error = caught;
      }
    }
    expect(error).toBeInstanceOf(JournalError);
    const { last } = journal;
    const message = new RegExp(`cannot write events ${last + 1} to ${last + 5}: ENOSPC: no space left`);
    expect((error as Error).message).toMatch(message);
    expect(() => journal.append(busyLog(1, last + 1))).toThrow(message);
    expect(() => journal.appendBlock(new BlockEncoder().encode(busyLog(1, last + 1)))).toThrow(message);
    await expect(journal.flushed(1, 'received')).rejects.toThrow(message);
    await expect(journal.truncate(1)).rejects.toThrow(message);
    await expect(journal.saveSnapshot(snapshotAt(1))).rejects.toThrow(message);
    await expect(journal.close()).rejects.toThrow(message);
    const found = await openJournal({ disk: disk.crashed() });
    expect(await logOf(found)).toStrictEqual(busyLog(last));
  });

  test('while it syncs rejects whoever waits, and everybody after', async () => {
    let fail = false;
    const disk = new MemoryDisk({
      before: (effect) => {
        if (fail && effect.startsWith('sync ')) throw new Error('EIO: i/o error, fdatasync');
      },
    });
    const journal = await openJournal({ disk });
    journal.append(busyLog(5));
    fail = true;
    await expect(journal.flushed(5, 'fsync')).rejects.toThrow(/cannot sync events up to 5: EIO/);
    fail = false;
    // What the system said it lost once may be lost for good: a second sync that succeeds proves nothing.
    await expect(journal.flushed(5, 'fsync')).rejects.toThrow(JournalError);
  });
});

describe('cutting', () => {
  test('removes events and snapshots behind a seq, in the middle of a block too, and goes on from there', async () => {
    for (const seq of [0, 1, 5, 6, 7, 52, 95, 99, 100, 200]) {
      const disk = new MemoryDisk();
      const journal = await openJournal({ disk, ...SMALL });
      for (let block = 0; block < 20; block++) journal.append(busyLog(5, journal.last + 1));
      await journal.saveSnapshot(snapshotAt(50));
      await journal.saveSnapshot(snapshotAt(100));
      await journal.truncate(seq);
      const last = Math.min(seq, 100);
      expect(journal.last).toBe(last);
      expect((await journal.newestSnapshot())?.seq).toBe(last === 100 ? 100 : last >= 50 ? 50 : undefined);
      const more = busyLog(4, last + 1).map((event) => ({ ...event, ts: 2e12 }));
      journal.append(more);
      await journal.close();
      const again = await openJournal({ disk });
      expect(await logOf(again)).toStrictEqual([...busyLog(last), ...more]);
    }
  });

  test('refuses what cannot be, and appends meanwhile', async () => {
    const journal = await openJournal({ disk: new MemoryDisk() });
    journal.append(busyLog(10));
    await expect(journal.truncate(-1)).rejects.toThrow('it cannot be cut behind -1');
    await expect(journal.truncate(Number.NaN)).rejects.toThrow('behind NaN');
    const cutting = journal.truncate(3);
    await Promise.resolve();
    await Promise.resolve();
    expect(() => journal.append(busyLog(1, 11))).toThrow('is being cut');
    await cutting;
    journal.append(busyLog(1, 4));
    expect(journal.last).toBe(4);
  });

  test('and beginning behind the snapshot of another member', async () => {
    const disk = new MemoryDisk();
    const journal = await openJournal({ disk, ...SMALL });
    for (let block = 0; block < 20; block++) journal.append(busyLog(5, journal.last + 1));
    for (const seq of [500, 60, 61]) {
      await journal.beginAt(snapshotAt(seq));
      expect(journal).toMatchObject({ first: seq + 1, last: seq });
      expect(await journal.newestSnapshot()).toEqual(snapshotAt(seq));
      journal.append(busyLog(5, seq + 1));
      expect(await logOf(journal)).toStrictEqual(busyLog(5, seq + 1));
    }
    await journal.close();
    const again = await openJournal({ disk });
    expect(again).toMatchObject({ first: 62, last: 66, cut: undefined });
    await expect(
      (async () => {
        for await (const _ of again.events(10));
      })(),
    ).rejects.toThrow('events from 11 on were asked for, and the journal begins at 62');
  });
});

describe('retention', () => {
  const many = async (disk: MemoryDisk, options: JournalOptions, snapshots: readonly number[]) => {
    const journal = await openJournal({ disk, ...SMALL, ...options });
    for (let block = 0; block < 60; block++) {
      journal.append(busyLog(5, journal.last + 1));
      if (snapshots.includes(journal.last)) await journal.saveSnapshot(snapshotAt(journal.last));
    }
    await journal.saveSnapshot(snapshotAt(snapshots.at(-1) ?? 0));
    return journal;
  };

  test('removes nothing without being asked, and nothing that a kept snapshot needs', async () => {
    const kept = await many(new MemoryDisk(), {}, [50, 100, 250]);
    expect(kept.first).toBe(1);
    const covered = await many(new MemoryDisk(), { retention: { snapshots: 2 } }, [50, 100, 250]);
    expect(covered.first).toBeGreaterThan(70);
    expect(covered.first).toBeLessThanOrEqual(101);
    expect((await covered.newestSnapshot(249))?.seq).toBe(100);
    expect(await covered.newestSnapshot(99)).toBeUndefined();
    expect(await logOf(covered)).toStrictEqual(busyLog(300 - covered.first + 1, covered.first));
  });

  test('by bytes and by age goes no further than it must', async () => {
    const disk = new MemoryDisk();
    const bytes = await many(disk, { retention: { snapshots: 1, bytes: 12_000 } }, [250]);
    expect(bytes.first).toBeGreaterThan(1);
    expect(bytes.first).toBeLessThan(250);
    expect(disk.used).toBeLessThan(14_000);
    // Half a millisecond from event to event.
    const age = await many(new MemoryDisk(), { retention: { snapshots: 1, age: 100 } }, [290]);
    expect(age.first).toBeGreaterThan(60);
    expect(age.first).toBeLessThanOrEqual(101);
    const young = await many(new MemoryDisk(), { retention: { snapshots: 1, age: 10_000 } }, [290]);
    expect(young.first).toBe(1);
  });

  test('passes a damaged snapshot over for an older one, and refuses one ahead of the log', async () => {
    const disk = new MemoryDisk();
    const journal = await many(disk, {}, [100, 200]);
    const bytes = disk.bytesOf('snapshot-0000000000000200.mrs');
    bytes[50] = (bytes[50] as number) ^ 1;
    expect((await journal.newestSnapshot())?.seq).toBe(100);
    await expect(journal.saveSnapshot(snapshotAt(301))).rejects.toThrow(
      'a snapshot at seq 301 is ahead of the journal',
    );
  });
});
