import { describe, expect, test } from 'vitest';
import { maxDailyLoss, maxPosition, maxVenueExposure, risk } from '../../src/operators/index.js';
import {
  acceptOrder,
  commandsOf,
  control,
  expectPipeline,
  fakeVenue,
  faultsOf,
  fill,
  fillOrder,
  inTurn,
  matching,
  orderId,
  perpetual,
  quote,
  rate,
  spot,
  valuesOf,
  verdictsOf,
} from '../../src/testing/index.js';
import { BTC } from './a-desk.js';
import { approved, buy, denied, riskDesk, sell } from './risk-desk.js';

const PERP = perpetual();
const ABROAD = perpetual({ venue: 'abroad' });
const q = quote(BTC, 100);
const filled = { drivers: [fakeVenue('venue'), fakeVenue('abroad')] };
const working = { drivers: [fakeVenue('venue', { answer: acceptOrder() })] };
const bought = (quantity: number, price: number = 100, instrument = BTC) =>
  fill(instrument, { order: 'elsewhere', side: 'buy', price, quantity });

describe('maxPosition', () => {
  const core = riskDesk({ rules: [maxPosition({ limit: 2 })] });

  test('denies what could lead beyond the limit', () => {
    expectPipeline(verdictsOf(core, filled))
      .given('q-a-b-c-', { q, a: buy(1), b: buy(2), c: sell(1) })
      .emits('--a-b-c-', {
        a: approved(1_000),
        b: denied('maxPosition', 'the position could become 3 BTC, beyond the limit of 2'),
        c: approved(1_000),
      });
  });

  test('exactly the limit is within it', () => {
    expectPipeline(verdictsOf(core, filled))
      .given('q-a-b-', { q, a: buy(2), b: buy(0.001) })
      .emits('--a-b-', { a: approved(2_000), b: matching({ kind: 'denied' }) });
  });

  test('counts orders that work as if they were filled, and those of the other side as if they were not', () => {
    expectPipeline(verdictsOf(core, working))
      .given('q-a-b-c-d-', { q, a: buy(1), b: buy(1.5), c: buy(1), d: buy(0.001) })
      .emits('--a-b-c-d-', {
        a: approved(1_000),
        b: denied('maxPosition', 'could become 2.5 BTC, beyond the limit of 2'),
        c: approved(1_000),
        d: denied('maxPosition', 'could become 2.001 BTC, beyond the limit of 2'),
      });
    const perp = riskDesk({ rules: [maxPosition({ limit: 2 })], instruments: [PERP] });
    expectPipeline(verdictsOf(perp, working))
      .given('q-a-b-c-d-', {
        q: quote(PERP, 100),
        a: sell(2, 100, PERP),
        b: buy(2, 100, PERP),
        c: buy(0.001, 100, PERP),
        d: sell(0.001, 100, PERP),
      })
      .emits('--a-b-c-d-', {
        a: approved(2_000),
        b: approved(2_000),
        c: denied('maxPosition', 'could become 2.001 BTC, beyond the limit of 2'),
        d: denied('maxPosition', 'could become -2.001 BTC, beyond the limit of 2'),
      });
  });

  test('counts short positions too', () => {
    const perp = riskDesk({ rules: [maxPosition({ limit: 2 })], instruments: [PERP] });
    expectPipeline(verdictsOf(perp, filled))
      .given('q-a-b-', { q: quote(PERP, 100), a: sell(1, 100, PERP), b: sell(1.5, 100, PERP) })
      .emits('--a-b-', {
        a: approved(1_000),
        b: denied('maxPosition', 'could become -2.5 BTC, beyond the limit of 2'),
      });
  });

  test('a rule for one asset leaves others alone, and others have theirs', () => {
    const ETH = spot({ base: 'ETH' });
    const rules = [maxPosition({ limit: 2, asset: 'BTC' }), maxPosition({ limit: 10, asset: 'ETH' })];
    expectPipeline(verdictsOf(riskDesk({ rules, instruments: [BTC, ETH] }), filled))
      .given('qe-a-b-c-', {
        q,
        e: quote(ETH, 10),
        a: buy(5, 10, ETH),
        b: buy(6, 10, ETH),
        c: buy(3),
      })
      .emits('---a-b-c-', {
        a: approved(5_000),
        b: matching({ rule: 'maxPosition:ETH' }),
        c: matching({ rule: 'maxPosition:BTC' }),
      });
  });

  test('a position that is beyond the limit is brought back inside by an order of the engine', () => {
    const events = { q: quote(BTC, { bid: 99, ask: 101 }), f: bought(3) };
    expectPipeline(commandsOf(core, filled))
      .given('q-f-q-', events)
      .emits('--s---', {
        s: matching({
          kind: 'submit',
          order: {
            side: 'sell',
            quantity: 1_000,
            timeInForce: 'IOC',
            // Half a per cent below the best bid, down to the tick.
            price: 9_850,
            attribution: [{ agent: 'unattributed', quantity: -1_000 }],
          },
        }),
      });
    expectPipeline(faultsOf(core, filled))
      .given('-f-', { f: bought(0.5) })
      .emits('-u-', { u: matching({ component: 'ledger', code: 'unknown-order' }) });
  });

  test('the engine takes away only what is beyond the limit, also when its first order fails', () => {
    const drivers = [fakeVenue('venue', { answer: inTurn(fillOrder({ share: 0.5 }), fillOrder()) })];
    expectPipeline(
      valuesOf(core, ({ commands }) => commands[0]?.order.quantity, { drivers }),
      { step: '250ms' },
    )
      .given('q-fqqqqqqqqqqq-', { q, f: bought(3) })
      .emits('--a---b--------', { a: 1_000, b: 500 });
  });

  test('orders that work are taken back first', () => {
    expectPipeline(commandsOf(core, working))
      .given('q-b-f---', { q, b: buy(1), f: bought(2.5) })
      .emits('--b-(cs)', {
        b: matching({ kind: 'submit' }),
        c: matching({ kind: 'cancel', reason: expect.stringContaining('maxPosition') }),
        s: matching({ kind: 'submit', order: { side: 'sell', quantity: 500 } }),
      });
  });

  test('with the action kill it stops everything instead', () => {
    const kills = riskDesk({ rules: [maxPosition({ limit: 2, action: 'kill' })] });
    expectPipeline(verdictsOf(kills, filled))
      .given('q-f-b-', { q, f: bought(3), b: buy(0.1) })
      .emits('----d-', { d: matching({ rule: 'tradingState' }) });
  });
});

