// @ts-check
import { inFreshProcess, NO_COLLECTION } from '../harness/fresh-process.js';
import { summary } from '../harness/statistics.js';

/** @type {import('../harness/benchmark.js').Benchmark} */
export const chain = {
  name: 'chain',
  title: 'The real chain, books to dispatch, over a simulated market of three venues',
  method:
    'Whole: `backtest` with simulated venues, all events preloaded, a second run after a warm one. Stages: chains of ' +
    'the first 1, 2, ... stages fed the same log, derived events included, in turns; differences of neighbours. ' +
    'An event here is an event from the market; a pass is that or one that the core derived.',
  async measure({ quick }) {
    const duration = quick ? 30_000 : 1_800_000;
    const rounds = quick ? 1 : 7;
    const ask = (/** @type {object} */ task, /** @type {string[]} */ flags = []) =>
      inFreshProcess(
        'chain/work.js',
        { duration, slices: quick ? 8 : 80, development: false, quick, ...task },
        flags,
      );
    const fast = [];
    const guarded = [];
    const stages = [];
    for (let round = 0; round < rounds; round++) {
      fast.push(await ask({ measure: 'run' }));
      guarded.push(await ask({ measure: 'run', development: true }));
      stages.push(await ask({ measure: 'stages' }));
    }
    const { bytes } = await ask({ measure: 'bytes' }, NO_COLLECTION);
    const { bytes: guardedBytes } = await ask({ measure: 'bytes', development: true }, NO_COLLECTION);
    /** @type {string[]} */
    const names = stages[0].names;
    const last = names.length - 1;
    const share = names.map((name, index) => ({
      what: name,
      'ns a pass': summary(stages.map(({ upTo }) => upTo[index] - (upTo[index - 1] ?? 0))),
      'share of the chain': summary(
        stages.map(({ upTo }) => (upTo[index] - (upTo[index - 1] ?? 0)) / upTo[last]),
      ),
    }));
    return {
      rows: [
        { what: 'whole, events a CPU-second', events: summary(fast.map(({ perSecond }) => perSecond)) },
        { what: 'whole, in development mode', events: summary(guarded.map(({ perSecond }) => perSecond)) },
        { what: 'orders in a run', events: fast[0].orders },
        { what: 'bytes a pass', B: bytes },
        { what: 'bytes a pass in development mode', B: guardedBytes },
        { what: 'all stages', 'ns a pass': summary(stages.map(({ upTo }) => upTo[last])) },
        ...share,
      ],
      goals: [],
      digests: [...new Set([...fast, ...guarded].map(({ digest }) => String(digest)))],
    };
  },
};
