// @ts-check
import { inFreshProcess } from '../harness/fresh-process.js';
import { goal } from '../harness/goal.js';
import { ratios, summary } from '../harness/statistics.js';

/** @type {import('../harness/benchmark.js').Benchmark} */
export const monitoring = {
  name: 'monitoring',
  title: 'All of monitoring on the hot path, and a scrape beside it',
  method:
    'Every pass of a whole backtest through the chain of `chain`, bare and with `figures`, `breakdown`, the probe and the ' +
    'tap of `monitor`; the same orders in both, and in both the stamp of a live clock. Processor time, fresh processes, in turns with the composed reference ' +
    'pipeline, whose ticks are far cheaper. The loop is looked at every millisecond while pages are written one after ' +
    'another, with pauses of 20 ms.',
  async measure({ quick }) {
    const duration = quick ? 30_000 : 1_800_000;
    const lines = 10_000;
    /** @type {{ each: number, digest: number }[]} */
    const bare = [];
    /** @type {{ each: number, digest: number }[]} */
    const monitored = [];
    /** @type {number[]} */
    const reference = [];
    /** @type {{ idle: number, scraped: number, pages: number }[]} */
    const scrapes = [];
    const passes = quick ? { warmUp: 20_000, count: 20_000 } : { warmUp: 1_000_000, count: 1_000_000 };
    for (let round = 0; round < (quick ? 1 : 7); round++) {
      bare.push(
        await inFreshProcess('monitoring/work.js', { measure: 'passes', monitored: false, duration, quick }),
      );
      monitored.push(
        await inFreshProcess('monitoring/work.js', { measure: 'passes', monitored: true, duration, quick }),
      );
      const task = { variant: 'composed', measure: 'time', quick, ...passes };
      reference.push((await inFreshProcess('reference/work.js', task)).each);
      scrapes.push(await inFreshProcess('monitoring/work.js', { measure: 'scrape', lines, quick }));
    }
    if (bare[0]?.digest !== monitored[0]?.digest) throw new Error('the monitored desk traded otherwise');
    const cost = monitored.map(({ each }, round) => each - (bare[round]?.each ?? Number.NaN));
    const added = scrapes.map(({ idle, scraped }) => scraped - idle);
    return {
      rows: [
        { what: 'bare, a pass', ns: summary(bare.map(({ each }) => each)) },
        { what: 'monitored, a pass', ns: summary(monitored.map(({ each }) => each)) },
        { what: 'cost of monitoring, a pass', ns: summary(cost) },
        { what: 'reference pipeline, a tick', ns: summary(reference) },
        { what: 'loop delay at p99, idle', ms: summary(scrapes.map(({ idle }) => idle)) },
        { what: `while ${lines} lines are scraped`, ms: summary(scrapes.map(({ scraped }) => scraped)) },
      ],
      goals: [
        goal(
          'monitoring, share of a pass through the whole chain',
          ratios(
            cost,
            bare.map(({ each }) => each),
          ).median,
          'at most',
          0.05,
        ),
        goal('monitoring, share of the reference pipeline', ratios(cost, reference).median, 'at most', 0.05),
        goal('ms that a scrape adds to the loop delay at p99', summary(added).median, 'at most', 10),
      ],
      digests: [String(bare[0]?.digest)],
    };
  },
};
