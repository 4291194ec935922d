// @ts-check
import { inFreshProcess } from '../harness/fresh-process.js';
import { summary } from '../harness/statistics.js';
import { rules } from './desk.js';

/** @type {import('../harness/benchmark.js').Benchmark} */
export const riskRules = {
  name: 'risk',
  title: 'One order through all risk rules, and a quote past them',
  method:
    'Books and ledger alone, with risk without rules, and with all rules; three instruments, all held. An order is judged by ' +
    'every rule and refused by a last one, so that all orders meet the same desk. A share is of the pass of this chain; the ' +
    'share of risk in the whole pipeline is a row of `chain`.',
  async measure({ quick }) {
    const count = quick ? 4_000 : 200_000;
    /** @type {Record<string, number[]>} */
    const times = {};
    const of = (/** @type {string} */ name) => times[name] ?? [];
    // In turns, so that the machine's drift hits all alike.
    for (let round = 0; round < (quick ? 1 : 7); round++) {
      for (const what of ['no risk', 'no rules', 'all rules']) {
        for (const event of ['quote', 'order']) {
          const { each } = await inFreshProcess('risk/work.js', { count, what, event });
          times[`${what}, ${event}`] = [...of(`${what}, ${event}`), each];
        }
      }
    }
    const more = (/** @type {string} */ one, /** @type {string} */ other) =>
      of(one).map((ns, round) => ns - (of(other)[round] ?? Number.NaN));
    const share = (/** @type {number[]} */ part, /** @type {string} */ whole) =>
      part.map((ns, round) => ns / (of(whole)[round] ?? Number.NaN));
    const order = more('all rules, order', 'no risk, order');
    const quote = more('all rules, quote', 'no risk, quote');
    const each = more('all rules, order', 'no rules, order').map((ns) => ns / rules().length);
    return {
      rows: [
        ...Object.entries(times).map(([what, ns]) => ({ what, ns: summary(ns) })),
        {
          what: `one order through ${rules().length} rules`,
          ns: summary(order),
          share: summary(share(order, 'all rules, order')),
        },
        { what: 'one order, a rule', ns: summary(each) },
        {
          what: "a quote, the rules' watch",
          ns: summary(quote),
          share: summary(share(quote, 'all rules, quote')),
        },
      ],
      goals: [],
    };
  },
};
