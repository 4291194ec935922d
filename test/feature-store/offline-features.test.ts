import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterEach, describe, expect, it } from 'vitest';
import {
  exportParquet,
  type OfflineFeatures,
  offlineFeatures,
  onlineFeatures,
} from '../../src/feature-store/index.js';
import { bits, bruteForce, type Row, rows } from './rows.js';
import { OTHER_VIEW, VIEW } from './views.js';

const folders: string[] = [];
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-features-'));
  folders.push(folder);
  return folder;
};
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const open = (folder: string, options: object = {}): Promise<OfflineFeatures<'a' | 'b'>> =>
  offlineFeatures({ view: VIEW, folder, ...options });
const put = (store: OfflineFeatures, all: readonly Row[]): void => {
  for (const { instrument, eventTime, knownTime, values } of all)
    store.write(instrument, eventTime, knownTime, values);
};
async function held(store: OfflineFeatures): Promise<string[]> {
  const lines: string[] = [];
  for await (const batch of store.batches())
    for (let row = 0; row < batch.count; row++)
      lines.push(
        `${batch.instruments[row]} ${batch.eventTimes[row]} ${batch.knownTimes[row]} ${bits(batch.features.map((column) => column[row] as number))}`,
      );
  return lines;
}
const line = ({ instrument, eventTime, knownTime, values }: Row): string =>
  `${instrument} ${eventTime} ${knownTime} ${bits(values)}`;
const numbered = (count: number): Row[] =>
  Array.from({ length: count }, (_, index) => ({
    instrument: index % 3 === 0 ? 'ESZ6.FUT@cmé' : 'x',
    eventTime: index - 1,
    knownTime: index,
    values: [index / 3, Number.NaN],
  }));

