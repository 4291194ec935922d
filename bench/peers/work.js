import { median } from '../harness/statistics.js';
import { FRAMES, frameTexts } from './frames.js';
import { LEVELS, levelUpdates } from './levels.js';
import { ORDERS, orderOperations } from './orders.js';
import { Digest } from './seeded.js';

const changesOf = ({ updates }) =>
  updates.reduce((sum, { bids, asks }) => sum + (bids.length + asks.length) / 2, 0);

/** What there is to do: who takes part, the input, and how many operations it is. */
const KINDS = {
  levels: { contestants: LEVELS, input: ({ count }) => levelUpdates(count), operations: changesOf },
  orders: {
    contestants: ORDERS,
    input: ({ count, market }) => orderOperations(count, market),
    operations: (input) => input.length,
  },
  frames: {
    contestants: FRAMES,
    input: ({ count }) => frameTexts(count),
    operations: (input) => input.length,
  },
};

/**
 * One contestant's turn, in a process of its own. An input that is short is played `passes` times for one figure, so that
 * it stays in the processor's caches as live events do.
 *
 * @param {{ kind: keyof typeof KINDS, market?: number, count: number, passes: number, seconds: number, variant: string }} task
 * @returns {Promise<{ seconds: number, operations: number, digest: number }>} processor time, the median
 */
export async function work(task) {
  const { kind, passes, seconds, variant } = task;
  const { contestants, input: makeInput, operations } = KINDS[kind];
  const input = makeInput(task);
  const { play } = await contestants[variant].make(input);
  let digest;
  const once = () => {
    digest = new Digest();
    const before = process.cpuUsage();
    for (let pass = 0; pass < passes; pass++) play(digest);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  };
  // One whole turn at the least, to warm up and then to be measured.
  const played = () => {
    const times = [];
    for (let sum = 0; sum < seconds; sum += times.at(-1)) times.push(once());
    return times;
  };
  played();
  return { seconds: median(played()), operations: operations(input) * passes, digest: digest.value };
}
