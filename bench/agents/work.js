// @ts-check
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { compose, instrument, run } from 'millrace';
import { deliberate, inWorker, openRemoteAgents, remote } from 'millrace/agents';
import { agent, agents, books, confidenceWeighted, ensemble, riskParity } from 'millrace/operators';
import { liveClock } from 'millrace/streams';
import { Subject } from 'rxjs';
import { nanosecondsEach } from '../harness/measure.js';

const BTC = instrument({
  venue: 'one',
  symbol: 'BTCUSD',
  kind: 'spot',
  base: 'BTC',
  quote: 'USD',
  tick: '0.01',
  lot: '0.001',
});
const START = 1_800_000_000_000;

/** @param {number} ticks */
const quoteOf = (ticks) => ({
  kind: 'quote',
  instrument: BTC.id,
  venueTime: START,
  bidPrice: 9_990 + ticks,
  bidQuantity: 1_000,
  askPrice: 10_000 + ticks,
  askQuantity: 1_000,
  updateId: -1,
});

/** Agents that look at the price and now and then change their minds. @param {number} count */
const team = (count) =>
  Array.from({ length: count }, (_, index) =>
    agent({
      name: `agent-${index}`,
      memory: () => ({ last: 0, count: 0 }),
      decide: (/** @type {any} */ { mid }, memory) => {
        memory.last += (mid - memory.last) * 0.1;
        memory.count += 1;
        if ((memory.count + index) % 64 !== 0) return undefined;
        return { of: { asset: 'BTC' }, exposure: mid > memory.last ? 0.5 : -0.5, confidence: 0.7 };
      },
    }),
  );

/**
 * @param {{ what: 'agents' | 'weighted' | 'ensemble' | 'worker' | 'remote', size: number, count: number }} task
 * @returns {Promise<{ each?: number, p50?: number, p99?: number }>}
 */
export async function work({ what, size, count }) {
  if (what === 'worker' || what === 'remote') return roundTrips(what, count);
  const joining = /** @type {any} */ ([]);
  if (what === 'weighted') joining.push(confidenceWeighted());
  if (what === 'ensemble') joining.push(ensemble({ joining: riskParity(), veto: ['agent-0'] }));
  const running = /** @type {any} */ (compose)(
    { name: 'agents-bench', instruments: [BTC] },
    books(),
    agents(/** @type {any} */ (team(size))),
    ...joining,
  ).start({ development: false });
  const quotes = Array.from({ length: 64 }, (_, at) => quoteOf((at * 7) % 13));
  let seq = 0;
  let decisions = 0;
  const each = nanosecondsEach(
    (from, to) => {
      for (let at = from; at < to; at++) {
        decisions += running.pass(++seq, 0, START + seq, quotes[at & 63]).decisions.length;
        while (running.context.takeDerived() !== undefined);
      }
    },
    { warmUp: Math.floor(count / 2), count },
  );
  if (size > 0 && decisions === 0) throw new Error('no agent decided');
  return { each };
}

/** From a quote to the decision on it, through a worker thread or a socket. @param {'worker' | 'remote'} what @param {number} count */
async function roundTrips(what, count) {
  const terms = { name: 'far', every: 0.001, observe: (/** @type {any} */ { mid }) => ({ mid }) };
  const module = new URL('./decide.js', import.meta.url);
  const far = what === 'worker' ? deliberate({ ...terms, decide: inWorker(module) }) : remote(terms);
  const driver =
    what === 'worker'
      ? (await import('millrace/agents')).asynchronousAgents([/** @type {any} */ (far)])
      : await openRemoteAgents([/** @type {any} */ (far)], { bind: 'tcp://127.0.0.1:*' });
  const market = new Subject();
  const source = { name: 'market', leads: true, connect: () => market };
  const core = /** @type {any} */ (compose)({ name: 'trips', instruments: [BTC] }, books(), agents([far]));
  /** @type {(() => void) | undefined} */
  let decided;
  const subscription = run(core, {
    clock: liveClock(),
    drivers: [driver, /** @type {any} */ (source)],
  }).subscribe((/** @type {any} */ frame) => {
    if (frame.decisions.length > 0) decided?.();
  });
  const peer =
    what === 'remote'
      ? fork(fileURLToPath(new URL('./peer.js', import.meta.url)), [/** @type {any} */ (driver).address], {
          execArgv: [],
        })
      : undefined;
  // A remote agent is told to be absent a moment after the run begins.
  await new Promise((resolve) => setTimeout(resolve, 10));
  while (driver.health()[0]?.state !== 'well') await new Promise((resolve) => setTimeout(resolve, 1));
  /** @type {number[]} */
  const times = [];
  for (let trip = 0; trip < count + 100; trip++) {
    const answered = new Promise((resolve) => {
      decided = () => resolve(undefined);
    });
    const from = performance.now();
    market.next(quoteOf(trip % 13));
    await answered;
    if (trip >= 100) times.push((performance.now() - from) * 1_000);
    // The next one is of another time: an agent is shown nothing twice at one.
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  subscription.unsubscribe();
  /** @type {any} */ (driver).close?.();
  peer?.kill('SIGKILL');
  times.sort((a, b) => a - b);
  return {
    p50: times[times.length >> 1] ?? Number.NaN,
    p99: times[Math.floor(times.length * 0.99)] ?? Number.NaN,
  };
}
