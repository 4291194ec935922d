import { describe, test } from 'vitest';
import {
  changes,
  control,
  each,
  expectPipeline,
  matching,
  observing,
  quote,
  value,
} from '../../src/testing/index.js';
import { type SimulatedVenueOptions, simulatedVenue } from '../../src/venues/simulated/index.js';
import { aDesk, BTC, type DeskFrame, firstHeld } from './a-desk.js';

const FEES = { maker: 0, taker: 0.001 };
const through = (options: Partial<SimulatedVenueOptions> = {}) =>
  observing(
    aDesk(),
    {
      orders: each(({ commands }: DeskFrame) => commands.map(({ order }) => order.quantity)),
      reports: value(({ event }: DeskFrame) => (event.kind === 'report' ? event : undefined)),
      held: changes(firstHeld),
    },
    { drivers: [simulatedVenue({ venue: 'venue', fees: FEES, ...options })] },
  );
const accepted = matching<never>({ type: 'accepted' } as never);
const deep = quote(BTC, { bid: 99, ask: 101, askQuantity: 5 });

describe('the simulated venue, through the whole chain', () => {
  test('an order takes its time to the venue, and its reports take theirs back', () => {
    expectPipeline(through({ latency: { submit: 2, report: 3 } }))
      .given('q----------', { q: deep })
      .emits(
        { orders: 's----------', reports: '-----(af)--', held: 'z----b-----' },
        {
          orders: { s: 1_000 },
          reports: {
            a: accepted,
            f: matching({ type: 'fill', price: 10_100, quantity: 1_000, fee: '0.101', venueTime: 2 }),
          },
          held: { z: 0, b: 1_000 },
        },
      );
  });

  test('without latency all happens at once, in the order of cause and effect', () => {
    expectPipeline(through())
      .given('q---', { q: deep })
      .emits(
        { orders: 's---', reports: '(af)', held: '(zb)' },
        {
          orders: { s: 1_000 },
          reports: { a: accepted, f: matching({ type: 'fill' }) },
          held: { z: 0, b: 1_000 },
        },
      );
  });

  test('a price that runs away while the order is on its way is not chased', () => {
    expectPipeline(through({ latency: { submit: 4 } }))
      .given('q-u-------', { q: deep, u: quote(BTC, { bid: 103, ask: 105 }) })
      .emits(
        { orders: 's---------', reports: '----(ac)--', held: 'z---------' },
        {
          orders: { s: 1_000 },
          reports: { a: accepted, c: matching({ type: 'canceled', reason: 'the rest found no liquidity' }) },
          held: { z: 0 },
        },
      );
  });

  test('what the book does not have is bought later', () => {
    expectPipeline(through(), { step: '500ms' })
      .given('t----d----', { t: quote(BTC, { bid: 99, ask: 101, askQuantity: 0.25 }), d: deep })
      .emits(
        { orders: 's----r----', reports: '(afc)(ag)-', held: '(zq)-b----' },
        {
          orders: { s: 1_000, r: 750 },
          reports: {
            a: accepted,
            f: matching({ type: 'fill', quantity: 250 }),
            c: matching({ type: 'canceled' }),
            g: matching({ type: 'fill', quantity: 750 }),
          },
          held: { z: 0, q: 250, b: 1_000 },
        },
      );
  });

  test('a cancel that comes after the fill is rejected', () => {
    expectPipeline(through({ latency: { submit: 3, report: 4 } }))
      .given('q---k--------', { q: deep, k: control('kill') })
      .emits(
        { orders: 's------------', reports: '-------(af)r-', held: 'z------b-----' },
        {
          orders: { s: 1_000 },
          reports: {
            a: accepted,
            f: matching({ type: 'fill' }),
            r: matching({ type: 'cancelRejected', reason: 'already filled' }),
          },
          held: { z: 0, b: 1_000 },
        },
      );
  });
});
