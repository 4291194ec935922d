// @ts-check
import { bytesEach } from '../harness/measure.js';
import { pollute } from '../harness/pollute.js';
import { desk, deskParts } from './desk.js';
import { preload, wholeRun } from './market.js';

/** @param {{ measure: 'run' | 'stages' | 'bytes', development: boolean, duration: number, slices: number, quick?: boolean }} task */
export async function work({ measure, development, duration, slices, quick }) {
  const seen = pollute(quick);
  const market = await preload(duration);
  if (measure === 'run') return { seen, ...(await timeRun(market, development)) };
  const log = await logOf(market);
  return measure === 'stages'
    ? { seen, passes: log.length, ...timeStages(market.instruments, log, slices) }
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
 * Every pass of a whole run, derived events too: each prefix of the chain can be fed the very same.
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
 * Processor time of an event in the first stage alone, the first two, and so on; all take turns over the log, a slice
 * each, so that the machine's drift hits all alike.
 *
 * @param {any} instruments
 * @param {any[]} log
 * @param {number} slices
 */
function timeStages(instruments, log, slices) {
  const prefixes = deskParts().map((_, index) => feed(instruments, index + 1, false));
  const times = prefixes.map(() => 0);
  // The first quarter warms up.
  const warm = Math.floor(slices / 4);
  for (let slice = 0; slice < slices; slice++) {
    const from = Math.floor((log.length * slice) / slices);
    const to = Math.floor((log.length * (slice + 1)) / slices);
    prefixes.forEach(({ play }, index) => {
      const start = process.cpuUsage();
      play(log, from, to);
      const { user, system } = process.cpuUsage(start);
      if (slice >= warm) times[index] = /** @type {number} */ (times[index]) + user + system;
    });
  }
  const measured = log.length - Math.floor((log.length * warm) / slices);
  return {
    names: deskParts().map(([name]) => name),
    upTo: times.map((time) => (time * 1_000) / measured),
    taken: prefixes.reduce((sum, { taken }) => sum + taken(), 0),
  };
}

/** @param {any} instruments @param {any[]} log @param {boolean} development */
async function countBytes(instruments, log, development) {
  const { play } = feed(instruments, deskParts().length, development);
  const count = Math.min(50_000, Math.floor(log.length / 3));
  return bytesEach((from, to) => play(log, from, to), {
    warmUp: log.length - count - Math.ceil(count / 10),
    count,
  });
}

/**
 * A chain of the first so many stages that is fed a log. What it derives is in the log already and is dropped.
 *
 * @param {any} instruments
 * @param {number} stages
 * @param {boolean} development
 */
function feed(instruments, stages, development) {
  const running = desk(instruments, stages).start({ development });
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
