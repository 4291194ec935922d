// @ts-check
// One order through all rules: `node bench/risk/main.js [--quick]`, after `npm run build`.
import { inFreshProcess } from '../harness/fresh-process.js';
import { median } from '../harness/statistics.js';
import { rules } from './desk.js';

const quick = process.argv.includes('--quick');
const rounds = quick ? 1 : 7;
const count = quick ? 4_000 : 200_000;

/** @param {object} task @returns {Promise<number>} */
async function measured(task) {
  const { each } = await inFreshProcess('risk/work.js', { count, ...task });
  return each;
}

/** @type {Record<string, number[]>} */
const times = {};
// In turns, so that the machine's drift hits all alike.
for (let round = 0; round < rounds; round++) {
  for (const what of ['no risk', 'no rules', 'all rules']) {
    for (const event of ['quote', 'order']) {
      const name = `${what}, ${event}`;
      times[name] = [...(times[name] ?? []), await measured({ what, event })];
    }
  }
}

const of = (/** @type {string} */ name) => median(times[name] ?? []);
const ns = (/** @type {number} */ value) => `${value.toFixed(0)} ns`;
const order = of('all rules, order') - of('no risk, order');
const perRule = (of('all rules, order') - of('no rules, order')) / rules().length;
const watching = of('all rules, quote') - of('no risk, quote');
console.log(`Medians of ${rounds} fresh processes; ${rules().length} rules, three instruments, all held.`);
console.log(
  'An order is judged by every rule and refused by a last one, so that all orders meet the same desk.',
);
console.log(`a quote through books and ledger                     ${ns(of('no risk, quote'))}`);
console.log(`  and through risk with all rules                    ${ns(of('all rules, quote'))}`);
console.log(
  `  of which the rules' watch                          ${ns(watching)}, ${((100 * watching) / of('all rules, quote')).toFixed(0)}% of the pass`,
);
console.log(`an order's pass without risk                         ${ns(of('no risk, order'))}`);
console.log(`  judged by no rule, and refused                     ${ns(of('no rules, order'))}`);
console.log(`  judged by all rules, and refused                   ${ns(of('all rules, order'))}`);
console.log(
  `one order through all rules                          ${ns(order)}, ${((100 * order) / of('all rules, order')).toFixed(0)}% of its pass, ${ns(perRule)} a rule`,
);
