// @ts-check
import { goal } from '../harness/goal.js';
import { interleaved } from '../harness/rounds.js';
import { median, summary } from '../harness/statistics.js';

const VARIANTS = [
  'offered one by one',
  'in bursts of 1024',
  'run with 0 drivers that listen',
  'run with 8 drivers that listen',
  'array loop over 8 functions',
];

/** @type {import('../harness/benchmark.js').Benchmark} */
export const sequencer = {
  name: 'sequencer',
  title: 'Merge and fan-out: the sequencer by itself, and `run` with drivers that hear every event',
  method:
    'Trades, which never merge. Fan-out: `run` with eight listening drivers less `run` with none, against a loop.',
  async measure({ quick }) {
    const size = quick ? { warmUp: 20_480, count: 20_480 } : { warmUp: 512_000, count: 1_024_000 };
    const timed = await interleaved('sequencer/work.js', VARIANTS, quick ? 1 : 7, { quick, ...size });
    const of = (/** @type {string} */ variant) => (timed[variant] ?? []).map(({ each }) => each);
    const [, , none, eight, loop] = VARIANTS.map((variant) => median(of(variant)));
    return {
      rows: VARIANTS.map((what) => ({ what, 'ns an event': summary(of(what)) })),
      goals: [
        goal(
          'fan-out to 8, against an array loop',
          /** @type {number} */ (eight - /** @type {number} */ (none)) / /** @type {number} */ (loop),
          'at most',
          1.5,
        ),
      ],
    };
  },
};
