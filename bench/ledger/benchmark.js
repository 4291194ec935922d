// @ts-check
import { inFreshProcess } from '../harness/fresh-process.js';
import { goal } from '../harness/goal.js';
import { summary } from '../harness/statistics.js';

const RESTING = [10, 1_000, 10_000];

/** @type {import('../harness/benchmark.js').Benchmark} */
export const openOrders = {
  name: 'ledger',
  title: "The ledger's cost of an event while few and many orders are open",
  method:
    'A round is a trade, a mark, an order, its acknowledgement, a fill in part, a cancel and its confirmation, with the ' +
    'readings of what is reserved, while so many other orders rest. Desks take turns in one process.',
  async measure({ quick }) {
    const { times } = await inFreshProcess('ledger/work.js', {
      resting: RESTING,
      warmUp: quick ? 1 : 3,
      rounds: quick ? 1 : 12,
      count: quick ? 200 : 2_000,
    });
    const each = times.map((/** @type {number[]} */ ofDesk) => summary(ofDesk));
    const ratios = times[0].map(
      (/** @type {number} */ few, /** @type {number} */ round) => times[2][round] / few,
    );
    const ratio = summary(ratios);
    return {
      rows: RESTING.map((resting, at) => ({ what: `${resting} open orders`, 'ns an event': each[at] })),
      goals: [
        goal(
          'cost with 10,000 open orders, in times that with 10',
          typeof ratio === 'number' ? ratio : (ratio?.median ?? Number.NaN),
          'at most',
          1.5,
        ),
      ],
    };
  },
};
