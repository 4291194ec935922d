import { NEVER, of, Subject } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { DriverContext } from '../../../src/core/driver.js';
import type { Command } from '../../../src/domain/command.js';
import {
  type Breakdown,
  type Family,
  type HistogramSeries,
  type Monitor,
  type MonitoredFrame,
  monitor,
  type Series,
} from '../../../src/monitoring/index.js';
import { DOLLARS, fill, order, TETHER } from '../frames.js';

/** A frame with these fields, at a place of its own. */
const frame = (seq: number, ts: number, more: object = {}): MonitoredFrame =>
  ({
    seq,
    sub: 0,
    ts,
    event: { kind: 'timer', name: 'x', due: 0 },
    instrument: -1,
    ...more,
  }) as MonitoredFrame;

const setUp = () => {
  const watch = monitor({ instruments: [], process: false });
  const value = (name: string): Record<string, number> => {
    const family = watch.metrics.find(`millrace_${name}`);
    if (family === undefined) throw new Error(`no metric ${name}`);
    family.collect?.();
    return Object.fromEntries(
      [...(family.series as Iterable<Series>)].map(({ labels, value: each }) => [
        Object.values(labels).join(' '),
        each,
      ]),
    );
  };
  return { watch, value };
};

const score = (agent: string, horizon: number): object => ({ agent, horizon });

/** A breakdown of a desk that did nothing, but for these parts. */
const drawn = (parts: Partial<Breakdown>): Breakdown => ({
  dayProfit: 0,
  exposure: 0,
  agents: [],
  venues: [],
  instruments: [],
  limits: [],
  ...parts,
});

describe('a breakdown', () => {
  const instruments = [DOLLARS, TETHER];
  const read = (watch: Monitor, name: string): readonly number[] => {
    const family = watch.metrics.find(`millrace_${name}`);
    family?.collect?.();
    return [...((family?.series ?? []) as Iterable<Series>)].map(({ value }) => value);
  };

  test('tells the exposure where no figures are, and what was closed is not held any more', () => {
    const watch = monitor({ instruments, process: false });
    const part = (index: number, position: number) => ({ index, position, profit: position * 3 });
    watch.observe(
      frame(1, 0, { breakdown: drawn({ exposure: 40, instruments: [part(0, 1), part(1, -2)] }) }),
    );
    expect(read(watch, 'exposure_quote')).toEqual([40]);
    expect(read(watch, 'position_base_units')).toEqual([1, -2]);
    expect(read(watch, 'instrument_profit_quote')).toEqual([3, -6]);
    watch.observe(frame(2, 1, { breakdown: drawn({ exposure: 80, instruments: [part(1, -4)] }) }));
    watch.observe(frame(3, 2));
    expect(read(watch, 'exposure_quote')).toEqual([80]);
    expect(read(watch, 'position_base_units')).toEqual([0, -4]);
  });

  test('tells the notional of its fill where no figures are', () => {
    const watch = monitor({ instruments, process: false });
    watch.observe(frame(1, 0, { event: fill(order('a'), 10_100, 500), tradedNotional: 50.5 }));
    expect(read(watch, 'filled_notional_quote_total')).toEqual([50.5]);
  });

  test('has no part in the drawdown: every frame is looked at', () => {
    const watch = monitor({ instruments, process: false, capital: 1_000 });
    for (const [seq, profit] of [10, 90, 40, Number.NaN, 60].entries())
      watch.observe(frame(seq + 1, seq, { profit }));
    expect(read(watch, 'drawdown_quote')).toEqual([30]);
    expect(read(watch, 'profit_quote')).toEqual([60]);
  });
});

describe('the time of one inference', () => {
  test('is measured around a model that answers at once, later, or not at all', async () => {
    let now = 0;
    const watch = monitor({ instruments: [], process: false, now: () => now });
    const of = (name: string): readonly (Series | HistogramSeries)[] => [
      ...((watch.metrics.find(`millrace_${name}`)?.series ?? []) as Iterable<Series | HistogramSeries>),
    ];
    const doubled = watch.watchInference('twice', (value: number) => {
      now += 2;
      if (value < 0) throw new RangeError('below 0');
      return value * 2;
    });
    expect(doubled(4)).toBe(8);
    expect(() => doubled(-1)).toThrow(RangeError);
    const later = watch.watchInference('later', async (value: number) => {
      await Promise.resolve();
      now += 500;
      if (value < 0) throw new RangeError('below 0');
      return value;
    });
    expect(await later(3)).toBe(3);
    await expect(later(-1)).rejects.toThrow(RangeError);
    await Promise.resolve();
    expect(
      of('model_inference_seconds').map((series) => {
        const { labels, count, sum } = series as HistogramSeries;
        return [labels['model'], count, sum];
      }),
    ).toEqual([
      ['twice', 1, 0.002],
      ['later', 1, 0.5],
    ]);
    expect(of('model_inference_failures_total').map((series) => (series as Series).value)).toEqual([1, 1]);
  });
});

