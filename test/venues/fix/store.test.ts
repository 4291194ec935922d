import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MemoryDisk } from '../../../src/journal/index.js';
import { FixStoreError } from '../../../src/venues/fix/store/error.js';
import { FixStore, type FixStoreOptions } from '../../../src/venues/fix/store/store.js';
import { chanceOf } from '../../journal/log-of.js';
import { manyRuns } from '../../properties/many-runs.js';

const KEY = 'FIX.4.4:DESK->BROKER';
const FILE = 'session-00000001.fix';
const open = (disk: MemoryDisk, more: Partial<FixStoreOptions> = {}): Promise<FixStore> =>
  FixStore.open({ disk, key: KEY, ...more });
const text = (sequence: number): Buffer => Buffer.from(`message ${sequence}`);

class Crash extends Error {}

describe('a store', () => {
  test('begins at 1, or at what was agreed', async () => {
    expect((await open(new MemoryDisk())).numbers).toEqual({ outgoing: 1, incoming: 1, session: 0 });
    const agreed = await open(new MemoryDisk(), { begin: { outgoing: 7, incoming: 9 } });
    expect(agreed.numbers).toEqual({ outgoing: 7, incoming: 9, session: 0 });
  });

  test('finds numbers and messages again', async () => {
    const disk = new MemoryDisk();
    const store = await open(disk);
    store.sent(1);
    store.sent(2, text(2));
    store.received(2);
    store.received(5);
    store.sent(3);
    const found = await open(disk.crashed());
    expect(found.numbers).toEqual({ outgoing: 4, incoming: 5, session: 0 });
    expect([1, 2, 3].map((sequence) => found.message(sequence)?.toString())).toEqual([
      undefined,
      'message 2',
      undefined,
    ]);
  });

  test('forgets at a reset, and remembers the session', async () => {
    const disk = new MemoryDisk();
    const store = await open(disk);
    store.sent(1, text(1));
    store.received(9);
    store.reset(1_000.5);
    expect(store.numbers).toEqual({ outgoing: 1, incoming: 1, session: 1_000.5 });
    const found = await open(disk.crashed());
    expect(found.numbers).toEqual({ outgoing: 1, incoming: 1, session: 1_000.5 });
    expect(found.message(1)).toBeUndefined();
  });

  test('remembers no more messages than it is told to, and goes on at the right number', async () => {
    const disk = new MemoryDisk();
    const store = await open(disk, { remembered: 3, compactAt: 100 });
    for (let sequence = 1; sequence <= 10; sequence++) store.sent(sequence, text(sequence));
    store.sent(11);
    const remembered = (each: FixStore): number[] =>
      Array.from({ length: 12 }, (_, sequence) => sequence).filter((sequence) => each.message(sequence));
    expect(store.isLarge).toBe(true);
    await store.compact();
    expect(disk.list()).toEqual(['session-00000002.fix']);
    const found = await open(disk.crashed(), { remembered: 3 });
    expect(found.numbers.outgoing).toBe(12);
    expect(remembered(found)).toEqual(remembered(store));
    expect(remembered(found).every((sequence) => sequence >= 8)).toBe(true);
  });

  test('that is empty compacts too', async () => {
    const disk = new MemoryDisk();
    const store = await open(disk, { compactAt: 1, begin: { outgoing: 50, incoming: 60 } });
    await store.compact();
    expect((await open(disk.crashed())).numbers).toEqual({ outgoing: 50, incoming: 60, session: 0 });
  });

  test('is one session’s, and one process’s', async () => {
    const disk = new MemoryDisk();
    await open(disk);
    await expect(open(disk)).rejects.toThrow(/in use/);
    await expect(open(disk.crashed(), { key: 'FIX.4.4:OTHER->BROKER' })).rejects.toThrow(
      /belongs to the session FIX.4.4:DESK->BROKER, not to FIX.4.4:OTHER->BROKER/,
    );
    await expect(open(disk.crashed(), { begin: { outgoing: 1, incoming: 1 } })).rejects.toThrow(/made anew/);
  });

  test.each([
    [{ folder: 'x' }, /and not both/],
    [{ disk: undefined }, /needs a folder/],
    [{ remembered: -1 }, /fix.store.remembered/],
    [{ begin: { outgoing: 0, incoming: 1 } }, /fix.store.begin.outgoing/],
    [{ durability: 'sometimes' }, /fix.store.durability/],
    [{ unknown: 1 }, /unknown/],
  ])('refuses the settings %j', async (more, message) => {
    await expect(open(new MemoryDisk(), more as never)).rejects.toThrow(message);
  });

  test('takes nothing more once the disk has refused', async () => {
    const disk = new MemoryDisk({ capacity: 200 });
    const store = await open(disk);
    expect(() => {
      for (let sequence = 1; sequence < 20; sequence++) store.sent(sequence, text(sequence));
    }).toThrow(/ENOSPC/);
    expect(() => store.received(2)).toThrow(FixStoreError);
    // What did fit is the torn tail of a record.
    const { outgoing } = store.numbers;
    expect((await open(disk.crashed())).numbers.outgoing).toBe(outgoing);
  });
});

async function worked(durability: 'written' | 'synced'): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  const store = await open(disk, { durability });
  for (let sequence = 1; sequence <= 5; sequence++) {
    store.sent(sequence, sequence % 2 === 0 ? text(sequence) : undefined);
    if (durability === 'synced') await store.flushed();
    store.received(sequence + 1);
  }
  if (durability === 'synced') await store.flushed();
  return disk;
}

