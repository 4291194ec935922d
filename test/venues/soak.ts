import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BehaviorSubject, Subject } from 'rxjs';
import { mintApproved } from '../../src/domain/approval.js';
import { clientOrderId } from '../../src/domain/brand.js';
import type { Command } from '../../src/domain/command.js';
import type { Instrument } from '../../src/domain/instrument.js';
import { InstrumentTable } from '../../src/domain/instrument-table.js';
import type { Order } from '../../src/domain/order.js';
import { liveClock } from '../../src/streams/index.js';
import type { VenueDriver } from '../../src/venues/driver/index.js';

/** A venue with its double, under load. */
export interface SoakedVenue {
  readonly instrument: Instrument;
  readonly driver: VenueDriver;
  /** Limit in ticks and lots of orders that come and go. */
  readonly order: { readonly price: number; readonly quantity: number };
  /** Sends one message of market data. */
  message(index: number): void | Promise<void>;
  /** The double forgets what it remembers for tests. */
  forget(): void;
  stop(): Promise<void>;
}

/** What a soak came to. Heap in bytes, after collection. */
export interface SoakResult {
  readonly messages: number;
  readonly events: number;
  readonly orders: number;
  readonly heap: readonly number[];
  /** Bytes that stay behind for an event, by the least squares of the samples behind the warm-up. */
  readonly bytesPerEvent: number;
  /** Sockets and servers of this process, before and after. */
  readonly handles: readonly [before: readonly string[], after: readonly string[]];
}

const SAMPLES = 30;
/** Of so many messages, one goes with an order. */
const ORDER_EVERY = 100;

const handles = (): readonly string[] =>
  process
    .getActiveResourcesInfo()
    .filter((kind) => /TCP|TLS|Pipe/.test(kind))
    .sort();

/** Sends so many messages a second through a driver for so long, with orders that come and go, and watches the heap. */
export async function soak(
  make: () => Promise<SoakedVenue>,
  seconds: number,
  perSecond: number,
): Promise<SoakResult> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const before = handles();
  const venue = await make();
  const { instrument, driver } = venue;
  const clock = liveClock();
  const stopClock = clock.start({ startAt: 0, skip: 0, offerRecorded() {}, ended() {}, failed() {} });
  const commands$ = new Subject<Command>();
  let events = 0;
  let accepted = 0;
  let links = 0;
  const subscription = driver
    .connect({
      ...{ commands$, events$: new Subject<never>(), clock, rank: 2, restored: undefined },
      ...{ instruments: new InstrumentTable([instrument]), leading$: new BehaviorSubject(true) },
    })
    .subscribe((event) => {
      if (event.kind === 'book' || event.kind === 'trade') events++;
      else if (event.kind === 'link' && event.state === 'up') links++;
      else if (event.kind === 'report' && event.type === 'accepted') {
        accepted++;
        const { venue, instrument: id, clientOrderId } = event;
        const cancel = { venue, instrument: id, clientOrderId, requestTime: clock.now(), reason: '' };
        commands$.next({ kind: 'cancel', ...cancel });
      }
    });
  const samples: { readonly events: number; readonly heap: number }[] = [];
  while (links < 3) await new Promise((resolve) => setTimeout(resolve, 20));
  const start = Date.now();
  let sent = 0;
  let orders = 0;
  for (let now = start; now < start + 1_000 * seconds; now = Date.now()) {
    for (const due = ((now - start) / 1_000) * perSecond; sent < due; sent++) {
      await venue.message(sent);
      if (sent % ORDER_EVERY === 0) commands$.next(submit(venue, orders++, clock.now()));
    }
    venue.forget();
    await new Promise((resolve) => setTimeout(resolve, 10));
    if (samples.length < ((now - start) / (1_000 * seconds)) * SAMPLES) {
      collect();
      samples.push({ events, heap: process.memoryUsage().heapUsed });
    }
  }
  subscription.unsubscribe();
  stopClock();
  await driver.closed();
  await venue.stop();
  // What was closed is gone with the next turns of the loop.
  for (let tries = 0; tries < 100 && handles().length > before.length; tries++)
    await new Promise((resolve) => setTimeout(resolve, 10));
  return {
    messages: sent,
    events,
    orders: accepted,
    heap: samples.map(({ heap }) => heap),
    bytesPerEvent: slope(samples.slice(Math.floor(samples.length / 3))),
    handles: [before, handles()],
  };
}

/** One line for people. */
export function summaryOf(name: string, result: SoakResult): string {
  const { messages, events, orders, heap, bytesPerEvent } = result;
  const megabytes = (bytes: number | undefined): string => ((bytes ?? 0) / 2 ** 20).toFixed(1);
  const grown = `heap ${megabytes(heap[0])} to ${megabytes(heap.at(-1))} MB, ${bytesPerEvent.toFixed(1)} bytes an event`;
  const [before, after] = result.handles;
  const left = `sockets and servers: ${before.length} before, ${after.length} after closing`;
  return `${name}: ${messages} messages, ${events} events, ${orders} orders: ${grown}; ${left}`;
}

function submit({ instrument, order }: SoakedVenue, index: number, requestTime: number): Command {
  const whole: Order = {
    ...{ instrument: instrument.id, side: 'buy', type: 'limit', timeInForce: 'GTC', ...order },
    ...{ reduceOnly: false, postOnly: false, attribution: [], arrivalMid: Number.NaN },
    ...{ clientOrderId: clientOrderId(`soak-${requestTime}-${index}`), venue: instrument.venue, requestTime },
  };
  return { kind: 'submit', approved: mintApproved(whole), order: whole };
}

function slope(samples: readonly { readonly events: number; readonly heap: number }[]): number {
  const mean = (of: 'events' | 'heap') => samples.reduce((sum, each) => sum + each[of], 0) / samples.length;
  const [x, y] = [mean('events'), mean('heap')];
  const above = samples.reduce((sum, { events, heap }) => sum + (events - x) * (heap - y), 0);
  const below = samples.reduce((sum, { events }) => sum + (events - x) ** 2, 0);
  return above / below;
}
