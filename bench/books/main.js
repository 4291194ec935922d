/**
 * Order books against their peers: see README.md. `node bench/books/main.js [--peers DIR] [--rounds N]`
 */
import { parseArgs } from 'node:util';
import { levelContestants, levelUpdates, PASSES } from './levels.js';
import { orderContestants, orderOperations } from './orders.js';
import { compare, goal } from './rounds.js';

const { values } = parseArgs({
  options: { peers: { type: 'string' }, rounds: { type: 'string', default: '7' } },
});
const { peers } = values;
// The first round warms up and does not count.
const rounds = Number(values.rounds) + 1;

const input = levelUpdates(20_000);
const changes = input.updates.reduce((sum, { bids, asks }) => sum + (bids.length + asks.length) / 2, 0);
const levels = compare('L2 level changes', changes * PASSES, await levelContestants(input, peers), rounds);
const level = (name) => levels.get(name);
if (peers !== undefined) {
  const better = Math.max(level('ccxt OrderBook'), level('tardis-dev OrderBook'));
  goal('L2 against the better peer', level('millrace L2Book') / better, 3);
}
goal('L2 against sorted typed arrays', level('millrace L2Book') / level('sorted typed arrays'), 1 / 1.5);

for (const [title, market] of [
  ['L3 operations', 0],
  ['L3 operations with matching', 0.1],
]) {
  const operations = orderOperations(200_000, market);
  const rates = compare(title, operations.length, orderContestants(operations, peers), rounds);
  if (peers !== undefined)
    goal(
      `${title} against nodejs-order-book`,
      rates.get('millrace OrderByOrderBook') / rates.get('nodejs-order-book'),
      20,
    );
}
