import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type KeyFiles, readKeyFile, writeKeyFiles } from '../../src/failover/index.js';
import { exportParquet, featureView, offlineFeatures, redisFeatures } from '../../src/feature-store/index.js';
import { redisSignalFeed, type SignalFeed, zeromqSignalFeed } from '../../src/queues/index.js';
import { describeBuilt } from '../desk/built.js';
import { WHY_NOT, PYTHON as WITH_ZMQ } from '../failover/bridge/python.js';
import { bits } from '../feature-store/rows.js';
import { VIEW } from '../feature-store/views.js';
import { feedConformance, heard, said } from '../queues/feed-conformance.js';
import { REDIS } from './plans.js';
import { describeWithServer, RunningServer } from './server.js';

const PYTHON = resolve('.frames/bin/python');
const ROUNDS = Number(process.env['MILLRACE_KILLS'] ?? (process.env['MILLRACE_LONG'] ? 12 : 3));
const folder = mkdtempSync(join(tmpdir(), 'millrace-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const READ = `
import json, sys
import pandas, polars, pyarrow, pyarrow.parquet
folder = sys.argv[1]
def cells(frame):
    return [[row[0], *[float(cell).hex() for cell in row[1:]]] for row in frame]
stream = pyarrow.ipc.open_stream(folder + "/000002.arrows").read_all()
feather = pandas.read_feather(folder + "/000001.arrow")
lazy = polars.read_ipc(folder + "/000001.arrow")
parquet = pandas.read_parquet(folder + "/parquet/000001.parquet")
schema = pyarrow.ipc.open_file(folder + "/000001.arrow").schema
print(json.dumps({
    "columns": list(feather.columns),
    "fingerprint": schema.metadata[b"fingerprint"].decode(),
    "stream": cells(stream.to_pandas().itertuples(index=False)),
    "feather": cells(feather.itertuples(index=False)),
    "polars": cells(lazy.iter_rows()),
    "parquet": cells(parquet.itertuples(index=False)),
}))
`;

if (existsSync(PYTHON) || process.env['CI'] === 'true') {
  describe('features in Python', () => {
    it('pandas, polars and pyarrow read streams, sealed segments and Parquet, to the bit', async () => {
      const place = join(folder, 'python');
      const store = await offlineFeatures({ view: VIEW, folder: place, batchRows: 16 });
      const row = (index: number): [string, number, number, number[]] => [
        index % 2 === 0 ? 'BTC-USDT.SPOT@binance' : 'x',
        index + 0.125,
        index + 0.25,
        [index / 7, index % 5 === 0 ? Number.NaN : -index],
      ];
      for (let index = 0; index < 40; index++) store.write(...row(index));
      await store.seal();
      for (let index = 40; index < 60; index++) store.write(...row(index));
      await exportParquet(store, join(place, 'parquet'));
      const told = JSON.parse(execFileSync(PYTHON, ['-c', READ, place], { encoding: 'utf8' }));
      await store.close();
      const hex = (value: number): string =>
        execFileSync(PYTHON, ['-c', `print(float("${Number.isNaN(value) ? 'nan' : value}").hex())`], {
          encoding: 'utf8',
        }).trim();
      expect(told.columns).toEqual(['instrument', 'event_time', 'known_time', 'a', 'b']);
      expect(told.fingerprint).toBe(VIEW.fingerprint);
      expect([told.feather.length, told.stream.length, told.parquet.length]).toEqual([40, 20, 60]);
      expect(told.polars).toEqual(told.feather);
      expect(told.parquet).toEqual([...told.feather, ...told.stream]);
      for (const index of [0, 3, 39, 59]) {
        const [instrument, eventTime, knownTime, values] = row(index);
        expect(told.parquet[index]).toEqual([instrument, ...[eventTime, knownTime, ...values].map(hex)]);
      }
    }, 60_000);
  });
} else {
  console.warn(
    'skipped: features in Python (.frames is missing: python3 -m venv .frames && .frames/bin/pip install pandas pyarrow polars)',
  );
  describe.skip('features in Python (skipped: .frames is missing)', () => {
    it('needs pandas, pyarrow and polars', () => {});
  });
}

describeBuilt('a feature store that is killed', 'dist/feature-store/index.js', ({ path }) => {
  const script = `
    const { featureView, offlineFeatures } = await import(${JSON.stringify(path)});
    const view = featureView({ name: 'test', version: 1, features: { a: { fingerprint: 'a()' }, b: { fingerprint: 'b()' } }, ttl: 50 });
    const store = await offlineFeatures({ view, folder: process.argv[1], batchRows: 50, segmentRows: 5000 });
    let count = 0;
    for await (const batch of store.batches()) count += batch.count;
    console.log('from ' + count);
    for (;;) {
      for (let step = 0; step < 500; step++, count++) store.write('x', count, count, [count / 3, -count]);
      await store.flush();
      console.log('held ' + count);
    }`;

  it('keeps every row that was flushed, in order and once, whenever the kill comes', async () => {
    const place = join(folder, 'killed');
    let flushed = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script, place], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let output = '';
      const started = new Promise<void>((done) => {
        child.stdout.on('data', (data: Buffer) => {
          output += data.toString();
          if (output.includes('held')) done();
        });
      });
      const ended = new Promise((done) => child.on('close', done));
      await Promise.race([started, ended]);
      await new Promise((done) => setTimeout(done, (round * 37) % 150));
      child.kill('SIGKILL');
      await ended;
      const from = Number(/from (\d+)/.exec(output)?.[1]);
      expect(from).toBeGreaterThanOrEqual(flushed);
      flushed = Number([...output.matchAll(/held (\d+)/g)].at(-1)?.[1] ?? flushed);
    }
    const store = await offlineFeatures({ view: VIEW, folder: place });
    let next = 0;
    for await (const batch of store.batches())
      for (let row = 0; row < batch.count; row++, next++)
        if (batch.knownTimes[row] !== next || batch.features[0]?.[row] !== next / 3)
          expect.unreachable(`row ${next} differs`);
    expect(next).toBeGreaterThanOrEqual(flushed);
    expect(flushed).toBeGreaterThan(0);
    await store.close();
  }, 120_000);

  it('writes millions of rows in flat memory', () => {
    const rows = process.env['MILLRACE_LONG'] ? 10_000_000 : 1_000_000;
    const told = execFileSync(
      process.execPath,
      [
        '--expose-gc',
        '--input-type=module',
        '-e',
        `const { featureView, onlineFeatures, offlineFeatures } = await import(${JSON.stringify(path)});
        const view = featureView({ name: 'test', version: 1, features: { a: { fingerprint: 'a()' } }, ttl: 50 });
        const online = onlineFeatures(view, { rows: 1000 });
        const store = await offlineFeatures({ view, folder: process.argv[1], batchRows: 4096, segmentRows: 65536 });
        const held = async () => {
          await store.flush();
          for (let turn = 0; turn < 5; turn++) { gc(); await new Promise((done) => setTimeout(done, 20)); }
          const { heapUsed, arrayBuffers } = process.memoryUsage();
          return heapUsed + arrayBuffers;
        };
        const values = new Float64Array(1);
        let early = 0;
        for (let row = 0; row < ${rows}; row++) {
          values[0] = row;
          online.write('x', row, row, values);
          store.write('x', row, row, values);
          if (row % 50000 === 0) await store.flush();
          if (row === ${rows / 10}) early = await held();
        }
        const late = await held();
        await store.close();
        console.log(early, late);`,
        join(folder, 'millions'),
      ],
      { encoding: 'utf8' },
    );
    const [early = 0, late = 0] = told.trim().split(' ').map(Number);
    expect(early).toBeGreaterThan(1_000_000);
    expect(late - early).toBeLessThan(8_000_000);
  }, 120_000);
});

/** A machine that is busy with other tests answers late. */
const PATIENT = '15s';

/** Rows that outlive the test: Redis lets them go by its own clock. */
const SHARED = featureView({
  name: 'test',
  version: 1,
  features: { a: { fingerprint: 'a()' }, b: { fingerprint: 'b()' } },
  ttl: '60s',
});
const OTHER_SHARED = featureView({
  name: 'test',
  version: 2,
  features: { a: { fingerprint: 'a()' }, b: { fingerprint: 'b()' } },
  ttl: '60s',
});

describeWithServer('features and signals shared through Redis', [REDIS], () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await RunningServer.start(REDIS);
  }, 60_000);
  afterAll(() => server?.stop());
  const url = () => `redis://127.0.0.1:${server.port}`;
  const row = (instrument: string, eventTime: number, values: number[]) => ({
    instrument,
    eventTime,
    knownTime: eventTime + 1,
    values,
  });

  it('holds the newest row of each instrument, whoever writes, and lets it expire', async () => {
    const prefix = randomUUID();
    const shared = redisFeatures({ url: url(), timeout: PATIENT, view: SHARED, prefix });
    expect(await shared.write([row('x', 100, [1, -0]), row('y', 100, [Number.NaN, 1e300])])).toBe(2);
    expect(await shared.write([row('x', 99, [5, 5])])).toBe(0);
    const [x, none, y] = await shared.read(['x', 'z', 'y'], 120);
    expect(bits(x?.values ?? [])).toBe(bits([1, -0]));
    expect(bits(y?.values ?? [])).toBe(bits([Number.NaN, 1e300]));
    expect([x?.eventTime, x?.knownTime, none]).toEqual([100, 101, undefined]);
    expect(await shared.read(['x'], 60_101)).toEqual([undefined]);
    const other = redisFeatures({ url: url(), timeout: PATIENT, view: OTHER_SHARED, prefix });
    await shared.write([row('x', 200, [1, 2])]);
    await expect(other.read(['x'], 200)).rejects.toThrow(/the row of x is of other features than view test/);
    await Promise.all([shared.close(), other.close()]);
  });

  it('rejects at once while Redis is away, and writes nothing late', async () => {
    const shared = redisFeatures({ url: url(), timeout: PATIENT, view: SHARED, prefix: randomUUID() });
    await shared.write([row('x', 100, [1, 2])]);
    await server.kill();
    await expect(shared.write([row('x', 101, [3, 4])])).rejects.toThrow();
    await expect(shared.read(['x'], 101)).rejects.toThrow();
    await server.start();
    expect((await shared.read(['x'], 101))[0]?.eventTime ?? 100).toBe(100);
    await shared.write([row('x', 102, [5, 6])]);
    expect((await shared.read(['x'], 102))[0]?.eventTime).toBe(102);
    await shared.close();
  }, 30_000);

  feedConformance('Redis Stream', async () => {
    const key = randomUUID();
    const handle = () => redisSignalFeed({ url: url(), key, timeout: PATIENT });
    return { publisher: handle, listener: handle };
  });

  it('a feed goes on after Redis was away for three seconds: nothing stale as fresh, nothing twice', async () => {
    const key = randomUUID();
    const [publisher, listener] = [
      redisSignalFeed({ url: url(), key, timeout: PATIENT }),
      redisSignalFeed({ url: url(), key, timeout: PATIENT }),
    ];
    const now = Date.now();
    await publisher.publish(said({ name: 'before', validUntil: now + 60_000 }));
    const words: string[] = [];
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), 25_000);
    const listening = (async () => {
      for await (const { name } of listener.listen(abort.signal)) {
        words.push(name);
        if (name === 'after') return;
      }
    })();
    await expect.poll(() => words, { timeout: 10_000 }).toEqual(['before']);
    await publisher.publish(said({ name: 'short', eventTime: 1, validUntil: Date.now() + 3_000 }));
    await expect.poll(() => words, { timeout: 10_000 }).toEqual(['before', 'short']);
    await server.kill();
    await expect(publisher.publish(said({ name: 'lost' }))).rejects.toThrow();
    await new Promise((done) => setTimeout(done, 3_000));
    await server.start();
    await publisher.publish(said({ name: 'after' }));
    await listening;
    clearTimeout(timer);
    expect(words).toEqual(['before', 'short', 'after']);
    const late = redisSignalFeed({ url: url(), key, timeout: PATIENT });
    const joined = await heard(late, 2);
    expect(joined.map(({ name }) => name).sort()).toEqual(['after', 'before']);
    await Promise.all([publisher, listener, late].map((feed) => feed.close()));
  }, 60_000);
});

