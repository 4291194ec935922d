// @ts-check
import { inFreshProcess, NO_COLLECTION } from '../harness/fresh-process.js';
import { summary } from '../harness/statistics.js';

const STAGES = [
  'core',
  'books',
  'ledger',
  'features',
  'signals',
  'agents',
  'ensemble',
  'sizing',
  'routing',
  'risk',
  'dispatch',
  'garbage collection',
];

/** @type {import('../harness/benchmark.js').Benchmark} */
export const chain = {
  name: 'chain',
  title: 'The real chain, books to dispatch, over a simulated market of three venues',
  method:
    'Whole: `backtest` with simulated venues, all events preloaded, a second run after a warm one. Chain: every pass of ' +
    'that run, derived events included, fed to a chain alone; shares by a sampling profile. A pass is an event from ' +
    'outside or one that the core derived.',
  async measure({ quick }) {
    const duration = quick ? 30_000 : 1_800_000;
    const rounds = quick ? 1 : 7;
    const ask = (/** @type {object} */ task, /** @type {string[]} */ flags = []) =>
      inFreshProcess('chain/work.js', { duration, development: false, quick, ...task }, flags);
    const fast = [];
    const guarded = [];
    /** @type {{ shares: Record<string, number>, each: number }[]} */
    const stages = [];
    for (let round = 0; round < rounds; round++) {
      fast.push(await ask({ measure: 'run' }));
      guarded.push(await ask({ measure: 'run', development: true }));
      stages.push(await ask({ measure: 'stages' }));
    }
    const { bytes } = await ask({ measure: 'bytes' }, NO_COLLECTION);
    const { bytes: guardedBytes } = await ask({ measure: 'bytes', development: true }, NO_COLLECTION);
    const share = STAGES.map((name) => ({
      what: name,
      share: summary(stages.map(({ shares }) => shares[name] ?? 0)),
      'ns a pass': summary(stages.map(({ shares, each }) => (shares[name] ?? 0) * each)),
    }));
    return {
      rows: [
        { what: 'whole, events a CPU-second', events: summary(fast.map(({ perSecond }) => perSecond)) },
        { what: 'whole, in development mode', events: summary(guarded.map(({ perSecond }) => perSecond)) },
        { what: 'orders in a run', events: fast[0].orders },
        { what: 'bytes a pass', B: bytes },
        { what: 'bytes a pass in development mode', B: guardedBytes },
        { what: 'chain', 'ns a pass': summary(stages.map(({ each }) => each)) },
        ...share,
      ],
      goals: [],
      digests: [...new Set([...fast, ...guarded].map(({ digest }) => String(digest)))],
    };
  },
};
