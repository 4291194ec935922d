// @ts-check
import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compose, instrument } from 'millrace';
import { generateKeys } from 'millrace/failover';
import { books, signals } from 'millrace/operators';
import { memoryFeed, memorySignalFeed, redisSignalFeed, zeromqSignalFeed } from 'millrace/queues';

const BTC = instrument({
  venue: 'v',
  symbol: 'BTC',
  kind: 'spot',
  base: 'BTC',
  quote: 'USD',
  tick: '0.01',
  lot: '0.001',
});
const said = (/** @type {number} */ eventTime) => ({
  name: `s${eventTime % 50}`,
  instrument: BTC.id,
  direction: /** @type {const} */ (1),
  strength: 0.5,
  confidence: 0.5,
  horizon: 1_000,
  eventTime,
  validUntil: 9e12,
});

/** Signals a second through the pool of a pipeline. @param {number} count */
function pool(count) {
  const core = /** @type {any} */ (compose)({ instruments: [BTC] }, books(), signals([]));
  const running = core.start({ development: false });
  const play = (/** @type {number} */ from, /** @type {number} */ to) => {
    for (let seq = from; seq < to; seq++) {
      running.pass(seq + 1, 0, seq + 1, { kind: 'signal', signal: said(seq) });
      while (running.context.takeDerived() !== undefined);
    }
  };
  play(0, count);
  const start = performance.now();
  play(count, 2 * count);
  return (count / (performance.now() - start)) * 1_000;
}

/** Signals a second from one handle of a feed to another. @param {any} publisher @param {any} listener @param {number} count */
async function through(publisher, listener, count) {
  const abort = new AbortController();
  await publisher.publish(said(0));
  let start = 0;
  let heard = 0;
  /** @type {Promise<void> | undefined} */
  let publishing;
  const listening = (async () => {
    for await (const _ of listener.listen(abort.signal)) {
      heard += 1;
      if (heard === 1) {
        start = performance.now();
        publishing = (async () => {
          for (let time = 1; time <= count; time += 500)
            await Promise.all(
              Array.from({ length: Math.min(500, count + 1 - time) }, (_each, index) =>
                publisher.publish(said(time + index)),
              ),
            );
        })();
      }
      if (heard > count) return;
    }
  })();
  const timer = setTimeout(() => abort.abort(), 60_000);
  await listening;
  await publishing;
  clearTimeout(timer);
  const rate = ((heard - 1) / (performance.now() - start)) * 1_000;
  await Promise.all([publisher.close(), listener.close()]);
  return rate;
}

async function freePort() {
  const server = createServer();
  await new Promise((/** @type {(value?: unknown) => void} */ done) =>
    server.listen(0, '127.0.0.1', () => done()),
  );
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  await new Promise((done) => server.close(done));
  return port;
}

/** @param {number} count */
async function redis(count) {
  try {
    execFileSync('sh', ['-c', 'command -v redis-server']);
  } catch {
    return undefined;
  }
  const port = await freePort();
  const server = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', ''], {
    stdio: 'ignore',
  });
  try {
    const handle = () => redisSignalFeed({ url: `redis://127.0.0.1:${port}`, key: 'pool' });
    for (let tries = 0; ; tries++) {
      const probe = handle();
      try {
        await probe.publish(said(0));
        break;
      } catch (error) {
        if (tries > 50) throw error;
        await new Promise((done) => setTimeout(done, 100));
      } finally {
        await probe.close();
      }
    }
    return await through(handle(), handle(), count);
  } finally {
    server.kill();
  }
}

/** @param {{ variant: string, count: number }} task */
export async function work({ variant, count }) {
  if (variant === 'pool') return { rate: pool(count * 10) };
  if (variant === 'memory') {
    const shared = memoryFeed();
    return { rate: await through(memorySignalFeed({}, shared), memorySignalFeed({}, shared), count) };
  }
  if (variant === 'redis') return { rate: await redis(count) };
  const base = join(tmpdir(), `millrace-${randomUUID().slice(0, 8)}`);
  const at = { words: `ipc://${base}.w`, snapshot: `ipc://${base}.s` };
  try {
    if (variant === 'zeromq')
      return {
        rate: await through(zeromqSignalFeed({ bind: at }), zeromqSignalFeed({ connect: [at] }), count),
      };
    const [desk, reader] = [generateKeys(), generateKeys()];
    const publisher = zeromqSignalFeed({ bind: at, curve: { keys: desk, allowed: [reader.publicKey] } });
    const listener = zeromqSignalFeed({
      connect: [{ ...at, key: desk.publicKey }],
      curve: { keys: reader },
    });
    return { rate: await through(publisher, listener, count) };
  } finally {
    for (const end of ['w', 's']) rmSync(`${base}.${end}`, { force: true });
  }
}
