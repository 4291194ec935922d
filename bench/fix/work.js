// @ts-check
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { instrument } from 'millrace';
import { MemoryDisk } from 'millrace/journal';
import { liveClock } from 'millrace/streams';
import { cmeVenue, standardGateway } from 'millrace/venues/cme';
import {
  encode,
  FixSession,
  FixStore,
  Framer,
  formatTimestamp,
  sessionSettings,
  standard,
  tcp,
} from 'millrace/venues/fix';
import { BehaviorSubject, Subject } from 'rxjs';
import { InstrumentTable } from '../../dist/domain/instrument-table.js';
import { nanosecondsEach } from '../harness/measure.js';
import { median } from '../harness/statistics.js';
import { startBroker } from './broker.js';
import { contestant, loggedOn } from './jspurefix.js';

const NOW = Date.UTC(2026, 0, 5, 14, 30);
const ES = instrument({
  ...{ venue: 'cme', symbol: 'ESZ6', kind: 'future', base: 'ES', quote: 'USD', tick: '0.25', lot: '1' },
  ...{ multiplier: '50', expiry: Date.UTC(2026, 11, 18) },
});

/** @param {number} sequence @returns {import('millrace/venues/fix').Field[]} */
const order = (sequence) => [
  [35, 'D'],
  [49, 'DESK'],
  [56, 'BROKER'],
  [34, sequence],
  [52, formatTimestamp(NOW + sequence)],
  [50, 'OP7'],
  [11, `order-${sequence}`],
  [1, 'A1'],
  [21, '1'],
  [55, 'ESZ6'],
  [54, '1'],
  [60, formatTimestamp(NOW + sequence)],
  [38, 3],
  [40, '2'],
  [59, '1'],
  [44, '5000.25'],
];

/** @param {number} sequence @param {number} now @returns {import('millrace/venues/fix').Field[]} */
const execution = (sequence, now) => [
  [35, '8'],
  [49, 'BROKER'],
  [56, 'DESK'],
  [34, sequence],
  [52, formatTimestamp(now)],
  [37, `O-${sequence}`],
  [17, `E-${sequence}`],
  [150, 'F'],
  [39, '1'],
  [11, 'order-1'],
  [1, 'A1'],
  [55, 'ESZ6'],
  [54, '1'],
  [38, 3_000_000],
  [44, '5000.25'],
  [32, 1],
  [31, '5000.25'],
  [14, sequence],
  [151, 1],
  [6, '5000.25'],
  [60, formatTimestamp(now)],
];

/** @param {{ variant: string, count: number, trips: number, program: string | undefined }} task */
export async function work({ variant, count, trips, program }) {
  switch (variant) {
    case 'encode a new order': {
      let bytes = 0;
      const orders = Array.from({ length: 256 }, (_, index) => order(index + 1));
      const play = (/** @type {number} */ from, /** @type {number} */ to) => {
        for (let index = from; index < to; index++)
          bytes += encode('FIX.4.4', /** @type {any} */ (orders[index & 255])).length;
      };
      return { each: nanosecondsEach(play, { warmUp: count, count }), bytes };
    }
    case 'encode a new order with its times': {
      let bytes = 0;
      const play = (/** @type {number} */ from, /** @type {number} */ to) => {
        for (let index = from; index < to; index++) bytes += encode('FIX.4.4', order(index)).length;
      };
      return { each: nanosecondsEach(play, { warmUp: count, count }), bytes };
    }
    case 'parse an execution report': {
      const block = Buffer.concat(
        Array.from({ length: 100 }, (_, index) => encode('FIX.4.4', execution(index + 1, NOW))),
      );
      let filled = 0;
      let wanted = 0;
      const framer = new Framer();
      const play = (/** @type {number} */ from, /** @type {number} */ to) => {
        for (let index = from; index < to; index += 100) {
          framer.take(block, (message) => {
            if (message.get(150) === 'F') filled += message.integer(32);
          });
          wanted += 100;
        }
      };
      const each = nanosecondsEach(play, { warmUp: count, count });
      // Each report fills one.
      if (filled !== wanted) throw new Error(`${filled} lots are read of ${wanted}`);
      return { each, filled };
    }
    case 'encode a new order with its times, jspurefix': {
      const { encode: theirs } = await contestant(order(1));
      let bytes = 0;
      const play = (/** @type {number} */ from, /** @type {number} */ to) => {
        for (let index = from; index < to; index++) bytes += theirs().length;
      };
      return { each: nanosecondsEach(play, { warmUp: count >> 2, count: count >> 2 }), bytes };
    }
    case 'parse an execution report, jspurefix': {
      const { parser } = await contestant(order(1));
      const block = Buffer.concat(
        Array.from({ length: 100 }, (_, index) => encode('FIX.4.4', execution(index + 1, NOW))),
      );
      let filled = 0;
      let wanted = 0;
      const read = parser(block, (view) => {
        if (view.getString(150) === 'F') filled += view.getTyped(32);
      });
      const play = (/** @type {number} */ from, /** @type {number} */ to) => {
        for (let index = from; index < to; index += 100) {
          read();
          wanted += 100;
        }
      };
      const each = nanosecondsEach(play, { warmUp: count >> 2, count: count >> 2 });
      if (filled !== wanted) throw new Error(`jspurefix reads ${filled} lots of ${wanted}`);
      return { each, filled };
    }
    case 'report to event':
      return reports(count);
    case 'round trip, jspurefix':
      return theirRoundTrips(trips, program);
    default:
      return roundTrips(variant, trips, program);
  }
}