describe('maxVenueExposure', () => {
  const core = riskDesk({
    rules: [maxVenueExposure({ limit: 150 })],
    instruments: [BTC, PERP, ABROAD],
  });
  const quotes = { q, p: quote(PERP, 100), a: quote(ABROAD, 100) };

  test('counts all instruments of a venue together, long or short, and each venue by itself', () => {
    expectPipeline(verdictsOf(core, filled))
      .given('qpa-b-s-t-u-', {
        ...quotes,
        b: buy(1),
        s: sell(1, 100, PERP),
        t: sell(0.5, 100, PERP),
        u: buy(1.5, 100, ABROAD),
      })
      .emits('----b-s-t-u-', {
        b: approved(1_000),
        s: denied(
          'maxVenueExposure',
          'the exposure at venue could become 200.00 USD, beyond the limit of 150',
        ),
        t: approved(500),
        u: approved(1_500),
      });
  });

  test('counts orders that work', () => {
    expectPipeline(verdictsOf(core, working))
      .given('qp-b-s-', { ...quotes, b: buy(1), s: sell(1, 100, PERP) })
      .emits('---b-s-', { b: approved(1_000), s: matching({ rule: 'maxVenueExposure' }) });
  });

  test('what prices have carried beyond the limit is sold off', () => {
    expectPipeline(commandsOf(core, filled))
      .given('q-b-q-u-', { q, b: buy(1), u: quote(BTC, 200) })
      .emits('--b---s-', {
        b: matching({ kind: 'submit', order: { side: 'buy' } }),
        // 150 of 200 may stay.
        s: matching({ kind: 'submit', order: { side: 'sell', quantity: 250, timeInForce: 'IOC' } }),
      });
  });

  test('what its own order leaves beyond the limit goes a second later, though nothing else happens', () => {
    const drivers = [fakeVenue('venue', { answer: inTurn(fillOrder({ share: 0.4 }), fillOrder()) })];
    expectPipeline(commandsOf(core, { drivers }), { step: '500ms' })
      .given('q-f-----', { q, f: bought(2) })
      .emits('--s-t---', {
        s: matching({ kind: 'submit', order: { side: 'sell', quantity: 500 } }),
        t: matching({ kind: 'submit', order: { side: 'sell', quantity: 300 } }),
      });
  });

  test('what goes is not a lot more than it must be', () => {
    // Of ten lots worth 1 in all seven may stay, and 1 - 0.7 is a hair above 0.3.
    const tight = riskDesk({ rules: [maxVenueExposure({ limit: 0.7 })] });
    expectPipeline(commandsOf(tight, filled))
      .given('q-f-', { q, f: bought(0.01) })
      .emits('--s-', { s: matching({ kind: 'submit', order: { side: 'sell', quantity: 3 } }) });
  });

  test('takes back what works before it sells', () => {
    const drivers = [fakeVenue('venue', { answer: inTurn(fillOrder(), acceptOrder(), fillOrder()) })];
    expectPipeline(commandsOf(core, { drivers }))
      .given('q-b-w-u-', { q, b: buy(1), w: buy(0.4), u: quote(BTC, 200) })
      .emits('--b-w-(cs)', {
        b: matching({ kind: 'submit', order: { quantity: 1_000 } }),
        w: matching({ kind: 'submit', order: { quantity: 400 } }),
        c: matching({ kind: 'cancel', clientOrderId: orderId(5) }),
        s: matching({ kind: 'submit', order: { side: 'sell', quantity: 250 } }),
      });
  });

  test('with the action kill it cancels in the same frame, and nothing new passes; what is held may be sold', () => {
    const kills = riskDesk({ rules: [maxVenueExposure({ limit: 150, action: 'kill' })] });
    const drivers = [fakeVenue('venue', { answer: inTurn(fillOrder(), acceptOrder(), fillOrder()) })];
    const events = { q, b: buy(1), w: buy(0.4), u: quote(BTC, 200), n: buy(0.001, 200), s: sell(1, 200) };
    expectPipeline(commandsOf(kills, { drivers }))
      .given('q-b-w-u-n-s-', events)
      .emits('--b-w-c---s-', {
        b: matching({ kind: 'submit', order: { quantity: 1_000 } }),
        w: matching({ kind: 'submit', order: { quantity: 400 } }),
        c: matching({ kind: 'cancel', clientOrderId: orderId(5) }),
        s: matching({ kind: 'submit', order: { side: 'sell', quantity: 1_000 } }),
      });
    expectPipeline(verdictsOf(kills, { drivers }))
      .given('q-b-w-u-n-', events)
      .emits('--b-w---n-', {
        b: approved(1_000),
        w: approved(400),
        n: denied(
          'tradingState',
          'desk is halted (maxVenueExposure: the exposure at venue is 200.00 USD, beyond the limit of 150)',
        ),
      });
  });

  test('an exposure that nobody can state is too much', () => {
    const EURO = spot({ quote: 'EUR' });
    const euros = riskDesk({ rules: [maxVenueExposure({ limit: 150 })], instruments: [EURO] });
    expectPipeline(verdictsOf(euros, filled))
      .given('q-b-r-b-', { q: quote(EURO, 100), b: buy(1, 100, EURO), r: rate('EUR', 'USD', 1.1) })
      .emits('--d---a-', {
        d: denied(
          'maxVenueExposure',
          'the exposure at venue is unknown: a mark or a conversion rate is missing',
        ),
        a: approved(1_000),
      });
  });

  test('a venue may have a limit of its own', () => {
    const rules = [maxVenueExposure({ limit: 1_000 }), maxVenueExposure({ limit: 50, venue: 'abroad' })];
    expectPipeline(verdictsOf(riskDesk({ rules, instruments: [BTC, ABROAD] }), filled))
      .given('qa-b-c-', { ...quotes, b: buy(5), c: buy(1, 100, ABROAD) })
      .emits('---b-c-', { b: approved(5_000), c: matching({ rule: 'maxVenueExposure:abroad' }) });
  });
});

