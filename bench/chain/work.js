// @ts-check
import { bytesEach } from '../harness/measure.js';
import { pollute } from '../harness/pollute.js';
import { desk } from './desk.js';
import { preload, wholeRun } from './market.js';
import { sharesOf } from './profile.js';

/** @param {{ measure: 'run' | 'stages' | 'bytes', development: boolean, duration: number, quick?: boolean }} task */
export async function work({ measure, development, duration, quick }) {
  const seen = pollute(quick);
  const market = await preload(duration);
  if (measure === 'run') return { seen, ...(await timeRun(market, development)) };
  const log = await logOf(market);
  return measure === 'stages'
    ? { seen, passes: log.length, ...(await timeStages(market.instruments, log)) }
    : { seen, bytes: await countBytes(market.instruments, log, development) };
}

/** @param {any} market @param {boolean} development */
async function timeRun(market, development) {
  // Once to warm up; what it did must come out again.
  const first = await wholeRunDigest(market, development);
  const start = process.cpuUsage();
  const second = await wholeRunDigest(market, development);
  const { user, system } = process.cpuUsage(start);
  if (first.digest !== second.digest) throw new Error('two runs over the same events differ');
  return { perSecond: (market.events.length * 1e6) / (user + system), ...second };
}

/** @param {any} market @param {boolean} development */
async function wholeRunDigest(market, development) {
  let digest = 0;
  let orders = 0;
  await wholeRun(market, development, (frame) => {
    orders += frame.commands.length;
    digest = (Math.imul(digest, 31) + frame.seq + frame.commands.length + ((frame.position * 1_000) | 0)) | 0;
  });
  return { digest, orders };
}

/**
 * Every pass of a whole run, derived events too: any chain can be fed the very same.
 *
 * @param {any} market
 */
async function logOf(market) {
  /** @type {{ seq: number, sub: number, ts: number, event: any }[]} */
  const log = [];
  await wholeRun(market, false, ({ seq, sub, ts, event }) => {
    if (event.kind !== 'barrier') log.push({ seq, sub, ts, event });
  });
  return log;
}

/**
 * Processor time of a pass through the whole chain, and the share of each stage.
 *
 * @param {any} instruments
 * @param {any[]} log
 */
async function timeStages(instruments, log) {
  // A first chain warms up and sees other state, as in a program that runs several desks.
  feed(instruments, false).play(log, 0, log.length);
  const timed = feed(instruments, false);
  const start = process.cpuUsage();
  timed.play(log, 0, log.length);
  const { user, system } = process.cpuUsage(start);
  const profiled = feed(instruments, false);
  const shares = await sharesOf(() => profiled.play(log, 0, log.length));
  return { each: ((user + system) * 1_000) / log.length, shares, taken: timed.taken() + profiled.taken() };
}

/** @param {any} instruments @param {any[]} log @param {boolean} development */
async function countBytes(instruments, log, development) {
  const { play } = feed(instruments, development);
  const count = Math.min(15_000, Math.floor(log.length / 3));
  return bytesEach((from, to) => play(log, from, to), {
    warmUp: log.length - count - Math.ceil(count / 10),
    count,
  });
}

/**
 * A chain that is fed a log. What it derives is in the log already and is dropped.
 *
 * @param {any} instruments
 * @param {boolean} development
 */
function feed(instruments, development) {
  const running = desk(instruments).start({ development });
  let taken = 0;
  return {
    play: (/** @type {any[]} */ log, /** @type {number} */ from, /** @type {number} */ to) => {
      for (let index = from; index < to; index++) {
        const { seq, sub, ts, event } = log[index];
        taken += running.pass(seq, sub, ts, event).instrument;
        if (running.context.derivedCount > 0) running.context.dropDerived();
      }
    },
    taken: () => taken,
  };
}
