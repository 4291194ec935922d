// @ts-check
import { NO_COLLECTION } from '../harness/fresh-process.js';
import { goal } from '../harness/goal.js';
import { interleaved } from '../harness/rounds.js';
import { summary } from '../harness/statistics.js';

const VARIANTS = ['0', '1', '5'];

/** @type {import('../harness/benchmark.js').Benchmark} */
export const barSeries = {
  name: 'bars',
  title: 'Cost of open bars (time, tick, volume, notional, imbalance) for a trade that closes none of them',
  method:
    'Books alone, with the stage and one series of bars, and with five; the same trades. A further bar is a quarter of the difference of five and one.',
  async measure({ quick }) {
    const size = quick ? { warmUp: 10_000, count: 10_000 } : { warmUp: 500_000, count: 500_000 };
    const timed = await interleaved('bars/work.js', VARIANTS, quick ? 1 : 7, {
      measure: 'time',
      quick,
      ...size,
    });
    const counted = await interleaved(
      'bars/work.js',
      VARIANTS,
      1,
      { measure: 'bytes', quick, warmUp: size.warmUp, count: Math.min(size.count, 200_000) },
      NO_COLLECTION,
    );
    const each = (/** @type {Record<string, any[]>} */ runs, /** @type {string} */ variant) =>
      (runs[variant] ?? []).map((/** @type {any} */ run) => run.each);
    const one = each(timed, '1');
    const further = summary(each(timed, '5').map((ns, round) => (ns - one[round]) / 4));
    const bytes = (each(counted, '5')[0] - each(counted, '1')[0]) / 4;
    return {
      rows: [
        ...VARIANTS.map((variant) => ({
          what: `books and ${variant} series of bars`,
          ns: summary(each(timed, variant)),
          B: each(counted, variant)[0],
        })),
        { what: 'a further bar', ns: further, B: bytes },
      ],
      goals: [
        goal('bytes a trade for a further bar', Math.max(0, Math.round(bytes * 10) / 10), 'at most', 0),
      ],
    };
  },
};
