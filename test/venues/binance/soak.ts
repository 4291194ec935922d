import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BehaviorSubject, Subject } from 'rxjs';
import { mintApproved } from '../../../src/domain/approval.js';
import { clientOrderId } from '../../../src/domain/brand.js';
import type { Command } from '../../../src/domain/command.js';
import { InstrumentTable } from '../../../src/domain/instrument-table.js';
import type { Order } from '../../../src/domain/order.js';
import { liveClock } from '../../../src/streams/index.js';
import { binance } from '../../../src/venues/binance/index.js';
import { BTC, quick, startDouble } from './binance-under-test.js';

/** What a soak came to. Heap in bytes, after collection. */
export interface SoakResult {
  readonly frames: number;
  readonly orders: number;
  readonly heap: readonly number[];
  /** Bytes that stay behind for a frame, by the least squares of the samples behind the warm-up. */
  readonly bytesPerFrame: number;
}

/** Sends so many frames a second through the driver for so long, with orders that come and go, and watches the heap. */
export async function soak(seconds: number, perSecond: number): Promise<SoakResult> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const double = await startDouble();
  const { market } = double;
  const clock = liveClock();
  const stopClock = clock.start({ startAt: 0, skip: 0, offerRecorded() {}, ended() {}, failed() {} });
  const commands$ = new Subject<Command>();
  const driver = binance(quick(double, { limits: [] }));
  let frames = 0;
  let accepted = 0;
  let links = 0;
  const subscription = driver
    .connect({
      ...{ commands$, events$: new Subject<never>(), clock, rank: 2, restored: undefined },
      ...{ instruments: new InstrumentTable([BTC]), leading$: new BehaviorSubject(true) },
    })
    .subscribe((event) => {
      if (event.kind === 'book' || event.kind === 'trade') frames++;
      else if (event.kind === 'link' && event.state === 'up') links++;
      else if (event.kind === 'report' && event.type === 'accepted') {
        accepted++;
        const { venue, instrument, clientOrderId: id } = event;
        commands$.next({
          kind: 'cancel',
          venue,
          instrument,
          clientOrderId: id,
          requestTime: clock.now(),
          reason: '',
        });
      }
    });
  const samples: { readonly frames: number; readonly heap: number }[] = [];
  while (links < 3) await new Promise((resolve) => setTimeout(resolve, 20));
  const start = Date.now();
  let sent = 0;
  let orders = 0;
  for (let now = start; now < start + 1_000 * seconds; now = Date.now()) {
    for (const due = ((now - start) / 1_000) * perSecond; sent < due; sent++) {
      market.setLevel('BTCUSDT', 'bid', 3_990_000 + (sent % 500), 1 + (sent % 1_000));
      double.flush();
      if (sent % 100 === 0) commands$.next(submit(orders++, clock.now()));
    }
    // What the double remembers of requests is its own.
    double.requests.length = 0;
    double.placed.length = 0;
    await new Promise((resolve) => setTimeout(resolve, 10));
    if (samples.length < ((now - start) / (1_000 * seconds)) * 30) {
      collect();
      samples.push({ frames, heap: process.memoryUsage().heapUsed });
    }
  }
  subscription.unsubscribe();
  stopClock();
  await driver.closed();
  await double.stop();
  return {
    frames,
    orders: accepted,
    heap: samples.map(({ heap }) => heap),
    bytesPerFrame: slope(samples.slice(Math.floor(samples.length / 3))),
  };
}

function submit(index: number, requestTime: number): Command {
  const order: Order = {
    ...{
      instrument: BTC.id,
      side: 'buy',
      type: 'limit',
      timeInForce: 'GTC',
      price: 3_900_000,
      quantity: 1_000_000,
    },
    ...{ reduceOnly: false, postOnly: false, attribution: [], arrivalMid: Number.NaN },
    ...{ clientOrderId: clientOrderId(`soak-${index}`), venue: 'binance', requestTime },
  };
  return { kind: 'submit', approved: mintApproved(order), order };
}

function slope(samples: readonly { readonly frames: number; readonly heap: number }[]): number {
  const mean = (of: 'frames' | 'heap') => samples.reduce((sum, each) => sum + each[of], 0) / samples.length;
  const [x, y] = [mean('frames'), mean('heap')];
  const above = samples.reduce((sum, { frames, heap }) => sum + (frames - x) * (heap - y), 0);
  const below = samples.reduce((sum, { frames }) => sum + (frames - x) ** 2, 0);
  return above / below;
}