/** A whole driver on a wire of memory. @param {number} count */
async function reports(count) {
  const clock = liveClock();
  clock.start(/** @type {any} */ ({ startAt: 0, skip: 0, offerRecorded() {}, ended() {}, failed() {} }));
  /** @type {import('millrace/venues/fix').LinkListener | undefined} */
  let listener;
  const transport = {
    name: 'memory',
    /** @param {import('millrace/venues/fix').LinkListener} given */
    open(given) {
      listener = given;
      setImmediate(() => given.connected());
      return { write() {}, close() {} };
    },
  };
  /** @type {Subject<any>} */
  const log = new Subject();
  let fills = 0;
  let seq = 0;
  const subscription = cmeVenue({
    ...{ gateway: standardGateway('FIX.4.4'), account: 'A1', operator: 'OP7' },
    orders: {
      ...{ senderCompID: 'DESK', targetCompID: 'BROKER', transport, store: { disk: new MemoryDisk() } },
      ...{ sendingTimeTolerance: 0, heartbeat: 600 },
    },
  })
    .connect({
      ...{ commands$: new Subject(), events$: log, clock, rank: 0, restored: undefined },
      ...{ instruments: new InstrumentTable([ES]), leading$: new BehaviorSubject(true) },
    })
    .subscribe((event) => {
      log.next({ seq: ++seq, sub: 0, ts: 0, event });
      if (event.kind === 'report') fills++;
    });
  while (listener === undefined) await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  const now = Date.now();
  /** @type {import('millrace/venues/fix').Field[]} */
  const logon = [
    [35, 'A'],
    [49, 'BROKER'],
    [56, 'DESK'],
    [34, 1],
    [52, formatTimestamp(now)],
    [98, 0],
    [108, 600],
  ];
  listener.data(encode('FIX.4.4', logon));
  // Spelled before the clock runs: it is not what is measured.
  const batches = Array.from({ length: count / 100 }, (_, batch) =>
    Buffer.concat(
      Array.from({ length: 100 }, (_, index) => encode('FIX.4.4', execution(batch * 100 + index + 2, now))),
    ),
  );
  const start = process.cpuUsage();
  for (const batch of batches) listener.data(batch);
  const { user, system } = process.cpuUsage(start);
  subscription.unsubscribe();
  if (fills !== count) throw new Error(`${fills} reports of ${count}`);
  return { each: ((user + system) * 1_000) / count };
}

/** @param {string} variant @param {number} trips @param {string | undefined} program */
async function roundTrips(variant, trips, program) {
  const broker = await startBroker(program);
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-fix-'));
  const clock = liveClock();
  const stopClock = clock.start(
    /** @type {any} */ ({ startAt: 0, skip: 0, offerRecorded() {}, ended() {}, failed() {} }),
  );
  const key = 'FIX.4.4:DESK->BROKER';
  const store = await FixStore.open(
    variant === 'in memory'
      ? { disk: new MemoryDisk(), key }
      : { folder, key, durability: variant === 'synced' ? 'synced' : 'written' },
  );
  /** @type {() => void} */
  let heard = () => {};
  const loggedOn = withResolvers();
  const session = new FixSession({
    ...{ store, clock, transport: tcp({ host: '127.0.0.1', port: broker.port }) },
    settings: sessionSettings({
      dialect: standard('FIX.4.4'),
      senderCompID: 'DESK',
      targetCompID: 'BROKER',
    }),
    application: {
      caughtUp: () => loggedOn.resolve(undefined),
      down() {},
      message(message) {
        session.recorded(message.sequence);
        heard();
      },
      lost() {},
      alert(_code, text) {
        throw new Error(text);
      },
    },
  });
  session.start();
  await loggedOn.promise;
  const each = await timed(trips, (trip, back) => {
    heard = back;
    session.send([[35, 'D'], ...order(trip + 1).slice(6)]);
  });
  session.abandon();
  await store.close();
  stopClock();
  broker.stop();
  rmSync(folder, { recursive: true, force: true });
  return { each };
}

/** The same by jspurefix. @param {number} trips @param {string | undefined} program */
async function theirRoundTrips(trips, program) {
  const broker = await startBroker(program);
  /** @type {() => void} */
  let heard = () => {};
  const session = await loggedOn(broker.port, () => heard());
  const each = await timed(trips, (trip, back) => {
    heard = back;
    session.send(order(trip + 1));
  });
  broker.stop();
  // Its timers and loggers do not end by themselves.
  setImmediate(() => setTimeout(() => process.exit(0), 50));
  return { each };
}

/**
 * Microseconds there and back, one at a time: the median without the first quarter.
 *
 * @param {number} trips
 * @param {(trip: number, back: () => void) => void} send
 */
async function timed(trips, send) {
  const times = [];
  for (let trip = 0; trip < trips; trip++) {
    const start = performance.now();
    await new Promise((resolve) => send(trip, () => resolve(undefined)));
    times.push((performance.now() - start) * 1_000);
  }
  return median(times.slice(times.length >> 2));
}

function withResolvers() {
  /** @type {(value: unknown) => void} */
  let resolve = () => {};
  const promise = new Promise((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
