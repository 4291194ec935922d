// @ts-check
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { compose, instrument, run } from 'millrace';
import { asynchronousAgents, deliberate, inWorker } from 'millrace/agents';
import {
  agent,
  agents,
  bestNetPrice,
  books,
  confidenceWeighted,
  dispatch,
  ledger,
  risk,
  sizing,
} from 'millrace/operators';
import { liveClock } from 'millrace/streams';
import { simulatedVenue } from 'millrace/venues/simulated';
import { Subject } from 'rxjs';

const BTC = instrument({
  venue: 'one',
  symbol: 'BTCUSD',
  kind: 'perpetual',
  base: 'BTC',
  quote: 'USD',
  tick: '0.01',
  lot: '0.001',
});
/** Prices above it tell the agent in the worker to block it. */
const BLOCKS = 20_000;

/** @param {number} ticks */
const quoteOf = (ticks) => ({
  kind: 'quote',
  instrument: BTC.id,
  venueTime: 0,
  bidPrice: ticks,
  bidQuantity: 1_000_000,
  askPrice: ticks + 10,
  askQuantity: 1_000_000,
  updateId: -1,
});

/**
 * From a tick to the end of its pass, the order that it causes handed to the venue: while all is calm, while a thread that has nothing
 * to do with the desk computes, and while that of an agent does.
 *
 * @param {{ forMilliseconds: number }} task
 */
export async function work({ forMilliseconds }) {
  const blocking = deliberate({
    name: 'blocking',
    every: 1,
    observe: (/** @type {any} */ { mid }) => ({ mid, blocks: mid > BLOCKS ? forMilliseconds : 0 }),
    decide: inWorker(new URL('./blocker.js', import.meta.url), { patience: '5m' }),
    // Short, so that it is asked again and again while it computes.
    lane: { deadline: '20ms', failures: 1_000_000 },
  });
  let turn = 0;
  const reflex = agent({
    name: 'reflex',
    decide: () => ({ of: { asset: 'BTC' }, exposure: turn++ % 2 === 0 ? 0.5 : -0.5, confidence: 1 }),
  });
  const driver = asynchronousAgents([/** @type {any} */ (blocking)]);
  const market = new Subject();
  const source = { name: 'market', leads: true, connect: () => market };
  const core = /** @type {any} */ (compose)(
    { name: 'blocked', instruments: [BTC] },
    books(),
    ledger({ reportingCurrency: 'USD' }),
    agents(/** @type {any} */ ([blocking, reflex])),
    confidenceWeighted(),
    sizing({ budget: 10_000, retryAfter: 1 }),
    bestNetPrice(),
    risk([]),
    dispatch(),
  );
  let orders = 0;
  const subscription = run(core, {
    clock: liveClock(),
    drivers: [driver, simulatedVenue({ venue: 'one' }), /** @type {any} */ (source)],
  }).subscribe((/** @type {any} */ { commands }) => {
    orders += commands.length;
  });
  /** @param {number} ticks @param {number} milliseconds */
  const play = async (ticks, milliseconds) => {
    /** @type {number[]} */
    const times = [];
    const before = orders;
    const end = performance.now() + milliseconds;
    while (performance.now() < end) {
      const quote = quoteOf(ticks + (times.length % 50));
      const from = performance.now();
      market.next(quote);
      times.push((performance.now() - from) * 1_000);
      await pause(1);
    }
    if (orders === before) throw new Error('no quote led to an order');
    return times.sort((a, b) => a - b);
  };
  const calm = 1_000_000;
  await play(calm, forMilliseconds / 5);
  while (driver.health()[0]?.abstained === 0) await play(calm, 20);
  const first = await play(calm, forMilliseconds / 2);
  const stranger = new Worker('while (true);', { eval: true });
  const beside = await play(calm, forMilliseconds);
  await stranger.terminate();
  const second = await play(calm, forMilliseconds / 2);
  const copied = driver.health()[0]?.answered ?? 0;
  const blocked = await play(BLOCKS * 100 + 1_000, forMilliseconds * 0.98);
  const [health] = driver.health();
  if (copied > 0 || (health?.failed ?? 0) < 3) throw new Error('the agent was not blocked');
  subscription.unsubscribe();
  const quiet = [...first, ...second].sort((a, b) => a - b);
  const at = (/** @type {number[]} */ times, /** @type {number} */ share) =>
    times[Math.floor(times.length * share)] ?? Number.NaN;
  return {
    quiet: { p50: at(quiet, 0.5), p99: at(quiet, 0.99) },
    beside: { p50: at(beside, 0.5), p99: at(beside, 0.99) },
    blocked: { p50: at(blocked, 0.5), p99: at(blocked, 0.99) },
  };
}
