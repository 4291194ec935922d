// @ts-check
import { VARIANTS } from '../ema/variants.js';
import { goal } from '../harness/goal.js';
import { howToInstall, isInstalled } from '../harness/peer.js';
import { interleaved } from '../harness/rounds.js';
import { ratios, summary } from '../harness/statistics.js';
import { FRAMES } from './frames.js';
import { LEVELS } from './levels.js';
import { ORDERS } from './orders.js';

/** What every ratio is against. */
const RXJS = 'minimal RxJS';

/**
 * What is compared: who takes part, the module that does the work, and what a turn of it says.
 *
 * @typedef {object} Group
 * @property {string} title
 * @property {string} unit
 * @property {string} work
 * @property {Record<string, unknown>} task
 * @property {Record<string, unknown>} quick
 * @property {Readonly<Record<string, { peer?: string, install?: string }>>} contestants
 * @property {(turn: any) => number} each seconds of processor time for one operation
 * @property {(turn: any) => string} result what must be equal; of `grademark`, which pauses after an order, see "ema"
 * @property {readonly string[]} [flags] of V8
 * @property {readonly string[]} [unlike] whose results are checked in the work itself
 * @property {string} [ours]
 * @property {number} [goal] against the best peer
 */

const perOperation = (/** @type {any} */ { seconds, operations }) => seconds / operations;
const digestOf = (/** @type {any} */ { digest }) => `digest ${digest}`;

/** @type {readonly Group[]} */
const GROUPS = [
  {
    title: 'EMA 5/20',
    unit: 'bars',
    work: 'ema/work.js',
    // The journal of the run is all in memory.
    flags: ['--max-old-space-size=8192'],
    task: { bars: 200_000, warmUp: 50_000, repeat: 1 },
    quick: { bars: 5_000, warmUp: 2_000, repeat: 1 },
    contestants: VARIANTS,
    each: ({ each }) => each / 1e9,
    result: ({ trades, profit }) => `${trades} trades, ${profit}`,
    unlike: ['grademark'],
    ours: 'millrace',
  },
  {
    title: 'levels of a book',
    unit: 'changes',
    work: 'peers/work.js',
    task: { kind: 'levels', count: 20_000, passes: 10, seconds: 0.5 },
    quick: { kind: 'levels', count: 1_000, passes: 1, seconds: 0.001 },
    contestants: LEVELS,
    each: perOperation,
    result: digestOf,
    ours: 'millrace L2Book',
    goal: 3,
  },
  ...[0, 0.1].map((market) => ({
    title: market === 0 ? 'orders of a book' : 'orders of a book, with matching',
    unit: 'operations',
    work: 'peers/work.js',
    task: { kind: 'orders', market, count: 200_000, passes: 1, seconds: 0.5 },
    quick: { kind: 'orders', market, count: 6_000, passes: 1, seconds: 0.001 },
    contestants: ORDERS,
    each: perOperation,
    result: digestOf,
    ours: 'millrace OrderByOrderBook',
    goal: 20,
  })),
  {
    title: 'text of Binance to a book',
    unit: 'frames',
    work: 'peers/work.js',
    task: { kind: 'frames', count: 20_000, passes: 1, seconds: 0.5 },
    quick: { kind: 'frames', count: 1_000, passes: 1, seconds: 0.001 },
    contestants: FRAMES,
    each: perOperation,
    result: digestOf,
    ours: 'millrace BinanceDecoder and L2Book',
  },
];

/** @type {import('../harness/benchmark.js').Benchmark} */
export const peers = {
  name: 'peers',
  title:
    'beside packages that can be installed: grademark, nodejs-order-book, tardis-dev, ccxt, trading-signals',
  method:
    'All that are installed, in the same seeded work; different results end it with an error before any speed is told. Fresh ' +
    'processes, interleaved rounds, processor time. Ratios are of times and above 1 where minimal RxJS needs less: median of the rounds ' +
    'own ratios, with the least and the most. Peers are looked for here and in the folder MILLRACE_PEERS. What each has to do: bench/peers/README.md.',
  async measure({ quick }) {
    const rounds = quick ? 1 : 5;
    /** @type {import('../harness/benchmark.js').Result['rows'][number][]} */
    const rows = [];
    const goals = [];
    const digests = [];
    for (const {
      title,
      unit,
      work,
      flags,
      task,
      quick: short,
      contestants,
      each,
      result,
      unlike = [],
      ours,
      goal: least,
    } of GROUPS) {
      const names = Object.keys(contestants);
      const present = names.filter((name) => {
        const { peer } = contestants[name] ?? {};
        return peer === undefined || isInstalled(peer);
      });
      const runs = await interleaved(work, present, rounds, { ...(quick ? short : task), quick }, flags);
      const results = present.flatMap((name) =>
        unlike.includes(name) ? [] : (runs[name] ?? []).map((turn) => ({ name, said: result(turn) })),
      );
      const others = results.filter(({ said }) => said !== results[0]?.said);
      if (others.length > 0)
        throw new Error(
          `${title}: the results differ: ${[...new Set(results.map(({ name, said }) => `${name}: ${said}`))].join('; ')}`,
        );
      digests.push(`${title}: ${results[0]?.said}`);
      const times = (/** @type {string} */ name) => (runs[name] ?? []).map(each);
      for (const name of names)
        rows.push(
          present.includes(name)
            ? {
                what: `${title}: ${name}`,
                'a CPU-second': summary(times(name).map((time) => 1 / time)),
                of: unit,
                'time against minimal RxJS': ratios(times(name), times(RXJS)),
              }
            : {
                what: `${title}: ${name}`,
                of: howToInstall([contestants[name]?.install ?? contestants[name]?.peer ?? name]),
              },
        );
      const rivals = present.filter((name) => contestants[name]?.peer !== undefined);
      if (least !== undefined && ours !== undefined && rivals.length > 0) {
        const best = times(ours).map((_, round) =>
          Math.min(...rivals.map((name) => times(name)[round] ?? Number.NaN)),
        );
        goals.push(
          goal(`${title}, against the best peer`, ratios(best, times(ours)).median, 'at least', least),
        );
      }
    }
    return { rows, goals, digests };
  },
};
