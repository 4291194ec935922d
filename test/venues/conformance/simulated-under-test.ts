import { merge, Observable, Subject } from 'rxjs';
import type { Driver, LoggedEvent } from '../../../src/core/driver.js';
import { mintApproved } from '../../../src/domain/approval.js';
import { clientOrderId } from '../../../src/domain/brand.js';
import type { Command } from '../../../src/domain/command.js';
import type { OutsideEvent, TrueOrder } from '../../../src/domain/event.js';
import type { Instrument } from '../../../src/domain/instrument.js';
import type { Order } from '../../../src/domain/order.js';
import { type ScriptedFault, simulatedVenue } from '../../../src/venues/simulated/index.js';
import type { Part, VenueUnderTest } from './venue-under-test.js';

/** How long an outage lasts and an answer is waited for, in milliseconds. */
const OUTAGE = 60;
const TIMEOUT = 100;
/** An order that exists to break the link: it is nobody's, and not a word of it is told. */
const BREAKER = 'breaks-the-link';

/** Faults of requests as this venue has them. */
const FAULTS = {
  acceptThenDrop: 'disconnect',
  acceptThenHang: 'lostReply',
  noReply: 'lostRequest',
  reject: 'reject',
} as const;

const NONE = 'no requests that are answered by a protocol:';
const WITHOUT: Partial<Record<Part, string>> = {
  http500: `${NONE} there is no status`,
  http504: `${NONE} there is no status`,
  throttle: 'no limit of requests',
  clockSkew: 'one clock, that of the recording',
  deadKey: 'no keys, and no signatures',
  freeze: 'no connection that can freeze',
  marketData: 'no market data of its own: it matches against what others tell',
  takeover: 'an exchange in the process of each member: a follower does not know the orders of its leader',
  cancelAll: 'nobody beside the pipeline: a kill cancels order by order, at no cost',
};

/**
 * The simulated venue behind the port of the others: a market far above the orders of tests, and somebody who sells into
 * them when a fill is asked for. Of its links that of orders breaks by a fault; whoever drives it asks for the truth behind
 * that, as `reconciliation` does.
 */
export function simulatedUnderTest(
  instrument: Instrument,
  sizes: Pick<VenueUnderTest, 'restingPrice' | 'lots'>,
): VenueUnderTest {
  const market = new Subject<LoggedEvent>();
  const prices = new Map<string, number>();
  const submits: string[] = [];
  const say = (event: OutsideEvent): void => market.next({ seq: 1, sub: 0, ts: 0, event });
  const common = { instrument: instrument.id, venueTime: 0 };
  const { venue } = instrument;
  // Which order a fault strikes is known when it is asked for, long after the venue was made.
  const strikes = Object.fromEntries(
    Object.values(FAULTS).map((fault) => [fault, { fault, order: '-', lasts: OUTAGE }]),
  ) as Record<(typeof FAULTS)[keyof typeof FAULTS], ScriptedFault & { order: string }>;
  let next: keyof typeof strikes | undefined;
  let burst: number[] = [];
  let breakLink: () => void = () => {};
  /** Takes the next truth in the place of whoever drives the venue. */
  let listening: ((orders: readonly TrueOrder[]) => void) | undefined;
  /** What the venue itself has: without latency it answers within the call. */
  let atVenue: () => readonly TrueOrder[] = () => [];

  const fill = (id: string, lots: readonly number[]): void => {
    const price = (prices.get(id) ?? Number.NaN) - 1;
    for (const quantity of lots)
      say({ ...{ kind: 'trade', ...common, aggressor: 'sell', tradeId: '' }, price, quantity });
  };
  const driver = (): Driver => {
    const script = [
      ...Object.values(strikes),
      { fault: 'disconnect', order: BREAKER, lasts: OUTAGE } as const,
    ];
    const simulated = simulatedVenue({ venue, faults: { timeout: TIMEOUT, script } });
    return {
      ...simulated,
      connect: (context) =>
        new Observable((output) => {
          const own = new Subject<Command>();
          const arrive = (command: Command): void => {
            if (command.kind !== 'submit') return;
            const { order } = command;
            const { clientOrderId: id } = order;
            if (next !== undefined) strikes[next].order = id;
            submits.push(id);
            prices.set(id, order.price);
            next = undefined;
          };
          output.add(context.commands$.subscribe(arrive));
          const told = simulated.connect({
            ...context,
            commands$: merge(context.commands$, own),
            events$: merge(context.events$, market),
          });
          output.add(
            told.subscribe({
              next: (event) => {
                if (event.kind === 'report' && event.clientOrderId === BREAKER) return;
                if (event.kind !== 'truth') output.next(event);
                else {
                  const orders = event.orders.filter(({ clientOrderId: id }) => id !== BREAKER);
                  if (listening) listening(orders);
                  else output.next({ ...event, orders });
                }
                if (event.kind === 'link' && event.channel === 'orders' && event.state === 'up')
                  own.next({ kind: 'reconcile', venue, requestTime: context.clock.now() });
              },
              error: (error) => output.error(error),
            }),
          );
          output.add(
            context.commands$.subscribe((command) => {
              if (command.kind === 'submit') fill(command.order.clientOrderId, burst.splice(0));
            }),
          );
          atVenue = () => {
            let all: readonly TrueOrder[] = [];
            listening = (orders) => {
              all = orders;
            };
            own.next({ kind: 'reconcile', venue, requestTime: context.clock.now() });
            listening = undefined;
            return all;
          };
          breakLink = () => {
            const order: Order = {
              ...{ instrument: instrument.id, side: 'buy', type: 'limit', timeInForce: 'GTC', price: 1 },
              ...{ quantity: 1, reduceOnly: false, postOnly: false, attribution: [], arrivalMid: Number.NaN },
              ...{ clientOrderId: clientOrderId(BREAKER), venue, requestTime: context.clock.now() },
            };
            own.next({ kind: 'submit', approved: mintApproved(order), order });
          };
          queueMicrotask(() => {
            for (const channel of ['account', 'orders'] as const)
              output.next({
                kind: 'link',
                venueTime: 0,
                venue,
                channel,
                state: 'up',
                reason: 'no connection',
              });
            say({
              ...{ kind: 'book', ...common, action: 'snapshot', first: 1, last: 1, previous: -1 },
              ...{ bids: [], asks: [2 * sizes.restingPrice, 1_000] },
            });
            own.next({ kind: 'reconcile', venue, requestTime: 0 });
          });
        }),
    };
  };
  return {
    instrument,
    ...sizes,
    keepAlive: 0,
    driver,
    without: WITHOUT,
    double: {
      orders: () =>
        atVenue()
          .filter(({ status }) => status !== 'rejected')
          .map(({ clientOrderId: id, status, filled }) => {
            return {
              clientOrderId: id,
              status,
              filled,
              requests: submits.filter((each) => each === id).length,
            };
          }),
      fill: (id, ...lots) => fill(id, lots),
      fillNextInBurst: (...lots) => {
        burst = [...lots];
      },
      failNext: (fault) => {
        const kind = FAULTS[fault as keyof typeof FAULTS];
        if (kind === undefined) throw new Error(`the simulated venue has no ${fault}`);
        next = kind;
      },
      disconnect: () => {
        breakLink();
      },
      freeze: () => {},
      thaw: () => {},
      stop: async () => {},
    },
  };
}
