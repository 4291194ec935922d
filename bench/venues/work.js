// @ts-check
import { fork } from 'node:child_process';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { instrument } from 'millrace';
import { liveClock } from 'millrace/streams';
import { binance } from 'millrace/venues/binance';
import { BehaviorSubject, Subject } from 'rxjs';
import { mintApproved } from '../../dist/domain/approval.js';
import { InstrumentTable } from '../../dist/domain/instrument-table.js';
import { median } from '../harness/statistics.js';

const BATCH = 1_000;
const BTC = instrument({
  ...{ venue: 'binance', symbol: 'BTCUSDT', kind: 'spot', base: 'BTC', quote: 'USDT' },
  ...{ tick: '0.01', lot: '0.00000001', orderStep: '0.00001' },
});

/** @param {number} port */
const endpoints = (port) => ({
  rest: `http://127.0.0.1:${port}`,
  stream: `ws://127.0.0.1:${port}/stream/ws`,
  api: `ws://127.0.0.1:${port}/ws-api/v3`,
});

/** @param {() => boolean} isSo */
async function until(isSo) {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

/** Our driver, with the words that it said counted. @param {number} port */
function ours(port) {
  /** @type {Subject<any>} */
  const commands$ = new Subject();
  const clock = liveClock();
  const counts = { market: 0, links: 0, accepted: 0 };
  const driver = binance({
    environment: endpoints(port),
    credentials: () => ({ apiKey: 'bench-key', secret: 'bench-secret' }),
    limits: [],
  });
  const subscription = driver
    .connect({
      ...{ commands$, events$: new Subject(), clock, rank: 2, restored: undefined },
      ...{ instruments: new InstrumentTable([BTC]), leading$: new BehaviorSubject(true) },
    })
    .subscribe((event) => {
      if (event.kind === 'book' || event.kind === 'trade') counts.market++;
      else if (event.kind === 'link' && event.state === 'up') counts.links++;
      else if (event.kind === 'report' && event.type === 'accepted') counts.accepted++;
    });
  return {
    counts,
    ready: () => until(() => counts.links === 3 && counts.market > 0),
    /** @param {string} id */
    submit(id) {
      const order = /** @type {any} */ ({
        ...{
          instrument: BTC.id,
          side: 'buy',
          type: 'limit',
          timeInForce: 'GTC',
          price: 3_900_000,
          quantity: 1_000_000,
        },
        ...{ reduceOnly: false, postOnly: false, attribution: [], arrivalMid: Number.NaN },
        ...{ clientOrderId: id, venue: 'binance', requestTime: clock.now() },
      });
      commands$.next({ kind: 'submit', approved: mintApproved(order), order });
    },
    async close() {
      subscription.unsubscribe();
      await driver.closed();
    },
  };
}

/** ccxt as its manual has it: a loop for the book, a loop for trades. @param {number} port */
async function theirs(port) {
  const path = new URL('./src/pro/binance.js', import.meta.resolve('ccxt')).href;
  const { default: Binance } = await import(path);
  const { rest, stream, api } = endpoints(port);
  const exchange = new Binance({
    apiKey: 'bench-key',
    secret: 'bench-secret',
    enableRateLimit: false,
    options: { fetchMarkets: { types: ['spot'] }, fetchCurrencies: false, fetchMargins: false },
    urls: {
      api: {
        public: `${rest}/api/v3`,
        private: `${rest}/api/v3`,
        ws: { spot: stream, 'ws-api': { spot: api } },
      },
    },
  });
  const counts = { frames: 0 };
  const handle = exchange.handleMessage.bind(exchange);
  exchange.handleMessage = (/** @type {any} */ client, /** @type {any} */ message) => {
    handle(client, message);
    if (message.e !== undefined) counts.frames++;
  };
  await exchange.loadHttpProxyAgent();
  await exchange.loadMarkets();
  let over = false;
  const loop = async (/** @type {() => Promise<unknown>} */ watch) => {
    while (!over) await watch().catch(() => {});
  };
  return {
    exchange,
    counts,
    start() {
      void loop(() => exchange.watchOrderBook('BTC/USDT'));
      void loop(() => exchange.watchTrades('BTC/USDT'));
    },
    async close() {
      over = true;
      await exchange.close();
    },
  };
}

/** Microseconds from a call to the first write on a socket, and of processor time for the call; medians. */
async function toTheWire(
  /** @type {(index: number) => unknown} */ submit,
  /** @type {() => Promise<void>} */ answered,
  /** @type {number} */ count,
) {
  const write = Socket.prototype.write;
  let at = 0n;
  Socket.prototype.write = /** @type {any} */ (
    function (/** @type {any} */ ...args) {
      if (at === 0n) at = process.hrtime.bigint();
      return /** @type {any} */ (write).apply(this, args);
    }
  );
  const waits = [];
  for (let index = 0; index < count; index++) {
    at = 0n;
    const start = process.hrtime.bigint();
    submit(index);
    await until(() => at !== 0n);
    waits.push(Number(at - start) / 1_000);
    await answered();
  }
  Socket.prototype.write = write;
  return median(waits.slice(Math.floor(count / 3)));
}

/** @param {{ variant: string, frames: number, orders: number }} task */
export async function work({ variant, frames, orders }) {
  const server = fork(fileURLToPath(new URL('./server.js', import.meta.url)));
  const port = await new Promise((resolve) => server.once('message', resolve));
  try {
    if (variant === 'millrace, an order') {
      const it = ours(port);
      await it.ready();
      const each = await toTheWire(
        (index) => it.submit(`b-${index}`),
        () => until(() => it.counts.accepted > 0 && it.counts.accepted-- > 0),
        orders,
      );
      await it.close();
      return { each };
    }
    if (variant === 'ccxt, an order') {
      const it = await theirs(port);
      let pending = Promise.resolve();
      const each = await toTheWire(
        (index) => {
          pending = it.exchange.createOrderWs('BTC/USDT', 'limit', 'buy', 0.01, 39_000, {
            newClientOrderId: `b-${index}`,
          });
        },
        async () => void (await pending),
        orders,
      );
      await it.close();
      return { each };
    }
    const it = variant === 'millrace' ? ours(port) : await theirs(port);
    const done = () => ('market' in it.counts ? it.counts.market : it.counts.frames);
    if ('start' in it) {
      it.start();
      // Both subscriptions stand before the first frame that counts.
      await new Promise((resolve) => setTimeout(resolve, 500));
    } else await it.ready();
    const play = async (/** @type {number} */ count) => {
      const before = done();
      for (let sent = 0; sent < count; sent += BATCH) {
        server.send(BATCH);
        await until(() => done() >= before + sent + BATCH);
      }
    };
    await play(frames / 4);
    const start = process.cpuUsage();
    await play(frames);
    const { user, system } = process.cpuUsage(start);
    await it.close();
    return { perSecond: frames / ((user + system) / 1e6) };
  } finally {
    server.disconnect();
  }
}