describeWithServer('a feed read by Python', [REDIS], () => {
  const reader = resolve('examples/python/read_signals.py');
  /** Its first lines, as the names of signals. */
  const lines = (args: readonly string[], count: number, meanwhile: () => Promise<void>): Promise<string[]> =>
    new Promise((done, failed) => {
      const child = spawn(WITH_ZMQ ?? 'python3', [reader, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
      let text = '';
      const timer = setTimeout(() => child.kill(), 10_000);
      child.on('error', failed);
      child.on('close', () => {
        clearTimeout(timer);
        done(
          text
            .split('\n')
            .filter(Boolean)
            .map((each) => (JSON.parse(each) as { name: string }).name),
        );
      });
      child.stdout.on('data', (data: Buffer) => {
        const first = text === '';
        text += data.toString();
        if (text.split('\n').length > count) child.kill();
        else if (first) meanwhile().catch(failed);
      });
    });
  const speak = async (feed: SignalFeed): Promise<() => Promise<void>> => {
    await feed.publish(said({ name: 'old', eventTime: 1 }));
    await feed.publish(said({ name: 'gone', validUntil: 5 }));
    return async () => {
      await feed.publish(said({ name: 'old', eventTime: 1 }));
      await feed.publish(said({ name: 'new' }));
    };
  };

  it('from Redis: what counts, then what comes', async () => {
    const server = await RunningServer.start(REDIS);
    const feed = redisSignalFeed({
      url: `redis://127.0.0.1:${server.port}`,
      key: 'pool',
      timeout: PATIENT,
    });
    const later = await speak(feed);
    expect(await lines(['redis', `127.0.0.1:${server.port}`, 'pool'], 2, later)).toEqual(['old', 'new']);
    await feed.close();
    await server.stop();
  }, 30_000);

  it.skipIf(WITH_ZMQ === undefined && process.env['CI'] !== 'true').each(['in the open', 'encrypted'])(
    `over ZeroMQ, %s: what counts, then what comes${WITH_ZMQ === undefined ? ` (${WHY_NOT})` : ''}`,
    async (how) => {
      const base = join(folder, how === 'encrypted' ? 'keyed' : 'feed');
      const at = { words: `ipc://${base}.words`, snapshot: `ipc://${base}.snapshot` };
      const encrypted = how === 'encrypted';
      const [desk, reader] = ['desk', 'reader'].map((name) => writeKeyFiles(base, name)) as [
        KeyFiles,
        KeyFiles,
      ];
      const curve = { keys: readKeyFile(desk.secret), allowed: [reader.publicKey] };
      const feed = zeromqSignalFeed({ bind: at, ...(encrypted && { curve }) });
      const later = await speak(feed);
      const keys = encrypted ? [reader.secret, desk.public] : [];
      expect(await lines(['zeromq', at.words, at.snapshot, ...keys], 2, later)).toEqual(['old', 'new']);
      await feed.close();
    },
    30_000,
  );
});
