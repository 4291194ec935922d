import { expect } from 'vitest';
import { compose } from '../../../src/core/compose.js';
import type { Driver } from '../../../src/core/driver.js';
import type { Frame } from '../../../src/core/frame.js';
import { pure } from '../../../src/core/pure.js';
import { run } from '../../../src/core/run.js';
import type { Event } from '../../../src/domain/event.js';
import type { Instrument } from '../../../src/domain/instrument.js';
import type { VenueCapabilities } from '../../../src/domain/venue-capabilities.js';
import {
  agent,
  agents,
  bestNetPrice,
  books,
  confidenceWeighted,
  dispatch,
  type LedgerFields,
  ledger,
  lookUps,
  type MarketFields,
  maxPosition,
  reconciliation,
  risk,
  sizing,
} from '../../../src/operators/index.js';
import { liveClock } from '../../../src/streams/index.js';
import type { DoubleOrder } from '../../doubles/market/double-order.js';

/** A double with a market, as far as a desk in front of it has to be looked at. */
export interface DeskVenue {
  readonly instrument: Instrument;
  readonly capabilities: VenueCapabilities;
  /** Gives up on an answer soon. */
  readonly driver: Driver;
  /** Moves the book a little: what was decided before there was a link for orders is decided again. */
  move(lots: number): void;
  /** What the venue has of ours, and how many requests to place came. */
  orders(): readonly DoubleOrder[];
  placed(): number;
  stop(): Promise<void>;
}

/** Wants half of its budget in coins, for ever. */
const holder = agent({
  name: 'holder',
  decide: (_frame: Frame) => ({ of: { asset: 'BTC' }, exposure: 1, confidence: 1 }),
});

/** Runs a whole desk, live, until it has its position; expects one order at the venue, and every fill told once. */
export async function comesToItsPosition(venue: DeskVenue): Promise<void> {
  const { instrument, driver } = venue;
  const venues = { [instrument.venue]: venue.capabilities };
  const desk = compose(
    { instruments: [instrument] },
    books(),
    ledger({ reportingCurrency: instrument.quote }),
    lookUps({ venues, firstWait: 50 }),
    reconciliation(),
    pure('standing', ({ ledger: view }: Frame & MarketFields & LedgerFields) => ({
      held: view.position(0),
      open: [...view.openOrders()].length,
    })),
    agents([holder]),
    confidenceWeighted(),
    sizing({ budget: 20_000 }),
    bestNetPrice(),
    risk([maxPosition({ limit: 1 })]),
    dispatch({ venues }),
  );
  const pipeline = run(desk, { clock: liveClock(), drivers: [driver] });
  const events: Event[] = [];
  let held = 0;
  let open = 0;
  const ends = new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => {
      const last = events.slice(-15).map((each) => JSON.stringify(each));
      reject(new Error(`no position; said ${last.join('\n')}`));
    }, 10_000);
    pipeline.subscribe({
      next: ({ event, standing }) => {
        events.push(event);
        ({ held, open } = standing);
        if (held > 0 && open === 0) pipeline.stop();
      },
      error: reject,
      complete: () => {
        clearTimeout(late);
        resolve();
      },
    });
  });
  let lots = 1;
  const moves = setInterval(() => venue.move(lots++), 30);
  await ends.finally(() => clearInterval(moves));
  const orders = venue.orders();
  await venue.stop();
  expect(orders).toHaveLength(1);
  expect(venue.placed()).toBe(1);
  expect(held).toBe(orders[0]?.filled);
  expect(held).toBeGreaterThan(0);
  expect(open).toBe(0);
  expect(pipeline.halted).toBeUndefined();
  const fills = events.filter((event) => event.kind === 'report' && event.type === 'fill');
  expect(fills).toHaveLength(orders[0]?.fills.length ?? 0);
}
