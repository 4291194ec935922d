import { merge, type Observable, of, Subject } from 'rxjs';
import type { Driver, LoggedEvent } from '../../../src/core/driver.js';
import type { Command } from '../../../src/domain/command.js';
import type { OutsideEvent } from '../../../src/domain/event.js';
import type { Instrument } from '../../../src/domain/instrument.js';
import { simulatedVenue } from '../../../src/venues/simulated/index.js';
import type { VenueUnderTest } from './venue-under-test.js';

/**
 * The simulated venue behind the port of the others: a market far above the orders of tests, and somebody who sells into
 * them when a fill is asked for. Connections it has none: that they stand is told in its place.
 */
export function simulatedUnderTest(
  instrument: Instrument,
  sizes: Pick<VenueUnderTest, 'restingPrice' | 'lots'>,
): VenueUnderTest {
  const market = new Subject<LoggedEvent>();
  const prices = new Map<string, number>();
  const say = (event: OutsideEvent): void => market.next({ seq: 1, sub: 0, ts: 0, event });
  const common = { instrument: instrument.id, venueTime: 0 };
  const { venue } = instrument;
  const driver = (): Driver => {
    const simulated = simulatedVenue({ venue });
    return {
      ...simulated,
      connect(context) {
        const reconcile = new Subject<Command>();
        context.commands$.subscribe((command) => {
          if (command.kind === 'submit') prices.set(command.order.clientOrderId, command.order.price);
        });
        const output = simulated.connect({
          ...context,
          commands$: merge(context.commands$, reconcile),
          events$: merge(context.events$, market),
        });
        queueMicrotask(() => {
          const book = {
            kind: 'book',
            ...common,
            action: 'snapshot',
            first: 1,
            last: 1,
            previous: -1,
          } as const;
          say({ ...book, bids: [], asks: [2 * sizes.restingPrice, 1_000] });
          reconcile.next({ kind: 'reconcile', venue, requestTime: 0 });
        });
        return merge(links(venue), output);
      },
    };
  };
  const unsupported = (): never => {
    throw new Error('the simulated venue has its faults by configuration: test/venues/faults.test.ts');
  };
  return {
    instrument,
    ...sizes,
    keepAlive: 0,
    driver,
    double: {
      orders: () => [],
      fill: (id, ...lots) => {
        for (const quantity of lots)
          say({
            ...{ kind: 'trade', ...common, aggressor: 'sell', tradeId: '' },
            price: (prices.get(id) ?? Number.NaN) - 1,
            quantity,
          });
      },
      fillNextInBurst: unsupported,
      failNext: unsupported,
      disconnect: unsupported,
      freeze: unsupported,
      thaw: unsupported,
      stop: async () => {},
    },
  };
}

function links(venue: string): Observable<OutsideEvent> {
  const up = { kind: 'link', venueTime: 0, venue, state: 'up', reason: 'there is no connection' } as const;
  return of<OutsideEvent[]>({ ...up, channel: 'account' }, { ...up, channel: 'orders' });
}
