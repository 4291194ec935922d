// @ts-check
import { inFreshProcess } from '../harness/fresh-process.js';
import { goal } from '../harness/goal.js';
import { ratios, summary } from '../harness/statistics.js';

/** What is at work, in the words of the table. */
const VARIANTS = {
  everything: 'all of monitoring',
  tap: 'of that the tap',
  probe: 'of that stages and tick-to-order',
  breakdown: 'of that the breakdown',
  figures: 'beside it: figures, for summaries of a run',
};

/** @type {import('../harness/benchmark.js').Benchmark} */
export const monitoring = {
  name: 'monitoring',
  title: 'All of monitoring on the hot path, and a scrape beside it',
  method:
    'The reference pipeline of `reference` under `run`, with a ledger on its frames and an order with its fill every 60 ticks, bare and with `breakdown`, ' +
    'the probe, the driver and the tap of `monitor`: both in one process, in turns of 2,000 ticks after a long warm-up, with equal digests. Events are ' +
    'stamped as by a live clock, thousands a millisecond. Orders are noted, and counted between the turns, as a desk does when its event loop turns: a row of its own. ' +
    'Processor time, medians over turns and over fresh processes. The same over every pass of a backtest through the chain of `chain`. ' +
    'The loop is looked at every millisecond while pages are written one after another, with pauses of 20 ms, each number changed since.',
  async measure({ quick }) {
    const rounds = quick ? 1 : 7;
    const size = quick ? { warmUp: 20_000, count: 20_000 } : { warmUp: 1_000_000, count: 1_000_000 };
    const lines = 10_000;
    /** @type {Record<string, { bare: number, watched: number, cost: number, putOff: number, digest: string }[]>} */
    const ticks = {};
    /** @type {{ bare: number, watched: number, cost: number }[]} */
    const quiet = [];
    /** @type {{ bare: number, cost: number, digest: number }[]} */
    const passes = [];
    /** @type {{ idle: number, scraped: number }[]} */
    const scrapes = [];
    const run = (/** @type {Record<string, unknown>} */ task) =>
      inFreshProcess('monitoring/work.js', { ...task, quick });
    for (let round = 0; round < rounds; round++) {
      for (const variant of Object.keys(VARIANTS)) {
        const own = ticks[variant] ?? [];
        ticks[variant] = own;
        own.push(await run({ measure: 'ticks', variant, orders: true, ...size }));
      }
      quiet.push(await run({ measure: 'ticks', variant: 'everything', orders: false, ...size }));
      passes.push(await run({ measure: 'passes', duration: quick ? 30_000 : 1_800_000 }));
      scrapes.push(await run({ measure: 'scrape', lines }));
    }
    const all = ticks['everything'] ?? [];
    const added = scrapes.map(({ idle, scraped }) => scraped - idle);
    const share = (/** @type {readonly { bare: number, cost: number }[]} */ runs) =>
      ratios(
        runs.map(({ cost }) => cost),
        runs.map(({ bare }) => bare),
      ).median;
    return {
      rows: [
        { what: 'reference pipeline under run, a tick', ns: summary(all.map(({ bare }) => bare)) },
        ...Object.entries(VARIANTS).map(([variant, what]) => ({
          what,
          ns: summary((ticks[variant] ?? []).map(({ cost }) => cost)),
        })),
        {
          what: 'beside it: orders counted while no event passes',
          ns: summary(all.map(({ putOff }) => putOff)),
        },
        {
          what: 'all of monitoring, where no tick makes an order',
          ns: summary(quiet.map(({ cost }) => cost)),
        },
        { what: 'the whole chain, a pass', ns: summary(passes.map(({ bare }) => bare)) },
        { what: 'all of monitoring', ns: summary(passes.map(({ cost }) => cost)) },
        { what: 'loop delay at p99, idle', ms: summary(scrapes.map(({ idle }) => idle)) },
        { what: `while ${lines} lines are scraped`, ms: summary(scrapes.map(({ scraped }) => scraped)) },
      ],
      goals: [
        goal('monitoring, share of the reference pipeline', share(all), 'at most', 0.05),
        goal('the same where no tick makes an order', share(quiet), 'at most', 0.05),
        goal('monitoring, share of a pass through the whole chain', share(passes), 'at most', 0.05),
        goal('ms that a scrape adds to the loop delay at p99', summary(added).median, 'at most', 10),
      ],
      digests: [String(all[0]?.digest), String(passes[0]?.digest)],
    };
  },
};
