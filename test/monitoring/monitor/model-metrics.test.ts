import { describe, expect, test } from 'vitest';
import { type MonitoredFrame, monitor, type Series } from '../../../src/monitoring/index.js';

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
    watch.observe(
      frame(1, 0, { breakdown: { dayProfit: 0, agents: [], venues: [], instruments: [], limits } }),
    );
    expect(value('risk_limit_utilisation_ratio')).toEqual({ maxPosition: 0.5, leverage: Number.NaN });
  });

  test('count a frame that comes again once: a mirror that begins anew gives them twice', () => {
    const { watch, value } = setUp();
    for (const seq of [1, 2, 1, 2, 3]) watch.observe(frame(seq, seq, { changePoints: ['rsi'] }));
    expect(value('change_points_total')).toEqual({ rsi: 3 });
  });
});

describe('tick-to-order', () => {
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
