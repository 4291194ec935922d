// @ts-check
import { inFreshProcess } from '../harness/fresh-process.js';
import { goal } from '../harness/goal.js';
import { median, summary } from '../harness/statistics.js';

/** @type {import('../harness/benchmark.js').Benchmark} */
export const bridge = {
  name: 'bridge',
  title: 'The bridge: from an event to the ack of a mirror in another process, over TCP on this machine',
  method:
    'Trades in columnar blocks, encoded here, decoded there; open loop: the instants at which events are due are fixed beforehand, ' +
    'and whoever sends them looks once a millisecond, so that half of one is in every figure from when an event was due. ' +
    'Bare ZeroMQ and an idle event loop are measured between, in the same processes.',
  async measure({ quick }) {
    /** @type {any[]} */
    const runs = [];
    for (let round = 0; round < (quick ? 1 : 5); round++)
      runs.push(await inFreshProcess('bridge/work.js', { quick }));
    const of = (/** @type {(run: any) => number} */ pick) => runs.map(pick);
    const row = (/** @type {string} */ what, /** @type {(run: any) => any} */ pick) => ({
      what,
      'p50 ms': summary(of((run) => pick(run).p50)),
      'p99 ms': summary(of((run) => pick(run).p99)),
      'most ms': summary(of((run) => pick(run).most)),
    });
    const trips = /** @type {number} */ (median(of(({ slow, paced }) => slow.sent.p50 / paced.p50)));
    return {
      rows: [
        row('a turn of an idle event loop (noise)', (run) => run.noise),
        row('bare ZeroMQ round trip', (run) => run.roundTrip),
        row('the same in a process that never rests', (run) => run.busy),
        row('the same once a millisecond, as blocks go at a steady rate', (run) => run.paced),
        row('event to ack at 20,000/s, from its block on', (run) => run.slow.sent),
        row('event to ack at 20,000/s, from when it was due', (run) => run.slow.due),
        row('event to ack at 200,000/s, from its block on', (run) => run.fast.sent),
        row('event to ack at 200,000/s, from when it was due', (run) => run.fast.due),
        {
          what: 'events replicated a second',
          'p50 ms': '',
          events: summary(of(({ perSecond }) => perSecond)),
        },
      ],
      goals: [
        goal(
          'event to ack at 20,000/s p50, from its block on, in bare round trips once a millisecond',
          trips,
          'at most',
          1.5,
        ),
        goal(
          'market events replicated a second',
          median(of(({ perSecond }) => perSecond)),
          'at least',
          500_000,
        ),
        goal('event to ack at 200,000/s p99, in ms', median(of(({ fast }) => fast.due.p99)), 'at most', 5),
      ],
    };
  },
};
