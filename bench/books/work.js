import { median } from '../harness/statistics.js';
import { LEVELS, levelUpdates } from './levels.js';
import { ORDERS, orderOperations } from './orders.js';
import { Digest } from './seeded.js';

/** Processor time for which everybody warms up, and is then measured: one whole turn at the least. */
const WARM_UP = 0.5;
const MEASURED = 0.5;

/**
 * One contestant's turn, in a process of its own. An input that is short is played `passes` times for one figure, so that
 * it stays in the processor's caches as live events do.
 *
 * @param {{ level: 'L2' | 'L3', market?: number, count: number, passes: number, peers?: string, variant: string }} task
 * @returns {Promise<{ seconds: number, operations: number, digest: number }>} processor time, the median
 */
export async function work({ level, market = 0, count, passes, peers, variant }) {
  const input = level === 'L2' ? levelUpdates(count) : orderOperations(count, market);
  const contestants = level === 'L2' ? LEVELS : ORDERS;
  const { play } = await contestants[variant](input, peers);
  const operations = level === 'L2' ? changesOf(input) : input.length;
  let digest;
  const once = () => {
    digest = new Digest();
    const before = process.cpuUsage();
    for (let pass = 0; pass < passes; pass++) play(digest);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  };
  const played = (seconds) => {
    const times = [];
    for (let sum = 0; sum < seconds; sum += times.at(-1)) times.push(once());
    return times;
  };
  played(WARM_UP);
  return { seconds: median(played(MEASURED)), operations: operations * passes, digest: digest.value };
}

const changesOf = ({ updates }) =>
  updates.reduce((sum, { bids, asks }) => sum + (bids.length + asks.length) / 2, 0);
