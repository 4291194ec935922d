// @ts-check
import { inFreshProcess } from '../harness/fresh-process.js';
import { summary } from '../harness/statistics.js';

const VARIANTS = /** @type {const} */ ([
  'no routing',
  'bestNetPrice',
  'smartRouting',
  'smartRouting with a parent',
]);

/** @type {import('../harness/benchmark.js').Benchmark} */
export const routing = {
  name: 'routing',
  title: 'A change of a book and a trade past routing, and an intent through it',
  method:
    'Books and ledger alone, with bestNetPrice, with smartRouting at rest and with a parent that waits; three instruments of ' +
    '20 levels. An intent takes all three books; each meets a desk of its own, whose making is taken off. Variants take turns, each in a fresh process.',
  async measure({ quick }) {
    /** @type {Record<string, number[]>} */
    const times = {};
    const of = (/** @type {string} */ name) => times[name] ?? [];
    for (let round = 0; round < (quick ? 1 : 7); round++) {
      for (const event of ['quote', 'trade', 'intent']) {
        const count = event === 'intent' ? (quick ? 50 : 4_000) : quick ? 4_000 : 200_000;
        for (const what of VARIANTS) {
          if (event === 'intent' && what === 'smartRouting with a parent') continue;
          const { each } = await inFreshProcess('routing/work.js', { count, what, event });
          times[`${what}, ${event}`] = [...of(`${what}, ${event}`), each];
        }
      }
    }
    const more = (/** @type {string} */ what, /** @type {string} */ event) =>
      summary(
        of(`${what}, ${event}`).map((ns, round) => ns - (of(`no routing, ${event}`)[round] ?? Number.NaN)),
      );
    return {
      rows: ['quote', 'trade', 'intent'].flatMap((event) => [
        { what: `${event}, no routing`, ns: summary(of(`no routing, ${event}`)) },
        ...VARIANTS.slice(1)
          .filter((what) => of(`${what}, ${event}`).length > 0)
          .map((what) => ({ what: `${event}, what ${what} adds`, ns: more(what, event) })),
      ]),
      goals: [],
    };
  },
};