describe('damage', () => {
  test.each(['written', 'synced'] as const)(
    'of any byte of a %s store is refused, or harms nothing',
    async (durability) => {
      const whole = await worked(durability);
      const { numbers } = await open(whole.crashed());
      const length = whole.bytesOf(FILE).length;
      let refused = 0;
      for (let at = 0; at < length; at++) {
        for (const change of [0x01, 0x80, 0xff]) {
          const disk = whole.crashed();
          const bytes = disk.bytesOf(FILE);
          bytes[at] = (bytes[at] as number) ^ change;
          try {
            // Only a promise that nobody needed may be lost.
            expect((await open(disk)).numbers).toEqual(numbers);
          } catch (error) {
            expect(error).toBeInstanceOf(FixStoreError);
            expect((error as Error).message).toMatch(/session-00000001.fix is corrupt at byte \d+/);
            refused++;
          }
        }
      }
      expect(refused).toBeGreaterThan(length * 2);
    },
  );

  test('of its beginning is refused, emptiness too', async () => {
    for (const length of [0, 1, 15, 40]) {
      const disk = (await worked('written')).crashed();
      disk.open(FILE, 'write').truncate(length);
      await expect(open(disk)).rejects.toThrow(FixStoreError);
    }
  });

  test('by a torn end is cut, and what comes next is found again', async () => {
    const whole = await worked('written');
    const length = whole.bytesOf(FILE).length;
    // The last record is of 26 bytes: it tells that 5 was received.
    for (let at = length - 25; at < length; at++) {
      const disk = whole.crashed();
      disk.open(FILE, 'write').truncate(at);
      const store = await open(disk);
      expect(store.numbers).toEqual({ outgoing: 6, incoming: 5, session: 0 });
      store.sent(6, text(6));
      expect((await open(disk.crashed())).message(6)?.toString()).toBe('message 6');
    }
  });

  test('by a hole before something whole is refused', async () => {
    const disk = (await worked('written')).crashed();
    const bytes = disk.bytesOf(FILE);
    bytes.fill(0, bytes.length - 60, bytes.length - 40);
    await expect(open(disk)).rejects.toThrow(/had been written whole/);
  });
});

/** What the outside was told: nothing less may be found after a crash. */
interface Told {
  /** The highest number that was on the wire. */
  wire: number;
  /** Reports that the application has on record. */
  recorded: number;
  resets: number;
  resetting: boolean;
}

async function work(disk: MemoryDisk, durability: 'written' | 'synced', told: Told): Promise<void> {
  const store = await open(disk, { durability, remembered: 4, compactAt: 600 });
  let sequence = 1;
  const send = async (count: number): Promise<void> => {
    for (let each = 0; each < count; each++) {
      store.sent(sequence, sequence % 3 === 0 ? undefined : text(sequence));
      sequence++;
    }
    if (durability === 'synced') await store.flushed();
    told.wire = sequence - 1;
  };
  const receive = (next: number): void => {
    told.recorded = next - 1;
    store.received(next);
  };
  await send(1);
  await send(4);
  receive(3);
  await send(2);
  receive(9);
  if (store.isLarge) await store.compact();
  await send(20);
  receive(12);
  if (store.isLarge) await store.compact();
  await send(1);
  told.resetting = true;
  store.reset(5_000);
  told.resets++;
  sequence = 1;
  Object.assign(told, { wire: 0, recorded: 0 });
  await send(3);
  told.resetting = false;
  receive(2);
  await store.close();
}

async function play(
  crashAt: number,
  durability: 'written' | 'synced',
  chance?: () => number,
): Promise<boolean> {
  let effects = 0;
  let dead = false;
  const disk = new MemoryDisk({
    before: () => {
      effects++;
      if (effects >= crashAt) {
        dead = true;
        throw new Crash();
      }
    },
  });
  const told: Told = { wire: 0, recorded: 0, resets: 0, resetting: false };
  try {
    await work(disk, durability, told);
  } catch {
    expect(dead).toBe(true);
  }
  // It may crash once more while it is opened.
  let opening = 0;
  let again = disk.crashed(chance, {
    before: () => {
      opening++;
      if (opening === crashAt % 4) throw new Crash();
    },
  });
  let store: FixStore;
  try {
    store = await open(again, { durability });
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
    again = again.crashed(chance);
    store = await open(again, { durability });
  }
  const { outgoing, incoming, session } = store.numbers;
  if (told.resetting) expect(session === 5_000 ? outgoing : told.wire + 1).toBeGreaterThan(told.wire);
  else {
    expect(session).toBe(told.resets === 0 ? 0 : 5_000);
    expect(outgoing, 'no number that was on the wire is used again').toBeGreaterThan(told.wire);
    expect(incoming, 'nothing counts as received that is not on record').toBeLessThanOrEqual(
      told.recorded + 1,
    );
  }
  store.sent(outgoing, text(outgoing));
  expect((await open(again.crashed())).numbers.outgoing).toBe(outgoing + 1);
  return dead;
}

describe('a crash', () => {
  test('of the process at every effect on the disk loses no number', async () => {
    let crashAt = 1;
    while (await play(crashAt, 'written')) crashAt++;
    expect(crashAt).toBeGreaterThan(40);
  });

  test('of the machine at every effect on the disk loses no number that was on the wire', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const chance = chanceOf(seed);
        let crashAt = 1;
        while (await play(crashAt, 'synced', chance)) crashAt++;
        expect(crashAt).toBeGreaterThan(40);
      }),
      { numRuns: manyRuns(5) },
    );
  });
});