describe('maxDailyLoss', () => {
  const core = riskDesk({ rules: [maxDailyLoss({ limit: 10 })] });

  test('a loss at the limit kills: what works is canceled, nothing new passes, what is held may be sold', () => {
    const events = { q, b: buy(1), w: buy(1, 80), l: quote(BTC, 90), n: buy(1), s: sell(1, 90) };
    const drivers = [fakeVenue('venue', { answer: inTurn(fillOrder(), acceptOrder()) })];
    expectPipeline(verdictsOf(core, { drivers }))
      .given('q-b-w-l-n-s-', events)
      .emits('--b-w---n-s-', {
        b: approved(1_000),
        w: approved(1_000),
        n: denied(
          'tradingState',
          "desk is halted (maxDailyLoss: the day's loss is 10.00 USD, at the limit of 10)",
        ),
        s: approved(1_000),
      });
    expectPipeline(commandsOf(core, { drivers }))
      .given('q-b-w-l-n-s-', events)
      .emits('--b-w-c---s-', {
        b: matching({ kind: 'submit' }),
        w: matching({ kind: 'submit' }),
        c: matching({ kind: 'cancel', clientOrderId: orderId(5) }),
        s: matching({ kind: 'submit', order: { side: 'sell' } }),
      });
  });

  test('a loss below the limit does nothing', () => {
    expectPipeline(verdictsOf(core, filled))
      .given('q-b-l-n-', { q, b: buy(1), l: quote(BTC, 90.01), n: buy(1) })
      .emits('--b---n-', { b: approved(1_000), n: approved(1_000) });
  });

  test('fees are losses', () => {
    expectPipeline(
      valuesOf(core, ({ event, tradingStatus }) => (event.kind === 'quote' ? tradingStatus : undefined)),
    )
      .given('q-f-q-', {
        q,
        f: fill(BTC, { order: 'elsewhere', side: 'buy', price: 100, fee: '10' }),
      })
      .emits('a---h-', { a: 'active', h: 'halted' });
  });

  test('with the action reduce nothing is added, and what is held stays', () => {
    const reduces = riskDesk({ rules: [maxDailyLoss({ limit: 10, action: 'reduce' })] });
    expectPipeline(verdictsOf(reduces, filled))
      .given('q-b-l-n-s-', { q, b: buy(1), l: quote(BTC, 90), n: buy(1), s: sell(0.5, 90) })
      .emits('--b---n-s-', {
        b: approved(1_000),
        n: denied(
          'tradingState',
          "desk is reducing (maxDailyLoss: the day's loss is 10.00 USD, at the limit of 10)",
        ),
        s: approved(500),
      });
  });

  test('with the action reduce what works is taken back', () => {
    const reduces = riskDesk({ rules: [maxDailyLoss({ limit: 10, action: 'reduce' })] });
    const drivers = [fakeVenue('venue', { answer: inTurn(fillOrder(), acceptOrder()) })];
    expectPipeline(commandsOf(reduces, { drivers }))
      .given('q-b-w-l-', { q, b: buy(1), w: buy(1, 80), l: quote(BTC, 90) })
      .emits('--b-w-c-', {
        b: matching({ kind: 'submit' }),
        w: matching({ kind: 'submit' }),
        c: matching({ kind: 'cancel', clientOrderId: orderId(5) }),
      });
  });

  test('a new day begins with nothing lost, yet only an operator lifts a kill; resuming too early helps nobody', () => {
    expectPipeline(
      valuesOf(
        core,
        ({ event, tradingStatus }) =>
          event.kind === 'quote' || event.kind === 'control' ? tradingStatus : undefined,
        filled,
      ),
      { step: '1h', startAt: '2026-01-05T18:00:00Z' },
    )
      .given('qb-lr-l-r-', { q, b: buy(1), l: quote(BTC, 90), r: control('resume') })
      .emits('a--hh-h-a-', { a: 'active', h: 'halted' });
  });

  test('while the profit is unknown nothing is added', () => {
    const EURO = spot({ quote: 'EUR' });
    const euros = riskDesk({ rules: [maxDailyLoss({ limit: 10 })], instruments: [BTC, EURO] });
    expectPipeline(verdictsOf(euros, filled))
      .given('qef-l-b-s-', {
        q,
        e: quote(EURO, 100),
        f: bought(1, 100, EURO),
        l: quote(EURO, 101),
        b: buy(1),
        s: sell(0.5, 101, EURO),
      })
      .emits('------d-a-', {
        d: denied('maxDailyLoss', "the day's profit is unknown: a mark or a conversion rate is missing"),
        a: approved(500),
      });
  });
});

test('rules have names of their own', () => {
  expect(() => risk([maxPosition({ limit: 1 }), maxPosition({ limit: 2 })])).toThrow(
    'two risk rules are named "maxPosition"',
  );
});
