import { lastValueFrom } from 'rxjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { stateHash } from '../../../src/core/canonical.js';
import { ConfigurationError, type StageProbe } from '../../../src/index.js';
import {
  type HistogramSeries,
  type Monitor,
  monitor,
  RunSummary,
  type SummaryResult,
} from '../../../src/monitoring/index.js';
import { simulateMarket } from '../../../src/streams/index.js';
import { backtest } from '../../../src/streams/replay/backtest.js';
import { simulatedVenues } from '../../crossing.js';
import { type WatchedFrame, watchedDesk } from './desk.js';

const source = simulateMarket({ seed: 3, duration: 8_000 });
const core = watchedDesk(source.instruments);

/** The sum of all series of a metric whose labels agree. */
function total(watch: Monitor, name: string, labels: Record<string, string> = {}): number {
  const family = watch.metrics.find(`millrace_${name}`);
  if (family === undefined) throw new Error(`no metric ${name}`);
  family.collect?.();
  let sum = 0;
  for (const series of family.series) {
    const agrees = Object.entries(labels).every(([label, value]) => series.labels[label] === value);
    if (agrees) sum += 'value' in series ? series.value : (series as HistogramSeries).count;
  }
  return sum;
}

describe('a desk that is watched', () => {
  let watch: Monitor;
  let result: SummaryResult;
  let hash: string;
  let last: WatchedFrame;
  const frames: { readonly ts: number; readonly instrument: number; readonly kind: string }[] = [];
  let signalled = 0;

  beforeAll(async () => {
    watch = monitor({
      instruments: source.instruments,
      parts: core.parts,
      capital: 1_000_000,
      probeEvery: 16,
      process: false,
    });
    const summary = new RunSummary({ instruments: source.instruments });
    const run = backtest(core, source, { drivers: [...simulatedVenues(), watch.driver], probe: watch.probe });
    watch.watch(run);
    run.snapshots$.subscribe(({ stages }) => {
      hash = stateHash(stages);
    });
    await run.forEach((frame) => {
      summary.observe(frame);
      frames.push({ ts: frame.ts, instrument: frame.instrument, kind: frame.event.kind });
      signalled += (frame as unknown as { signals: readonly unknown[] }).signals.length;
      last = frame;
    });
    result = summary.result();
  });

  test('makes the same frames as one that is not', async () => {
    let bare = '';
    const run = backtest(core, source, { drivers: simulatedVenues() });
    run.snapshots$.subscribe(({ stages }) => {
      bare = stateHash(stages);
    });
    await lastValueFrom(run);
    expect(hash).toBe(bare);
  });

  test('frames that come through the probe and the tap are counted once', async () => {
    const twice = monitor({ instruments: source.instruments, parts: core.parts, process: false });
    await lastValueFrom(
      backtest(core, source, { drivers: simulatedVenues(), probe: twice.probe }).pipe(twice.tap()),
    );
    const counts = (body: string): string[] =>
      body.split('\n').filter((line) => line.startsWith('millrace_market_data_events_total{'));
    const [once, again] = [await watch.page(), await twice.page()].map(({ body }) => counts(body));
    expect(again).toEqual(once);
    expect(once).not.toEqual([]);
  });

  test('a frame that it cannot read does not stop the desk, and makes the page say so', async () => {
    const broken = monitor({ instruments: source.instruments, process: false });
    let frames = 0;
    const probe: StageProbe = {
      ...broken.probe,
      passed: (frame) =>
        broken.probe.passed?.(frame.seq === 9 ? ({ ...frame, decisions: [undefined] } as never) : frame),
    };
    await backtest(core, source, { drivers: simulatedVenues(), probe }).forEach(() => {
      frames++;
    });
    expect(frames).toBeGreaterThan(100);
    await expect(broken.page()).rejects.toThrow(/^monitoring stopped at 9\.0: /);
  });

  test('is counted as the summary of its run counts it', () => {
    expect(result.orders).toBeGreaterThan(20);
    expect(result.denied).toBeGreaterThan(0);
    expect(total(watch, 'orders_total', { status: 'submitted' })).toBe(result.orders);
    expect(total(watch, 'orders_total', { status: 'denied' })).toBe(result.denied);
    expect(total(watch, 'orders_total', { status: 'rejected' })).toBe(result.rejected);
    expect(total(watch, 'orders_total', { status: 'filledInPart' })).toBe(result.ordersFilled);
    expect(total(watch, 'denials_total')).toBe(result.denied);
    expect(total(watch, 'fills_total')).toBe(result.fills.fills);
    expect(total(watch, 'fills_total', { liquidity: 'maker' })).toBe(result.fills.maker);
    expect(total(watch, 'signals_total', { signal: 'cross' })).toBe(signalled);
    expect(signalled).toBeGreaterThan(0);
    for (const agent of ['trend', 'reversion'])
      expect(total(watch, 'decisions_total', { agent })).toBeGreaterThan(0);
  });

  test('has traded and paid what the summary says', () => {
    expect(total(watch, 'filled_notional_quote_total')).toBeCloseTo(result.fills.volume, 4);
    const paid = total(watch, 'slippage_paid_quote_total') - total(watch, 'slippage_gained_quote_total');
    expect(paid).toBeCloseTo(result.fills.slippageCost, 4);
    for (const { venue, volume } of result.venues)
      expect(total(watch, 'filled_notional_quote_total', { venue })).toBeCloseTo(volume, 4);
    expect(total(watch, 'order_filled_base_units_total')).toBeLessThanOrEqual(
      total(watch, 'order_requested_base_units_total') + 1e-9,
    );
  });

  test('shows its result as the ledger has it at the end', () => {
    expect(total(watch, 'profit_quote')).toBe(last.profit);
    expect(total(watch, 'equity_quote')).toBe(1_000_000 + last.profit);
    expect(total(watch, 'exposure_quote')).toBe(last.exposure);
    expect(total(watch, 'drawdown_quote')).toBeCloseTo(result.profit.peak - last.profit, 6);
    expect(total(watch, 'drawdown_ratio')).toBeCloseTo(
      (result.profit.peak - last.profit) / (1_000_000 + result.profit.peak),
      12,
    );
    expect(total(watch, 'kill_switch_active')).toBe(0);
  });

  test('shows each part of its result, and the parts add up', () => {
    const profit = total(watch, 'agent_profit_quote');
    // Drawn up at the last fill or half a second before the end: marks have moved since.
    expect(Math.abs(profit - last.profit)).toBeLessThan(Math.abs(last.profit) * 0.5 + 1_000);
    expect(total(watch, 'venue_profit_quote')).toBeCloseTo(profit, 4);
  });

  test('knows of each instrument how much data came and when the last did', () => {
    const market = new Set(['trade', 'quote', 'book', 'bookOrder', 'bar']);
    for (const [index, { venue, symbol }] of source.instruments.entries()) {
      const own = frames.filter(({ instrument, kind }) => instrument === index && market.has(kind));
      expect(own.length).toBeGreaterThan(0);
      expect(total(watch, 'market_data_events_total', { venue, symbol })).toBe(own.length);
      expect(total(watch, 'market_data_last_event_timestamp_seconds', { venue, symbol })).toBe(
        (own.at(-1)?.ts as number) / 1_000,
      );
    }
  });

  test('measures each stage on one frame of sixteen, and every order that left', () => {
    const passes = Math.floor(frames.length / 16);
    for (const { name } of core.parts)
      expect(total(watch, 'stage_latency_seconds', { stage: name })).toBe(passes);
    expect(total(watch, 'tick_to_order_seconds')).toBe(result.orders);
    expect(total(watch, 'order_ack_latency_seconds')).toBeGreaterThan(result.ordersDone - 1);
  });

  test('has sums and buckets of stages that are those of the frames it measured, and of no others', async () => {
    let reads = 0;
    const ticking = monitor({
      instruments: source.instruments,
      parts: core.parts,
      probeEvery: 64,
      process: false,
      // A millisecond a reading: each part of a measured frame takes one.
      now: () => reads++,
    });
    await lastValueFrom(
      backtest(core, source, { drivers: [...simulatedVenues(), ticking.driver], probe: ticking.probe }),
    );
    const passes = Math.floor(frames.length / 64);
    expect(passes).toBeGreaterThan(10);
    const family = ticking.metrics.find('millrace_stage_latency_seconds');
    const stages = (family?.series ?? []) as readonly HistogramSeries[];
    expect(stages).toHaveLength(core.parts.length);
    for (const series of stages) {
      expect(series.count).toBe(passes);
      expect(series.sum).toBeCloseTo(passes / 1_000, 9);
      expect(series.unknown).toBe(0);
    }
  });

  test('says all of it on one page, each metric with its meaning', async () => {
    const { body } = await watch.page();
    for (const { name, help } of watch.metrics.families) {
      expect(body).toContain(`# HELP ${name} `);
      expect(help).toMatch(/^[A-Z0-9].*[.]$/);
    }
    expect(body).not.toContain('NaN');
    expect(body).toMatch(/^millrace_log_seq \d+$/m);
  });
});

describe('a monitor', () => {
  const instruments = source.instruments;

  test('refuses options that cannot be', () => {
    for (const wrong of [
      { instruments, capital: 0 },
      { instruments, capital: Number.NaN },
      { instruments, probeEvery: 0.5 },
      { instruments, process: 'yes' as never },
      { instruments, now: 5 as never },
      { instruments, every: 5 } as never,
      { instruments, prefix: '9' },
    ])
      expect(() => monitor(wrong)).toThrow(ConfigurationError);
  });

  test('looks at its process until it is closed', async () => {
    const watch = monitor({ instruments });
    await new Promise((resolve) => setTimeout(resolve, 60));
    const { body } = await watch.page();
    expect(body).toMatch(/^millrace_event_loop_delay_seconds\{statistic="p99"\} \d/m);
    expect(body).toMatch(/^millrace_process_memory_bytes\{part="heap_used"\} [1-9]/m);
    watch.close();
  });
});