describe('the tap', () => {
  test('gives the same frames, and ends with what the observer throws, as a tap of RxJS does', () => {
    const seen: unknown[] = [];
    const watch = monitor({ instruments: [], process: false });
    const good = frame(1, 0);
    of(good, undefined as never, frame(2, 1))
      .pipe(watch.tap())
      .subscribe({ next: (each) => seen.push(each), error: (error) => seen.push(error) });
    expect(seen[0]).toBe(good);
    expect(seen[1]).toBeInstanceOf(TypeError);
    expect(seen).toHaveLength(2);
  });
});

describe('what is measured of models', () => {
  test('are predictions, and figures that are looked up once a second', () => {
    const { watch, value } = setUp();
    let asked = 0;
    let hitRate = 0.6;
    const scoring = {
      figures: (agent: string, horizon: number) => {
        asked++;
        return {
          count: horizon / 1_000,
          hitRate,
          informationCoefficient: 0.1,
          brier: 0.2,
          brierBaseline: 0.25,
          agent,
        };
      },
      trust: () => 0.5,
      benched: (agent: string) => agent === 'b',
    };
    watch.observe(frame(1, 0, { scoring, scores: [score('a', 60_000), score('b', 60_000)] }));
    expect(asked).toBe(2);
    hitRate = 0.7;
    watch.observe(frame(2, 999, { scoring, scores: [score('a', 60_000), score('a', 300_000)] }));
    expect(asked).toBe(2);
    expect(value('model_hit_rate')).toEqual({ 'a 60': 0.6, 'b 60': 0.6 });
    watch.observe(frame(3, 1_000, { scoring, scores: [] }));
    expect(value('model_hit_rate')).toEqual({ 'a 60': 0.7, 'b 60': 0.6, 'a 300': 0.7 });
    expect(asked).toBe(4);
    watch.observe(frame(4, 9_000, { scoring, scores: [] }));
    expect(asked).toBe(4);
    expect(value('model_predictions_total')).toEqual({ 'a 60': 2, 'b 60': 1, 'a 300': 1 });
    expect(value('model_scored_predictions')).toEqual({ 'a 60': 60, 'b 60': 60, 'a 300': 300 });
    expect(value('model_brier_score')).toMatchObject({ 'a 60': 0.2 });
    expect(value('model_baseline_brier_score')).toMatchObject({ 'a 60': 0.25 });
    expect(value('model_information_coefficient')).toMatchObject({ 'b 60': 0.1 });
    expect(value('agent_trust')).toEqual({ a: 0.5, b: 0.5 });
    expect(value('agent_benched')).toEqual({ a: 0, b: 1 });
  });

  test('are drift and change points', () => {
    const { watch, value } = setUp();
    const drift = {
      series: 'rsi',
      stability: 0.3,
      distance: 0.2,
      probability: 0.01,
      count: 500,
      drifted: true,
    };
    watch.observe(frame(1, 0, { drifts: [drift], changePoints: ['rsi', 'ema'] }));
    watch.observe(frame(2, 1, { drifts: [], changePoints: ['rsi'] }));
    expect(value('series_stability_index')).toEqual({ rsi: 0.3 });
    expect(value('series_drift_distance')).toEqual({ rsi: 0.2 });
    expect(value('series_drift_samples')).toEqual({ rsi: 500 });
    expect(value('series_drifted')).toEqual({ rsi: 1 });
    expect(value('change_points_total')).toEqual({ rsi: 2, ema: 1 });
  });

  test('are reads of features, and agents beside the pipeline, when somebody asks', async () => {
    const { watch, value } = setUp();
    const reads = { fresh: 5, expired: 1, missing: 0, evicted: 0 };
    watch.watchFeatures({ view: { name: 'trend' }, reads, size: 9 });
    const health = {
      agent: 'slow',
      replica: 1,
      state: 'well',
      answered: 3,
      abstained: 2,
      failed: 1,
      dropped: 4,
      quarantines: 1,
      latency: 250,
      busy: 2,
    };
    watch.watchAgents({
      health: () => [health, { ...health, replica: 2, state: 'absent', latency: Number.NaN }],
    });
    reads.fresh = 6;
    expect(value('feature_reads_total')).toMatchObject({ 'trend fresh': 6, 'trend expired': 1 });
    expect(value('feature_rows')).toEqual({ trend: 9 });
    expect(value('agent_answers_total')).toMatchObject({ 'slow 1 dropped': 4, 'slow 2 failed': 1 });
    expect(value('agent_quarantines_total')).toEqual({ 'slow 1': 1, 'slow 2': 1 });
    expect(value('agent_well')).toEqual({ 'slow 1': 1, 'slow 2': 0 });
    expect(value('agent_latency_seconds')).toEqual({ 'slow 1': 0.25, 'slow 2': Number.NaN });
    expect(value('agent_busy')).toMatchObject({ 'slow 1': 2 });
    expect((await watch.page()).body).not.toContain('NaN');
  });

  test('are the limits of risk that a breakdown has', () => {
    const { watch, value } = setUp();
    const limits = [
      { rule: 'maxPosition', limit: 2, value: 1, ratio: 0.5 },
      { rule: 'leverage', limit: 2, value: Number.NaN, ratio: Number.NaN },
    ];
    watch.observe(frame(1, 0, { breakdown: drawn({ limits }) }));
    expect(value('risk_limit_utilisation_ratio')).toEqual({ maxPosition: 0.5, leverage: Number.NaN });
  });

  test('count a frame that comes again once: a mirror that begins anew gives them twice', () => {
    const { watch, value } = setUp();
    for (const seq of [1, 2, 1, 2, 3]) watch.observe(frame(seq, seq, { changePoints: ['rsi'] }));
    expect(value('change_points_total')).toEqual({ rsi: 3 });
  });
});

