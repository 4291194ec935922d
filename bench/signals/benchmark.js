// @ts-check
import { interleaved } from '../harness/rounds.js';
import { summary } from '../harness/statistics.js';

const WHAT = {
  pool: 'into the pool of a pipeline',
  memory: 'through a feed in memory',
  zeromq: 'through a feed over ZeroMQ (ipc)',
  encrypted: 'through a feed over ZeroMQ (ipc), encrypted',
  redis: 'through a feed in a Redis Stream',
};

/** @type {import('../harness/benchmark.js').Benchmark} */
export const signalPool = {
  name: 'signals',
  title: 'Signals a second, in process and between processes',
  method:
    'Publisher and listener in one process, so that both sides count; Redis is a server of its own that keeps nothing on the disk, and is left out where there is none.',
  async measure({ quick }) {
    const runs = await interleaved('signals/work.js', Object.keys(WHAT), quick ? 1 : 3, {
      count: quick ? 500 : 20_000,
    });
    return {
      rows: Object.entries(WHAT)
        .filter(([variant]) => runs[variant]?.[0]?.rate !== undefined)
        .map(([variant, what]) => ({
          what,
          'signals/s': summary((runs[variant] ?? []).map(({ rate }) => rate)),
        })),
      goals: [],
    };
  },
};
