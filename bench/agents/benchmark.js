// @ts-check
import { inFreshProcess } from '../harness/fresh-process.js';
import { goal } from '../harness/goal.js';
import { summary } from '../harness/statistics.js';

const SIZES = [1, 8, 64, 256];

/** @type {import('../harness/benchmark.js').Benchmark} */
export const agentTeams = {
  name: 'agents',
  title: 'Reflex agents on one core, ensembles behind them, and round trips to a worker and over a socket',
  method:
    'Books and so many reflex agents, each with a memory, which change their minds every 64 quotes; ns a quote, and a quote and agent. The ' +
    'ensembles join 64 of them. A round trip is from a quote to the frame of the decision on it: into a worker thread, and over ZeroMQ on ' +
    'loopback to an agent in another process. Tick to order is from a quote to the end of its pass, its order handed to a simulated ' +
    'venue: in one process one state after the other, an agent that blocks its worker for 10 s, and for comparison a thread that has ' +
    'nothing to do with the desk and computes as much, since two threads share caches, memory and the clock rate of a processor.',
  async measure({ quick }) {
    const count = quick ? 2_000 : 50_000;
    const rounds = quick ? 1 : 5;
    /** @type {Record<string, number[]>} */
    const times = {};
    const of = (/** @type {string} */ name) => times[name] ?? [];
    const tasks = [
      ...[0, ...SIZES].map((size) => ({ what: 'agents', size })),
      { what: 'weighted', size: 64 },
      { what: 'ensemble', size: 64 },
    ];
    for (let round = 0; round < rounds; round++)
      for (const { what, size } of tasks) {
        const { each } = await inFreshProcess('agents/work.js', { what, size, count });
        times[`${what} ${size}`] = [...of(`${what} ${size}`), each];
      }
    const less = (/** @type {string} */ one, /** @type {string} */ other) =>
      of(one).map((ns, round) => ns - (of(other)[round] ?? Number.NaN));
    const trips = [];
    for (const what of ['worker', 'remote']) {
      const { p50, p99 } = await inFreshProcess('agents/work.js', {
        what,
        size: 1,
        count: quick ? 50 : 2_000,
      });
      trips.push({ what: `${what} round trip, µs`, p50, p99 });
    }
    /** @type {Record<'quiet' | 'beside' | 'blocked', { p50: number, p99: number }>[]} */
    const blocked = [];
    for (let round = 0; round < (quick ? 1 : 3); round++)
      blocked.push(await inFreshProcess('agents/blocked.js', { forMilliseconds: quick ? 300 : 10_000 }));
    const state = (/** @type {'quiet' | 'beside' | 'blocked'} */ name) => ({
      p50: summary(blocked.map((one) => one[name].p50)),
      p99: summary(blocked.map((one) => one[name].p99)),
    });
    const slower = (/** @type {'quiet' | 'beside'} */ than) =>
      summary(blocked.map((one) => one.blocked.p99 / one[than].p99)).median;
    const perAgent = SIZES.map((size) => less(`agents ${size}`, 'agents 0').map((ns) => ns / size));
    const flat = (perAgent[3] ?? []).map((ns, round) => ns / (perAgent[1]?.[round] ?? Number.NaN));
    const { median } = summary(flat);
    return {
      rows: [
        ...SIZES.map((size, index) => ({
          what: `${size} reflex agent${size === 1 ? '' : 's'}`,
          ns: summary(of(`agents ${size}`)),
          'ns an agent': summary(perAgent[index] ?? []),
        })),
        { what: 'confidenceWeighted over 64', ns: summary(less('weighted 64', 'agents 64')) },
        { what: 'ensemble (risk parity, a veto) over 64', ns: summary(less('ensemble 64', 'agents 64')) },
        ...trips,
        { what: 'tick to order, µs', ...state('quiet') },
        { what: "tick to order beside a stranger's busy thread, µs", ...state('beside') },
        { what: 'tick to order while an agent blocks its worker, µs', ...state('blocked') },
        { what: 'p99 while blocked, over the calm of the same run', p99: slower('quiet') },
      ],
      goals: [
        goal('an agent of 256 costs as much as one of 8', median, 'at most', 1.5),
        goal(
          "a blocked worker costs the others' p99 no more than a stranger's busy thread does",
          slower('beside'),
          'at most',
          1.25,
        ),
      ],
    };
  },
};
