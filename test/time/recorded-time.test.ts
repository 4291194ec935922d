import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { TimedEvent } from '../../src/domain/event.js';
import type { StatusEvent } from '../../src/domain/market-event.js';
import { books } from '../../src/operators/index.js';
import { aligned, asOf, clockSkew } from '../../src/operators/time/index.js';
import { openRecording, type RecordingSource } from '../../src/streams/index.js';
import { at, play } from '../bars/play.js';
import { describeWithData } from '../shared-data.js';

const FILES = {
  spot: 'binance_spot_btcusdt_20240808-09',
  usdm: 'binance_usdm_btcusdt_20240808',
  coinm: 'binance_coinm_btcusd_perp_20240808-09',
};

describeWithData('recordings on one clock', (data) => {
  const json = (name: string) => JSON.parse(readFileSync(data(`expected/${name}.json`), 'utf8'));
  const open = async (name: string): Promise<RecordingSource> =>
    (await openRecording(data(`binance/${name}.txt.gz`))).sources[0] as RecordingSource;
  const read = async (source: RecordingSource, quotesOnly = false): Promise<TimedEvent[]> => {
    const events: TimedEvent[] = [];
    for await (const batch of source.batches())
      for (const timed of batch.events) if (!quotesOnly || timed.event.kind === 'quote') events.push(timed);
    return events;
  };
  const recorded = new Map<string, Promise<{ source: RecordingSource; quotes: TimedEvent[] }>>();
  const quotesOf = (name: string) => {
    let found = recorded.get(name);
    if (found === undefined) {
      found = open(name).then(async (source) => ({ source, quotes: await read(source, true) }));
      recorded.set(name, found);
    }
    return found;
  };

  it.each([
    ['spot', 'usdm'],
    ['spot', 'coinm'],
    ['usdm', 'coinm'],
  ] as const)('basis of %s and %s, once a second', async (first, second) => {
    const one = await quotesOf(FILES[first]);
    const two = await quotesOf(FILES[second]);
    const [a, b] = [one.source.instruments[0], two.source.instruments[0]];
    if (a === undefined || b === undefined) throw new Error('no instrument');
    const chain = compose({ instruments: [a, b] }, books(), aligned({ other: asOf(a.id, b.id) }));
    const {
      first_grid_ns,
      seconds,
      mid_basis_bps_B_over_A: basis,
    } = json('crossmarket_btc_20240808')[`${first}_vs_${second}`];
    // Asked at each second of the grid, after what came at that very time.
    const start = Number(first_grid_ns) / 1e6;
    const probe: StatusEvent = { kind: 'status', instrument: a.id, venueTime: 0, state: 'open' };
    const probes = Array.from({ length: seconds as number }, (_, index) => at(start + index * 1_000, probe));
    const events = [...one.quotes, ...two.quotes, ...probes].sort((x, y) => x.ts - y.ts);
    const bps = play(chain, events)
      .frames.filter(({ event }) => event.kind === 'status')
      .map((frame) => (frame.aligned.other.mid / frame.mid - 1) * 1e4);
    const mean = bps.reduce((sum, value) => sum + value, 0) / bps.length;
    const variance = bps.reduce((sum, value) => sum + (value - mean) ** 2, 0) / bps.length;
    const close = (actual: readonly number[], expected: readonly number[]) => {
      expect(actual.length).toBe(expected.length);
      actual.forEach((value, index) => {
        expect(value).toBeCloseTo(expected[index] as number, 9);
      });
    };
    close(
      [mean, Math.sqrt(variance), Math.min(...bps), Math.max(...bps)],
      [basis.mean, basis.std_pop, basis.min, basis.max],
    );
    close(bps.slice(0, 5), basis.first5);
    close(bps.slice(-5), basis.last5);
  });

  it.each([
    [FILES.spot, 1],
    [FILES.usdm, 1],
    // Its messages say when they happened (`T`, which is the venue time) some 10 ms before they were sent (`E`).
    [FILES.coinm, 11],
    ['binance_usdm_ethusdt_20240718-19', 1],
  ])('clock skew of %s is within %s ms of the median of the whole recording', async (name, tolerance) => {
    const source = await open(name);
    const chain = compose({ instruments: source.instruments }, clockSkew());
    const { frames } = play(chain, await read(source));
    const { min, median } = json(name).recv_minus_E_us;
    const skews = frames.map(({ clockSkew }) => clockSkew).filter((skew) => !Number.isNaN(skew));
    const sorted = [...skews].sort((x, y) => x - y);
    const [low, middle, high] = [0.05, 0.5, 0.95].map(
      (part) => sorted[Math.floor(part * sorted.length)] as number,
    );
    expect(Math.abs((middle as number) - median / 1e3)).toBeLessThan(tolerance);
    expect((high as number) - (low as number)).toBeLessThan(40);
    expect(frames.at(-1)?.clockSkew).toBeLessThan(-1_000);
    expect(Math.min(...frames.slice(-1_000).map((frame) => frame.clockSkewLeast))).toBeGreaterThan(
      min / 1e3 - 1,
    );
  });
});
