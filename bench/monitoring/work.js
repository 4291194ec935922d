// @ts-check
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { compose } from 'millrace';
import { breakdown, Metrics, monitor, prometheusPage } from 'millrace/monitoring';
import { parts } from '../chain/desk.js';
import { preload, wholeRun } from '../chain/market.js';
import { pollute } from '../harness/pollute.js';
import { median } from '../harness/statistics.js';
import { columns } from '../reference/columns.js';
import { monitored } from './reference.js';

/** @param {{ measure: 'ticks' | 'passes' | 'scrape' } & Record<string, any>} task */
export const work = (task) =>
  task.measure === 'ticks'
    ? timeTicks(task)
    : task.measure === 'passes'
      ? timePasses(task)
      : timeScrapes(task);

/** Items that one side plays before it is the other's turn. */
const SLICE = 2_000;

/**
 * Plays two sides in turns, slice by slice, in one process: what the machine does meanwhile hits both. The median over slices of the
 * processor time of each, and of the difference; and of what a side had put off, which a desk does between events.
 *
 * @param {readonly { play: (from: number, to: number) => void, settle: () => void }[]} sides
 * @param {{ warmUp: number, count: number }} size
 */
function paired(sides, { warmUp, count }) {
  for (let from = 0; from < warmUp; from += 500) {
    for (const { play, settle } of sides) {
      play(from, Math.min(from + 500, warmUp));
      settle();
    }
  }
  /** @type {number[][]} */
  const times = sides.map(() => []);
  /** @type {number[]} */
  const putOff = [];
  for (let from = warmUp, turn = 0; from < warmUp + count; from += SLICE, turn++) {
    const to = Math.min(from + SLICE, warmUp + count);
    for (let place = 0; place < sides.length; place++) {
      const side = (place + turn) % sides.length;
      const start = process.cpuUsage();
      sides[side]?.play(from, to);
      const { user, system } = process.cpuUsage(start);
      times[side]?.push(((user + system) * 1_000) / (to - from));
      const later = process.cpuUsage();
      sides[side]?.settle();
      const settled = process.cpuUsage(later);
      if (side === 1) putOff.push(((settled.user + settled.system) * 1_000) / (to - from));
    }
  }
  const [bare = [], watched = []] = times;
  return {
    bare: median(bare),
    watched: median(watched),
    cost: median(watched.map((each, slice) => each - /** @type {number} */ (bare[slice]))),
    putOff: median(putOff),
  };
}

/** Nanoseconds of processor time a tick of the reference pipeline, without and with some of monitoring. @param {any} task */
function timeTicks({ variant, orders, quick, warmUp, count }) {
  pollute(quick);
  const rows = columns(warmUp + count);
  const sides = [monitored(rows, 'bare', orders), monitored(rows, variant, orders)];
  const figures = paired(sides, { warmUp, count });
  const [bare, watched] = sides.map(({ digest }) => digest());
  if (bare !== watched) throw new Error('the monitored pipeline traded otherwise');
  return { ...figures, digest: bare };
}

/** Nanoseconds of processor time a pass through the chain, without and with all of monitoring. @param {any} task */
async function timePasses({ duration, quick }) {
  pollute(quick);
  const market = await preload(duration);
  /** @type {{ seq: number, sub: number, ts: number, event: any }[]} */
  const log = [];
  await wholeRun(market, false, ({ seq, sub, ts, event }) => {
    if (event.kind !== 'barrier') log.push({ seq, sub, ts, event });
  });
  const { instruments } = market;
  /** @type {{ bare: number, watched: number, cost: number }[]} */
  const plays = [];
  const digests = new Set();
  // The first play warms up.
  for (let play = 0; play < (quick ? 2 : 4); play++) {
    const sides = [chainSide(instruments, log, false), chainSide(instruments, log, true)];
    const count = log.length - (log.length % SLICE);
    plays.push(paired(sides, { warmUp: 0, count }));
    for (const { digest, close } of sides) {
      digests.add(digest());
      close();
    }
  }
  if (digests.size !== 1) throw new Error('the monitored desk traded otherwise');
  const counted = plays.slice(1);
  return {
    bare: median(counted.map(({ bare }) => bare)),
    cost: median(counted.map(({ cost }) => cost)),
    digest: [...digests][0],
  };
}

/** @param {any} instruments @param {readonly any[]} log @param {boolean} watched */
function chainSide(instruments, log, watched) {
  const more = watched ? [breakdown({ every: 5_000 })] : [];
  const core = /** @type {any} */ (compose)({ name: 'desk', instruments }, ...parts(), ...more);
  const watch = monitor({ instruments, parts: core.parts, capital: 1_000_000, process: false });
  const running = core.start({ development: false, ...(watched ? { probe: watch.probe } : {}) });
  let digest = 0;
  return {
    play: (/** @type {number} */ from, /** @type {number} */ to) => {
      for (let place = from; place < to; place++) {
        const { seq, sub, ts, event } = log[place];
        if (sub === 0) {
          // The stamp of a live clock, which a desk reads with monitoring and without.
          const stamp = Date.now();
          if (watched) watch.probe.accepted?.(seq, stamp);
        }
        const frame = running.pass(seq, sub, ts, event);
        digest = (Math.imul(digest, 31) + frame.commands.length + ((frame.position * 1_000) | 0)) | 0;
        if (watched) watch.observe(frame);
        while (running.context.takeDerived() !== undefined);
      }
    },
    settle: () => watch.metrics.families[0]?.series,
    digest: () => digest,
    close: () => watch.close(),
  };
}

/** The loop's delay while pages of so many lines are written, and while nothing is, in milliseconds. @param {any} task */
async function timeScrapes({ lines, quick }) {
  const metrics = new Metrics({ maximumSeries: 1_000 });
  for (let nth = 0; nth < lines / 500; nth++) {
    const family = metrics.counter({
      name: `lines_${nth}_total`,
      help: 'Lines.',
      labels: ['symbol', 'venue'],
    });
    for (let each = 0; each < 500; each++) family.bind(`symbol ${each}`, 'binance').value = each * 1.37;
  }
  const page = prometheusPage(metrics);
  await page();
  const seconds = quick ? 0.2 : 5;
  let change = 0;
  const during = async (/** @type {boolean} */ scrapes) => {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const until = performance.now() + seconds * 1_000;
    while (performance.now() < until) {
      if (scrapes) {
        // Every number is another one than at the last scrape.
        change++;
        for (const family of metrics.families)
          for (const series of family.series) if ('value' in series) series.value += change;
        const { body } = await page();
        if (body.split('\n').length < lines) throw new Error('the page is short');
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    delay.disable();
    return delay.percentile(99) / 1e6 - 1;
  };
  const idle = await during(false);
  return { idle, scraped: await during(true) };
}
