// @ts-check
import { inFreshProcess } from '../harness/fresh-process.js';
import { goal } from '../harness/goal.js';
import { slope } from '../harness/statistics.js';

/** @type {import('../harness/benchmark.js').Benchmark} */
export const heapGrowth = {
  name: 'heap-growth',
  title: 'Heap that stays after ten million events through the reference chain under `run`',
  method: 'Heap after a full collection at 20 places; the slope of a straight line through the second half.',
  async measure({ quick }) {
    const events = quick ? 100_000 : 10_000_000;
    const { heap } = await inFreshProcess('heap-growth/work.js', { events, points: 20 });
    const late = heap.slice(heap.length / 2);
    const growth = slope(late);
    return {
      rows: [
        { what: 'heap after the first twentieth', MB: heap[0].y / 1e6 },
        { what: 'heap half way', MB: late[0].y / 1e6 },
        { what: 'heap at the end', MB: heap.at(-1).y / 1e6 },
      ],
      // Below a tenth of a byte an event, ten million leave less than one megabyte: compiled code and the like.
      goals: [goal('bytes that stay for each event', growth, 'at most', 0.1)],
    };
  },
};
