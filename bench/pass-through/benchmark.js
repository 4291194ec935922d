// @ts-check
import { NO_COLLECTION } from '../harness/fresh-process.js';
import { goal } from '../harness/goal.js';
import { interleaved } from '../harness/rounds.js';
import { summary } from '../harness/statistics.js';

const ADDED = 8;
const CHAINS = ['4', '12', '20'];

/** @type {import('../harness/benchmark.js').Benchmark} */
export const passThrough = {
  name: 'pass-through',
  title: 'Cost of one more stage that does next to nothing',
  method:
    'Chains of 4, 12 and 20 such stages; the difference of neighbours, divided by 8. Polluted call sites.',
  async measure({ quick }) {
    const size = quick ? { warmUp: 10_000, count: 10_000 } : { warmUp: 1_000_000, count: 1_000_000 };
    const timed = await interleaved('pass-through/work.js', CHAINS, quick ? 1 : 7, {
      measure: 'time',
      quick,
      ...size,
    });
    const counted = await interleaved(
      'pass-through/work.js',
      CHAINS,
      1,
      { measure: 'bytes', quick, warmUp: size.warmUp, count: Math.min(size.count, 300_000) },
      NO_COLLECTION,
    );
    const added = summary([...difference(timed, '4', '12'), ...difference(timed, '12', '20')]);
    const bytes = Math.max(...difference(counted, '4', '12'), ...difference(counted, '12', '20'));
    return {
      rows: [
        ...CHAINS.map((chain) => ({
          what: `${chain} stages`,
          ns: summary((timed[chain] ?? []).map(({ each }) => each)),
          B: counted[chain]?.[0].each,
        })),
        { what: 'an added stage', ns: added, B: bytes },
      ],
      goals: [
        goal('ns for an added stage', added.median, 'at most', 20),
        // The count is of the whole heap: a fraction of a byte is the process's own.
        goal('bytes for an added stage', Math.max(0, Math.round(bytes * 10) / 10), 'at most', 0),
      ],
    };
  },
};

/** @param {Record<string, any[]>} runs @param {string} short @param {string} long */
const difference = (runs, short, long) =>
  (runs[long] ?? []).map(({ each }, round) => (each - runs[short]?.[round].each) / ADDED);
