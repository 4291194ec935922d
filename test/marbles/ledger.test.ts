import { describe, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { Frame } from '../../src/core/frame.js';
import { books, type LedgerFields, ledger } from '../../src/operators/index.js';
import {
  changes,
  changesOf,
  expectPipeline,
  faultsOf,
  fill,
  matching,
  observing,
  quote,
  rate,
  report,
  spot,
  value,
} from '../../src/testing/index.js';
import { aDesk, BTC, firstHeld, firstWorking } from './a-desk.js';

const core = compose({ instruments: [BTC] }, books(), ledger({ reportingCurrency: 'USD' }));

/** Faults have no instrument, and therefore no position: the row leaves them out. */
const positions = value(({ event, position }: Frame & LedgerFields) =>
  event.kind === 'fault' || event.kind === 'sync' ? undefined : position,
);
const faults = value(({ event }: Frame) => (event.kind === 'fault' ? event : undefined));

describe('ledger', () => {
  test('fills move the position, and prices the profit', () => {
    expectPipeline(
      observing(core, {
        position: positions,
        profit: changes(({ profit }) => profit),
      }),
    )
      .given('q-b-u-s-', {
        q: quote(BTC, 100),
        b: fill(BTC, { order: 'mine', side: 'buy', price: 100, quantity: 2, fee: '0.5' }),
        u: quote(BTC, 103),
        s: fill(BTC, { order: 'mine', side: 'sell', price: 104, quantity: 1 }),
      })
      .emits(
        { position: 'z-t-t-o-', profit: 'z-f-p-r-' },
        {
          position: { z: 0, t: 2_000, o: 1_000 },
          // The fee; 2 lots up by 3; one of them sold for 4 more than it cost.
          profit: { z: 0, f: -0.5, p: 5.5, r: 6.5 },
        },
      );
  });

  test('an order of the desk is known before the next event, and works until its report', () => {
    expectPipeline(changesOf(aDesk(), firstWorking))
      .given('q-a-r-', {
        q: quote(BTC, 100),
        a: report(BTC, 'mr-1-0-0', 'accepted'),
        r: report(BTC, 'mr-1-0-0', 'canceled'),
      })
      .emits('(zw)z-', { z: 0, w: 1_000 });
  });

  test('profit is unknown while a rate that matters is', () => {
    const EURO = spot({ quote: 'EUR' });
    const euros = compose({ instruments: [EURO] }, books(), ledger({ reportingCurrency: 'USD' }));
    expectPipeline(changesOf(euros, ({ profit }) => profit))
      .given('qf-u-r-', {
        q: quote(EURO, 100),
        f: fill(EURO, { order: 'mine', side: 'buy', price: 99, quantity: 1 }),
        u: quote(EURO, 110),
        r: rate('EUR', 'USD', 1.25),
      })
      .emits('zn---p-', { z: 0, n: Number.NaN, p: 13.75 });
  });

  test('a fill that comes after its cancel is booked, and told', () => {
    const desk = aDesk();
    const late = fill(BTC, { order: 'mr-1-0-0', side: 'buy', price: 100, quantity: 1 });
    const events = { q: quote(BTC, 100), c: report(BTC, 'mr-1-0-0', 'canceled'), f: late };
    expectPipeline(changesOf(desk, firstHeld)).given('q-c-f-', events).emits('z---o-', { z: 0, o: 1_000 });
    expectPipeline(faultsOf(desk))
      .given('q-c-f-', events)
      .emits('----l-', { l: matching({ component: 'ledger', code: 'late-fill', severity: 'notice' }) });
  });

  test('an execution that comes twice is booked once, and told', () => {
    const once = fill(BTC, { order: 'mr-1-0-0', side: 'buy', price: 100, executionId: 'e-1' });
    expectPipeline(observing(aDesk(), { held: changes(firstHeld), faults: faults }))
      .given('q-f-f-', { q: quote(BTC, 100), f: once })
      .emits(
        { held: 'z-o---', faults: '----d-' },
        { held: { z: 0, o: 1_000 }, faults: { d: matching({ code: 'duplicate-execution' }) } },
      );
  });

  test('a fill of an order that nobody knows is booked all the same, and told', () => {
    const foreign = fill(BTC, { order: 'whose', side: 'sell', price: 100 });
    expectPipeline(observing(aDesk({ agents: [] }), { held: changes(firstHeld), faults: faults }))
      .given('q-f-', { q: quote(BTC, 100), f: foreign })
      .emits(
        { held: 'z-s-', faults: '--u-' },
        { held: { z: 0, s: -1_000 }, faults: { u: matching({ code: 'unknown-order' }) } },
      );
  });
});
