// @ts-check
import { inFreshProcess } from '../harness/fresh-process.js';
import { goal } from '../harness/goal.js';
import { howToInstall, isInstalled } from '../harness/peer.js';
import { interleaved } from '../harness/rounds.js';
import { ratios, summary } from '../harness/statistics.js';
import { VARIANTS } from './variants.js';

/** The journal of the longest run is all in memory. */
const ROOM = ['--max-old-space-size=8192'];

/** @type {import('../harness/benchmark.js').Benchmark} */
export const emaCase = {
  name: 'ema',
  title:
    'EMA 5/20, long or flat, on a seeded walk: the whole pipeline (risk, ledger, journal in memory) beside peers',
  method:
    'An event is a bar, an order sent, or a report of the venue: each passes the whole chain. Fills at the tick that decides; equal trades and profit are checked before speed. grademark fills at the next bar and ' +
    'asks no rule there: it gets bars that open at the close before, and is held to a loop by hand with that pause; its ' +
    'averages are made by hand (its package needs chai@4 and does not say so). trading-signals has the averages only, the rest is the loop by hand. Processor time, fresh ' +
    'processes, interleaved rounds. Peers are looked for here and in the folder MILLRACE_PEERS.',
  async measure({ quick }) {
    const bars = quick ? 5_000 : 500_000;
    const warmUp = quick ? 2_000 : 50_000;
    const rounds = quick ? 1 : 5;
    const names = Object.keys(VARIANTS);
    const present = names.filter((name) => {
      const { peer } = VARIANTS[name] ?? {};
      return peer === undefined || isInstalled(peer);
    });
    const runs = await interleaved('ema/work.js', present, rounds, { quick, bars, warmUp, repeat: 1 }, ROOM);
    const each = (/** @type {string} */ variant) => (runs[variant] ?? []).map(({ each: time }) => time);
    const lengths = quick ? [1_000, 5_000] : [5_000, 500_000, 5_000_000];
    /** @type {number[][]} */
    const flat = lengths.map(() => []);
    for (let round = 0; round < (quick ? 1 : 3); round++) {
      for (const [place, length] of lengths.entries()) {
        const repeat = Math.max(1, Math.round(bars / 5 / length));
        const task = { variant: 'millrace', quick, bars: length, warmUp, repeat };
        flat[place]?.push((await inFreshProcess('ema/work.js', task, ROOM)).each);
      }
    }
    const perSecond = summary(each('millrace').map((time) => 1e9 / time));
    return {
      rows: [
        ...names.map((what) =>
          present.includes(what)
            ? {
                what,
                'ns a bar': summary(each(what)),
                'bars a CPU-second': summary(each(what).map((time) => 1e9 / time)),
                'events a CPU-second': summary(
                  (runs[what] ?? []).map(({ each: time, eventsPerBar }) => (1e9 * eventsPerBar) / time),
                ),
                'against minimal RxJS': ratios(each('minimal RxJS'), each(what)),
                trades: runs[what]?.[0].trades.toLocaleString('en'),
                profit: runs[what]?.[0].profit,
              }
            : {
                what,
                'ns a bar': howToInstall([VARIANTS[what]?.install ?? what]),
              },
        ),
        ...lengths.map((length, place) => ({
          what: `millrace, ${length.toLocaleString('en')} bars`,
          'ns a bar': summary(flat[place] ?? []),
        })),
      ],
      goals: [
        goal('whole pipeline, bars a CPU-second', perSecond.median, 'at least', 1_500_000),
        goal(
          'whole pipeline, longest run against the middle one',
          ratios(flat.at(-1) ?? [], flat.at(-2) ?? []).median,
          'at most',
          1.2,
        ),
      ],
      digests: [
        ...new Set(
          present
            .filter((name) => name !== 'grademark')
            .map((name) => `${runs[name]?.[0].trades} trades, ${runs[name]?.[0].profit}`),
        ),
      ],
    };
  },
};
