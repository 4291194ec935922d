// @ts-check
import { NO_COLLECTION } from '../harness/fresh-process.js';
import { goal } from '../harness/goal.js';
import { interleaved } from '../harness/rounds.js';
import { ratios, summary } from '../harness/statistics.js';

const VARIANTS = ['inlined', 'kernel loop', 'kernel loop over events', 'composed', 'under run'];

/** @type {import('../harness/benchmark.js').Benchmark} */
export const reference = {
  name: 'reference',
  title:
    'Reference pipeline: 16 instruments, 8 features, 4 signals, 4 agents, ensemble, 6 risk rules, routing, fills',
  method:
    'Sixteen stages in the loop of passes that `run` and `reenact` use (FrameLoop), rows to events included, against ' +
    'one inlined loop over columns and a loop over the same kernels with an object a tick. Equal digests. Processor ' +
    'time, fresh processes, interleaved rounds, polluted call sites, two other desks before.',
  async measure({ quick }) {
    const rounds = quick ? 1 : 7;
    const time = quick ? { warmUp: 20_000, count: 20_000 } : { warmUp: 1_000_000, count: 1_000_000 };
    const room = quick ? { warmUp: 20_000, count: 10_000 } : { warmUp: 1_000_000, count: 300_000 };
    const timed = await interleaved('reference/work.js', VARIANTS, rounds, {
      measure: 'time',
      quick,
      ...time,
    });
    const counted = await interleaved(
      'reference/work.js',
      VARIANTS,
      1,
      { measure: 'bytes', quick, ...room },
      NO_COLLECTION,
    );
    for (const runs of [timed, counted]) check(runs);
    const nanoseconds = (/** @type {string} */ variant) => (timed[variant] ?? []).map(({ each }) => each);
    const bytes = (/** @type {string} */ variant) => counted[variant]?.[0].each;
    const composed = nanoseconds('composed');
    return {
      rows: VARIANTS.map((variant) => ({
        what: variant,
        'ns a tick': summary(nanoseconds(variant)),
        'against inlined': ratios(nanoseconds('inlined'), nanoseconds(variant)),
        'against kernels': ratios(nanoseconds('kernel loop'), nanoseconds(variant)),
        'B a tick': bytes(variant),
      })),
      goals: [
        goal(
          'composed, speed against the inlined loop',
          ratios(nanoseconds('inlined'), composed).median,
          'at least',
          0.7,
        ),
        goal(
          'composed, speed against the loop over kernels',
          ratios(nanoseconds('kernel loop'), composed).median,
          'at least',
          1,
        ),
        goal('composed, bytes a tick', bytes('composed'), 'at most', 400),
        goal(
          'most evaluations of a join for one tick',
          mostEvaluations([...composedRuns(timed), ...composedRuns(counted)]),
          'at most',
          1,
        ),
      ],
      digests: [...new Set(Object.values(timed).flatMap((runs) => runs.map(({ digest }) => digest)))],
    };
  },
};

/** @param {Record<string, any[]>} runs */
const composedRuns = (runs) => [...(runs['composed'] ?? []), ...(runs['under run'] ?? [])];

/** @param {readonly { joins: number[], ticks: number }[]} runs */
const mostEvaluations = (runs) =>
  Math.max(...runs.flatMap(({ joins, ticks }) => joins.map((count) => count / ticks)));

/**
 * The comparison is void unless all did the same work, and each join was evaluated once a tick.
 *
 * @param {Record<string, { digest: string, joins: number[], ticks: number }[]>} runs
 */
function check(runs) {
  const all = Object.values(runs).flat();
  const digests = new Set(all.map(({ digest }) => digest));
  if (digests.size !== 1)
    throw new Error(`the variants did not do the same work: ${[...digests].join(' | ')}`);
  for (const { joins, ticks } of all) {
    for (const count of joins) {
      if (count !== ticks) throw new Error(`a join was evaluated ${count} times in ${ticks} ticks`);
    }
  }
}
