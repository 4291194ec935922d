// @ts-check
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { compose } from 'millrace';
import { breakdown, figures, Metrics, monitor, prometheusPage } from 'millrace/monitoring';
import { parts } from '../chain/desk.js';
import { preload, wholeRun } from '../chain/market.js';
import { pollute } from '../harness/pollute.js';

/** @param {{ measure: 'passes' | 'scrape', monitored?: boolean, duration?: number, lines?: number, quick?: boolean }} task */
export const work = (task) => (task.measure === 'passes' ? timePasses(task) : timeScrapes(task));

/** Nanoseconds of processor time a pass through the chain, with or without all of monitoring. @param {any} task */
async function timePasses({ monitored, duration, quick }) {
  pollute(quick);
  const market = await preload(duration);
  /** @type {{ seq: number, sub: number, ts: number, event: any }[]} */
  const log = [];
  await wholeRun(market, false, ({ seq, sub, ts, event }) => {
    if (event.kind !== 'barrier') log.push({ seq, sub, ts, event });
  });
  const { instruments } = market;
  const more = monitored ? [figures(), breakdown()] : [];
  const core = /** @type {any} */ (compose)({ name: 'desk', instruments }, ...parts(), ...more);
  let digest = 0;
  const play = () => {
    const watch = monitored ? monitor({ instruments, parts: core.parts, capital: 1_000_000 }) : undefined;
    const running = core.start({
      development: false,
      ...(watch === undefined ? {} : { probe: watch.probe }),
    });
    for (const { seq, sub, ts, event } of log) {
      if (sub === 0) {
        // The stamp of a live clock, which a desk reads with monitoring and without.
        const stamp = Date.now();
        watch?.probe.accepted?.(seq, stamp);
      }
      const frame = running.pass(seq, sub, ts, event);
      digest = (Math.imul(digest, 31) + frame.commands.length + ((frame.position * 1_000) | 0)) | 0;
      watch?.observe(frame);
      while (running.context.takeDerived() !== undefined);
    }
    watch?.close();
  };
  play();
  const start = process.cpuUsage();
  play();
  const { user, system } = process.cpuUsage(start);
  return { each: ((user + system) * 1_000) / log.length, digest };
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
  const during = async (/** @type {boolean} */ scrapes) => {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const until = performance.now() + seconds * 1_000;
    while (performance.now() < until) {
      if (scrapes) {
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
