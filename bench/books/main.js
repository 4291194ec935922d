/**
 * Order books against their peers: see README.md. `node bench/books/main.js [--peers DIR] [--rounds N]`
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { interleaved } from '../harness/rounds.js';
import { ratios, summary } from '../harness/statistics.js';
import { LEVELS } from './levels.js';
import { ORDERS } from './orders.js';

const { values } = parseArgs({
  options: { peers: { type: 'string' }, rounds: { type: 'string', default: '7' } },
});
const peers = values.peers === undefined ? undefined : resolve(values.peers);
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1)
  throw new Error(`--rounds must be 1 or more, not ${values.rounds}`);

const [ours, reference, ...others] = Object.keys(LEVELS);
const l2 = await compare('L2 level changes', [ours, reference, ...(peers === undefined ? [] : others)], {
  level: 'L2',
  count: 20_000,
  passes: 10,
});
if (peers !== undefined) {
  // The better peer of each round.
  const better = l2[others[0]].map((rate, round) => Math.max(rate, l2[others[1]][round]));
  goal('L2 against the better peer', ratios(l2[ours], better), 3);
}
goal('L2 against sorted typed arrays', ratios(l2[ours], l2[reference]), 1 / 1.5);

const [book, peer] = Object.keys(ORDERS);
for (const [title, market] of [
  ['L3 operations', 0],
  ['L3 operations with matching', 0.1],
]) {
  const l3 = await compare(title, peers === undefined ? [book] : [book, peer], {
    level: 'L3',
    market,
    count: 200_000,
    passes: 1,
  });
  if (peers !== undefined) goal(`${title} against ${peer}`, ratios(l3[book], l3[peer]), 20);
}

/** Operations per second of each contestant, by round. */
async function compare(title, contestants, task) {
  const results = await interleaved('books/work.js', contestants, rounds, { ...task, peers });
  const all = Object.entries(results);
  const digests = new Set(all.flatMap(([, turns]) => turns.map(({ digest }) => digest)));
  const [{ operations }] = results[contestants[0]];
  console.log(
    `\n${title}: ${operations.toLocaleString('en')} operations, digest ${[...digests].join(' ≠ ')}`,
  );
  if (digests.size > 1) {
    for (const [name, [{ digest }]] of all) console.error(`  ${name}: ${digest}`);
    throw new Error(`${title}: the digests differ`);
  }
  const rates = Object.fromEntries(
    all.map(([name, turns]) => [name, turns.map((turn) => turn.operations / turn.seconds)]),
  );
  for (const [name, rate] of Object.entries(rates)) {
    const [median, least, most] = figures(summary(rate), 1e6);
    console.log(`  ${name.padEnd(26)}${median.padStart(7)} M/s  (${least} to ${most})`);
  }
  return rates;
}

/** Prints the median of the rounds' ratios, with the least and the most, and the goal. */
function goal(what, ratio, least) {
  const [median, lowest, highest] = figures(ratio, 1);
  console.log(
    `  ${ratio.median >= least ? 'met   ' : 'MISSED'} ${what}: ${median} (${lowest} to ${highest}; goal ${least.toFixed(2)})`,
  );
}

function figures({ median, least, most }, unit) {
  return [median, least, most].map((value) => (value / unit).toFixed(2));
}