describe('tick-to-order', () => {
  test('is of the event that caused an order, whichever of its halves comes first, from the reading before', () => {
    let now = 0;
    const commands$ = new Subject<Command>();
    const watch = monitor({ instruments: [], process: false, clockEvery: 2, now: () => now });
    const context: Pick<DriverContext, 'commands$' | 'leading$'> = { commands$, leading$: NEVER };
    watch.driver.connect(context as DriverContext).subscribe();
    let sub = 0;
    const made = (seq: number, id: string): void =>
      watch.observe({ ...frame(seq, 0, { event: { kind: 'submitted', order: order(id) } }), sub: ++sub });
    const left = (id: string): void => commands$.next({ kind: 'submit', order: order(id) } as Command);
    const sum = (): number => {
      const family = watch.metrics.find('millrace_tick_to_order_seconds') as Family<HistogramSeries>;
      return Math.round([...family.series].reduce((all, series) => all + series.sum, 0) * 1_000);
    };
    left('e');
    made(1, 'e');
    // Nothing was accepted before it: not measured.
    expect(sum()).toBe(0);
    watch.probe.accepted?.(2, 5);
    now = 10;
    // Of one stamp: the reading of the event before stands for it.
    watch.probe.accepted?.(3, 5);
    made(3, 'a');
    now = 30;
    left('a');
    expect(sum()).toBe(30);
    watch.probe.accepted?.(4, 5);
    now = 40;
    left('b');
    made(4, 'b');
    expect(sum()).toBe(30 + 10);
    // Two of one event, the older one leaves last.
    made(4, 'c');
    made(4, 'd');
    left('d');
    left('c');
    expect(sum()).toBe(40 + 10 + 10);
  });

  /** The observed sum in seconds of orders made from these events, each a place and a stamp; the clock goes by 1 ms at a reading. */
  const measured = (clockEvery: number, stamps: readonly number[]): { reads: number; count: number } => {
    let reads = 0;
    const watch = monitor({ instruments: [], process: false, clockEvery, now: () => ++reads });
    stamps.forEach((ts, nth) => {
      watch.probe.accepted?.(nth + 1, ts);
    });
    return { reads, count: stamps.length };
  };

  test('reads its clock at a new stamp, and at every so many events of one', () => {
    expect(measured(16, [1, 2, 3, 4]).reads).toBe(4);
    expect(measured(16, Array(32).fill(5)).reads).toBe(2);
    expect(measured(1, Array(32).fill(5)).reads).toBe(32);
    expect(measured(4, [1, 1, 1, 1, 1, 2]).reads).toBe(3);
  });
});