describe('offline features', () => {
  it('joins labels as brute force does, over segments of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        rows,
        fc.array(
          fc.record({ instrument: fc.constantFrom('x', 'y', 'z'), at: fc.integer({ min: 990, max: 2_000 }) }),
          { maxLength: 30 },
        ),
        fc.integer({ min: 1, max: 9 }),
        async (all, labels, batchRows) => {
          const store = await open(newFolder(), { batchRows, segmentRows: 20 });
          put(store, all);
          const set = await store.trainingSet(labels);
          labels.forEach(({ instrument, at }, index) => {
            const expected = bruteForce(all, instrument, at);
            expect(bits(set.row(index))).toBe(bits(expected?.values ?? [Number.NaN, Number.NaN]));
            expect(set.columns.b[index]).toBe(set.row(index)[1]);
            expect(set.eventTimes[index]).toBe(expected?.eventTime ?? Number.NaN);
          });
          await store.close();
        },
      ),
      { numRuns: 15 },
    );
  });

  it('knows a row since it first came, and a correction since its own time', async () => {
    const store = await open(newFolder(), { batchRows: 2 });
    const online = onlineFeatures(VIEW);
    const told: readonly (readonly [knownTime: number, a: number])[] = [
      [10, 1],
      [11, 1],
      [12, 1],
      [13, 2],
      [14, 1],
      [15, 1],
    ];
    for (const [knownTime, a] of told) {
      store.write('x', 10, knownTime, [a, Number.NaN]);
      online.write('x', 10, knownTime, [a, Number.NaN]);
    }
    const labels = told.map(([at]) => ({ instrument: 'x', at }));
    const set = await store.trainingSet(labels);
    expect([...set.knownTimes]).toEqual([10, 10, 10, 13, 14, 14]);
    expect(labels.map(({ at }) => online.asOf('x', at)?.knownTime)).toEqual([...set.knownTimes]);
    await store.close();
  });

  it('backfills: rows that are written later but were known earlier take their place', async () => {
    const store = await open(newFolder());
    store.write('x', 40, 40, [4, 0]);
    await store.seal();
    store.write('x', 10, 10, [1, 0]);
    store.write('x', 41, 45, [5, 0]);
    const set = await store.trainingSet([10, 39, 40, 45].map((at) => ({ instrument: 'x', at })));
    expect([...set.columns.a]).toEqual([1, 1, 4, 5]);
    await store.close();
  });

  it('seals full segments to Feather, and goes on behind them', async () => {
    const folder = newFolder();
    const all = numbered(250);
    const store = await open(folder, { batchRows: 10, segmentRows: 100 });
    put(store, all);
    await store.flush();
    expect(
      readdirSync(folder)
        .filter((name) => /arrows?$/.test(name))
        .sort(),
    ).toEqual(['000001.arrow', '000002.arrow', '000003.arrows']);
    expect(readFileSync(join(folder, '000001.arrow')).subarray(0, 6).toString()).toBe('ARROW1');
    expect(await held(store)).toEqual(all.map(line));
    await store.close();
    const again = await open(folder, { batchRows: 10, segmentRows: 100 });
    expect(readdirSync(folder).filter((name) => name.endsWith('.arrows'))).toEqual([]);
    again.write('x', 1_000, 1_000, [7, 8]);
    expect((await held(again)).slice(0, 250)).toEqual(all.map(line));
    expect(await held(again)).toHaveLength(251);
    await again.close();
  });

  it('cut at any byte, gives back every whole batch', async () => {
    const source = newFolder();
    const all = numbered(40);
    const store = await open(source, { batchRows: 8 });
    put(store, all);
    await store.flush();
    const [stream, sums] = ['000001.arrows', '000001.sums'].map((name) =>
      readFileSync(join(source, name)),
    ) as [Buffer, Buffer];
    await store.close();
    const ends: number[] = [];
    for (let at = 0; at < sums.length; at += 12) ends.push((ends.at(-1) ?? 0) + sums.readUInt32LE(at));
    for (let cut = 0; cut <= stream.length; cut += 97) {
      const folder = newFolder();
      writeFileSync(join(folder, '000001.arrows'), stream.subarray(0, cut));
      writeFileSync(join(folder, '000001.sums'), sums);
      const batches = ends.filter((end) => end <= cut).length - 1;
      const restored = await open(folder);
      expect(await held(restored)).toEqual(all.slice(0, Math.max(batches, 0) * 8).map(line));
      await restored.close();
    }
  });

  it('a torn line of sums, and a batch without one, are no damage', async () => {
    const folder = newFolder();
    const store = await open(folder, { batchRows: 8 });
    put(store, numbered(16));
    await store.flush();
    const copy = newFolder();
    for (const name of ['000001.arrows', '000001.sums']) copyFileSync(join(folder, name), join(copy, name));
    await store.close();
    truncateSync(join(copy, '000001.sums'), statSync(join(copy, '000001.sums')).size - 5);
    appendFileSync(join(copy, '000001.arrows'), 'torn');
    const restored = await open(copy);
    expect(await held(restored)).toEqual(numbered(8).map(line));
    await restored.close();
  });

  it('refuses a flipped byte and other features by name, open or sealed', async () => {
    for (const sealed of [false, true]) {
      const folder = newFolder();
      const store = await open(folder, { batchRows: 8 });
      put(store, numbered(24));
      await store.flush();
      if (sealed) await store.seal();
      const name = sealed ? '000001.arrow' : '000001.arrows';
      const rest = sealed ? '000001.arrow.sha256' : '000001.sums';
      const bytes = readFileSync(join(folder, name));
      const side = readFileSync(join(folder, rest));
      await store.close();
      for (const at of [8, Math.floor(bytes.length / 2), bytes.length - 8]) {
        const copy = newFolder();
        const flipped = Buffer.from(bytes);
        flipped[at] = (flipped[at] as number) ^ 4;
        writeFileSync(join(copy, name), flipped);
        writeFileSync(join(copy, rest), side);
        await expect(open(copy)).rejects.toThrow(new RegExp(`${name} is damaged`));
      }
      const copy = newFolder();
      writeFileSync(join(copy, name), bytes);
      writeFileSync(join(copy, rest), side);
      await expect(offlineFeatures({ view: OTHER_VIEW, folder: copy })).rejects.toThrow(
        /000001.arrow is of other features than view test version 1/,
      );
    }
  });

  it('reads while it is written and sealed: everything that was there, in order', async () => {
    const store = await open(newFolder(), { batchRows: 2, segmentRows: 4 });
    const all = numbered(160);
    put(store, all.slice(0, 40));
    let written = 40;
    const write = setInterval(() => {
      put(store, all.slice(written, written + 6));
      written += 6;
    }, 0);
    try {
      const labels = all.slice(0, 40).map(({ instrument, knownTime }) => ({ instrument, at: knownTime }));
      while (written < all.length) {
        const lines = await held(store);
        expect(lines.length).toBeGreaterThanOrEqual(40);
        expect(lines).toEqual(all.slice(0, lines.length).map(line));
        const { found, knownTimes } = await store.trainingSet(labels);
        expect(found).toBe(40);
        expect([...knownTimes]).toEqual(labels.map(({ at }) => at));
      }
    } finally {
      clearInterval(write);
      await store.close();
    }
  });

  it('a segment that is sealed while it is flushed is flushed all the same', async () => {
    const store = await open(newFolder(), { batchRows: 2, segmentRows: 4 });
    const all = numbered(40);
    for (let at = 0; at < all.length; at += 4) {
      put(store, all.slice(at, at + 1));
      const flushed = store.flush();
      put(store, all.slice(at + 1, at + 4));
      await flushed;
    }
    expect(await held(store)).toEqual(all.map(line));
    await store.close();
  });

  it('keeps others out of its folder', async () => {
    const folder = newFolder();
    const store = await open(folder);
    await expect(open(folder)).rejects.toThrow(/folder|lock|process/i);
    await store.close();
    await (await open(folder)).close();
    expect(() => store.write('x', 1, 1, [1, 2])).toThrow('is closed');
  });

  it('a row that is none is refused, and the rest goes on', async () => {
    const store = await open(newFolder());
    expect(() => store.write('x', 1, Number.NaN, [1, 2])).toThrow('Unix milliseconds');
    expect(() => store.write('x', 1, 1, [1, 2, 3])).toThrow('2 columns, not 3 values');
    store.write('x', 1, 1, [1, 2]);
    expect(await held(store)).toHaveLength(1);
    await expect(store.trainingSet([{ instrument: 'x', at: Number.NaN }])).rejects.toThrow('label 0');
    await store.close();
  });

  it('exports Parquet that another reader reads', async () => {
    const folder = newFolder();
    const store = await open(folder);
    put(store, numbered(20));
    const [path = ''] = await exportParquet(store, join(folder, 'parquet'));
    const file = await asyncBufferFromFile(path);
    const read = await parquetReadObjects({ file });
    expect(read).toHaveLength(20);
    expect(read[3]).toEqual({
      instrument: 'ESZ6.FUT@cmé',
      event_time: 2,
      known_time: 3,
      a: 1,
      b: Number.NaN,
    });
    await store.close();
  });

  it('killed while writing, loses at most a batch', async () => {
    const folder = newFolder();
    const store = await open(folder, { batchRows: 4 });
    put(store, numbered(10));
    // Nothing was flushed: what kill -9 leaves is what the system was given, which is read without the lock's holder.
    const copy = newFolder();
    for (const name of readdirSync(folder).filter((each) => /^\d/.test(each)))
      copyFileSync(join(folder, name), join(copy, name));
    const restored = await open(copy);
    expect(await held(restored)).toEqual(numbered(8).map(line));
    await Promise.all([restored.close(), store.close()]);
  });
});
