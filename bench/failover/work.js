// @ts-check
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Observable } from 'rxjs';
import { BTC, member } from './member.js';

const turn = () => new Promise((resolve) => setImmediate(resolve));
const wait = (/** @type {number} */ delay) => new Promise((resolve) => setTimeout(resolve, delay));

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  return port;
}

/** @param {number[]} values */
function percentiles(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (/** @type {number} */ share) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), most: at(1) };
}

/** The leader's process; with a mirror in another, or alone. @param {{ quick: boolean, mirror: boolean }} task */
export async function work({ quick, mirror }) {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  const [one, two] = [`tcp://127.0.0.1:${await freePort()}`, `tcp://127.0.0.1:${await freePort()}`];
  const register = join(folder, 'register');
  let held = 0;
  /** Woken when the pair holds more: whoever polls would count as a cost of the mirror. */
  let wake = () => {};
  const heldMore = () =>
    new Promise((resolve) => {
      wake = () => resolve(undefined);
    });
  let say = (/** @type {any} */ _event) => {};
  let ordered = (/** @type {any} */ _order) => {};
  const leader = await member(
    { node: 'a', peer: 'b', folder: join(folder, 'a'), register, bind: one, connect: two },
    ({ held$ }) => [
      {
        name: 'feed',
        connect: ({ commands$ }) =>
          new Observable((output) => {
            say = (event) => output.next(event);
            held$.subscribe((seq) => {
              held = seq;
              wake();
            });
            commands$.subscribe((command) => {
              if (command.kind === 'submit') ordered(command.order);
            });
          }),
      },
    ],
  );
  const until = async (/** @type {string} */ role) => {
    while (leader.report.role !== role) await wait(5);
  };
  await until('solo');
  const place = { node: 'b', peer: 'a', folder: join(folder, 'b'), register, bind: two, connect: one };
  const other = mirror
    ? fork(fileURLToPath(new URL('./mirror.js', import.meta.url)), [JSON.stringify(place)])
    : undefined;
  if (other !== undefined) await until('paired');

  let updateId = 0;
  const quote = () =>
    say({
      kind: 'quote',
      instrument: BTC.id,
      venueTime: Date.now(),
      bidPrice: 50_000 + (updateId % 7),
      bidQuantity: 10,
      askPrice: 50_010 + (updateId % 7),
      askQuantity: 10,
      updateId: ++updateId,
    });
  /** As many as it takes; never more than 16,384 ahead of what the pair holds. */
  const flood = async (/** @type {number} */ count) => {
    const begun = performance.now();
    const before = process.cpuUsage();
    for (let sent = 0; sent < count; ) {
      if (leader.position.seq - held < 16_384) {
        for (let each = 0; each < 256; each++, sent++) quote();
        await turn();
      } else await heldMore();
    }
    while (held < leader.position.seq) await heldMore();
    const { user, system } = process.cpuUsage(before);
    return {
      processor: (user + system) / count,
      perSecond: (count * 1_000) / (performance.now() - begun),
    };
  };
  await flood(quick ? 5_000 : 100_000);
  const speed = await flood(quick ? 20_000 : 300_000);

  let signals = 0;
  /** Signals at a steady rate, amid quotes; each order is filled at once. */
  const trade = async (/** @type {number} */ duration, begin = () => {}) => {
    /** @type {number[]} */
    const due = [];
    /** @type {number[]} */
    const late = [];
    ordered = (order) => {
      late.push(performance.now() - /** @type {number} */ (due.shift()));
      const { clientOrderId, instrument, side, quantity } = order;
      const report = { kind: 'report', venue: 'v', instrument, clientOrderId, venueTime: Date.now() };
      const fill = { executionId: `x${clientOrderId}`, side, price: 50_000, quantity, liquidity: 'taker' };
      setImmediate(() => say({ ...report, type: 'fill', ...fill, fee: '0', feeCurrency: 'USDT' }));
    };
    const start = performance.now();
    begin();
    for (let number = 0; performance.now() - start < duration; ) {
      const now = performance.now();
      for (; start + number * 2 <= now; number++) {
        for (let each = 0; each < 10; each++) quote();
        const at = Date.now();
        const direction = ++signals % 2 === 0 ? 1 : -1;
        const life = { horizon: 60_000, eventTime: at, validUntil: at + 60_000 };
        const name = `s${signals}`;
        due.push(performance.now());
        say({
          kind: 'signal',
          signal: { name, instrument: BTC.id, direction, strength: 1, confidence: 1, ...life },
        });
      }
      await turn();
    }
    for (const end = performance.now() + 2_000; due.length > 0 && performance.now() < end; ) await turn();
    return percentiles(late);
  };
  const duration = quick ? 300 : 3_000;
  let latency = {};
  if (other !== undefined) {
    await trade(duration);
    const before = await trade(duration);
    const during = await trade(1_000, () => other.kill('SIGKILL'));
    latency = { before, during, after: await trade(duration) };
  }
  await leader.stop();
  rmSync(folder, { recursive: true, force: true });
  return { ...speed, ...latency };
}
