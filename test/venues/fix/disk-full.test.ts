import { describe, expect, test } from 'vitest';
import { MemoryDisk, type MemoryDiskOptions } from '../../../src/journal/index.js';
import {
  encode,
  type Field,
  type FixMessage,
  FixSession,
  FixStore,
  formatTimestamp,
  type LinkListener,
  parse,
  sessionSettings,
  standard,
} from '../../../src/venues/fix/index.js';

const NOW = Date.UTC(2026, 0, 5, 14, 30);
const KEY = 'FIX.4.4:DESK->BROKER';

/** A session that is logged on over a wire of memory, with its store on a disk that may refuse. */
async function session(durability: 'written' | 'synced', options: MemoryDiskOptions) {
  const disk = new MemoryDisk(options);
  const store = await FixStore.open({ disk, key: KEY, durability });
  const wire: FixMessage[] = [];
  const told: string[] = [];
  let listener: LinkListener | undefined;
  let opened = 0;
  let closed = 0;
  const fix: FixSession = new FixSession({
    settings: sessionSettings({
      dialect: standard('FIX.4.4'),
      senderCompID: 'DESK',
      targetCompID: 'BROKER',
      heartbeat: 30,
    }),
    store,
    transport: {
      name: 'memory',
      open(given) {
        opened++;
        listener = given;
        return { write: (bytes) => wire.push(parse(bytes) as FixMessage), close: () => closed++ };
      },
    },
    clock: { now: () => NOW, schedule: () => () => {} },
    application: {
      caughtUp: () => told.push('up'),
      down: () => told.push('down'),
      message: ({ sequence }) => fix.recorded(sequence),
      lost: () => {},
      alert: (code, text) => told.push(`${code}: ${text}`),
    },
  });
  const hear = (sequence: number, type: string, body: readonly Field[] = []): void =>
    listener?.data(
      encode('FIX.4.4', [
        [35, type],
        [49, 'BROKER'],
        [56, 'DESK'],
        [34, sequence],
        [52, formatTimestamp(NOW)],
        ...body,
      ]),
    );
  fix.start();
  listener?.connected();
  await settled();
  hear(1, 'A', [
    [98, 0],
    [108, 30],
  ]);
  return { fix, disk, wire, told, hear, closed: () => closed, opened: () => opened };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const order: readonly Field[] = [
  [35, 'D'],
  [11, 'a1'],
];

/** The number that the next process begins with. */
async function found(disk: MemoryDisk): Promise<number> {
  const store = await FixStore.open({ disk: disk.crashed(), key: KEY });
  return store.numbers.outgoing;
}

describe('a disk that takes nothing more', () => {
  test('ends the session before a message is sent that it has not, with a word to a person', async () => {
    const { fix, disk, wire, told, closed, opened } = await session('written', { capacity: 600 });
    let sent = 0;
    while (fix.send(order) !== undefined) sent++;
    expect(sent).toBeGreaterThan(1);
    expect(wire.filter(({ type }) => type === 'D')).toHaveLength(sent);
    expect(told).toEqual(['up', expect.stringMatching(/^store: .*ENOSPC/), 'down']);
    expect([fix.phase, closed(), opened()]).toEqual(['stopped', 1, 1]);
    expect(fix.send(order)).toBeUndefined();
    expect(await found(disk)).toBe((wire.at(-1)?.sequence as number) + 1);
  });

  test('while a report is counted as received: it is not, and comes again', async () => {
    const { fix, disk, hear, told, closed } = await session('written', { capacity: 600 });
    let next = 2;
    for (; fix.phase === 'up'; next++) hear(next, '8', [[17, `E${next}`]]);
    expect(told.at(-1)).toBe('down');
    expect(closed()).toBe(1);
    const store = await FixStore.open({ disk: disk.crashed(), key: KEY });
    expect(store.numbers.incoming).toBe(next - 1);
  });

  test.each(['written', 'synced'] as const)(
    'at any byte, %s: no number is on the wire that the next process would use again',
    async (durability) => {
      for (let capacity = 150; capacity < 900; capacity += 7) {
        let made: Awaited<ReturnType<typeof session>>;
        try {
          made = await session(durability, { capacity });
        } catch (error) {
          // Not even the store's beginning: nothing was sent.
          expect(String(error)).toMatch(/ENOSPC/);
          continue;
        }
        const { fix, disk, wire } = made;
        for (let tries = 0; tries < 8; tries++) {
          fix.send(order);
          await settled();
        }
        const numbers = wire.map(({ sequence }) => sequence);
        expect(new Set(numbers).size, `${capacity}`).toBe(numbers.length);
        expect(Math.max(0, ...numbers), `${capacity}`).toBeLessThan(await found(disk));
      }
    },
  );
});

describe('a disk that fails when it is synced', () => {
  test('lets nothing out that waited for it, and the connection is closed', async () => {
    let fails = false;
    const { fix, wire, told, closed } = await session('synced', {
      before: (effect) => {
        if (fails && effect.startsWith('sync')) throw new Error(`EIO: ${effect}`);
      },
    });
    await settled();
    const before = wire.length;
    fails = true;
    expect(fix.send(order)).toBe(2);
    expect(fix.send(order)).toBe(3);
    await settled();
    await settled();
    expect(wire).toHaveLength(before);
    expect(told).toEqual(['up', expect.stringMatching(/^store: .*EIO/), 'down']);
    expect([fix.phase, closed()]).toEqual(['stopped', 1]);
    expect(fix.send(order)).toBeUndefined();
  });
});
