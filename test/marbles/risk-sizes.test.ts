import { describe, expect, test } from 'vitest';
import {
  concentration,
  correlatedExposure,
  grossExposure,
  leverage,
  maxOpenOrders,
  maxOrderSize,
  maxPosition,
  maxVenueExposure,
  netExposure,
  type RiskRule,
} from '../../src/operators/index.js';
import {
  acceptOrder,
  commandsOf,
  control,
  expectPipeline,
  fakeVenue,
  faultsOf,
  fill,
  matching,
  perpetual,
  quote,
  spot,
  verdictsOf,
} from '../../src/testing/index.js';
import { BTC } from './a-desk.js';
import { approved, buy, denied, riskDesk, sell } from './risk-desk.js';

const ETH = perpetual({ base: 'ETH' });
const PERP = perpetual();
const q = quote(BTC, 100);
const filled = { drivers: [fakeVenue('venue')] };
const working = { drivers: [fakeVenue('venue', { answer: acceptOrder() })] };
const desk = (...rules: RiskRule[]) => riskDesk({ rules, instruments: [BTC, ETH, PERP] });
const quotes = { q, e: quote(ETH, 100), p: quote(PERP, 100) };

describe('clip', () => {
  test.each([
    ['maxPosition', maxPosition({ limit: 1.5, action: 'clip' })],
    ['maxOrderSize in base units', maxOrderSize({ of: 'quantity', limit: 1.5, action: 'clip' })],
    ['maxOrderSize in money', maxOrderSize({ of: 'notional', limit: 150, action: 'clip' })],
    ['maxVenueExposure', maxVenueExposure({ limit: 150, action: 'clip' })],
    ['grossExposure', grossExposure({ limit: 150, action: 'clip' })],
    ['netExposure', netExposure({ limit: 150, action: 'clip' })],
    ['concentration', concentration({ limit: 0.15, from: 1_000, action: 'clip' })],
    [
      'correlatedExposure',
      correlatedExposure({ group: 'g', weights: { BTC: 0.5 }, limit: 75, action: 'clip' }),
    ],
  ])('%s leaves what fits to the lot, and tells that it cut', (_, rule) => {
    expectPipeline(verdictsOf(desk(rule), working))
      .given('q-a-', { q, a: buy(2) })
      .emits('--a-', { a: approved(1_500) });
    expectPipeline(faultsOf(desk(rule)))
      .given('q-a-', { q, a: buy(2) })
      .emits('--c-', { c: matching({ component: 'risk', code: 'clipped' }) });
  });

  test('what is left is in whole order steps; below the least that a venue takes it is denied', () => {
    const STEPS = spot({ orderStep: '0.1', minQuantity: '0.5' });
    const core = (limit: number) =>
      riskDesk({ rules: [maxPosition({ limit, action: 'clip' })], instruments: [STEPS] });
    const events = { q: quote(STEPS, 100), a: buy(2, 100, STEPS) };
    expectPipeline(verdictsOf(core(1.29), working))
      .given('q-a-', events)
      .emits('--a-', { a: approved(1_200) });
    expectPipeline(verdictsOf(core(0.49), working))
      .given('q-a-', events)
      .emits('--d-', {
        d: denied(
          'maxPosition',
          "of what the limit leaves, the quantity 0.400 is below the venue's least of 0.5",
        ),
      });
    expectPipeline(verdictsOf(core(0.09), working))
      .given('q-a-', events)
      .emits('--d-', { d: denied('maxPosition', 'could become 2 BTC, beyond the limit of 0.09') });
  });

  test('two rules that clip leave what both leave', () => {
    const core = desk(
      maxOrderSize({ of: 'quantity', limit: 1.2, action: 'clip' }),
      grossExposure({ limit: 110, action: 'clip' }),
    );
    expectPipeline(verdictsOf(core, working))
      .given('q-a-b-', { q, a: buy(2), b: buy(2) })
      .emits('--a-d-', { a: approved(1_100), d: matching({ rule: 'grossExposure' }) });
  });
});

describe('scope', () => {
  test.each([
    ['asset', { asset: 'BTC' }, 'maxPosition:BTC'],
    ['instrument', { instrument: BTC.id }, `maxPosition:instrument=${BTC.id}`],
    ['venue', { venue: 'venue', asset: 'BTC' }, 'maxPosition:venue=venue,asset=BTC'],
    ['agent', { agent: 'test', asset: 'BTC' }, 'maxPosition:agent=test,asset=BTC'],
  ])('%s', (_, scope, name) => {
    expectPipeline(verdictsOf(desk(maxPosition({ limit: 1, scope })), working))
      .given('qe-a-b-', { ...quotes, a: buy(2), b: buy(2, 100, ETH) })
      .emits('---a-b-', { a: matching({ rule: name }), b: approved(2_000) });
  });

  test('another agent, venue or asset is left alone', () => {
    const rules = [
      maxPosition({ limit: 1, scope: { agent: 'other' } }),
      maxPosition({ limit: 1, scope: { asset: 'ETH' } }),
      maxPosition({ limit: 1, scope: { instrument: PERP.id } }),
    ];
    expectPipeline(verdictsOf(desk(...rules), working))
      .given('q-a-', { q, a: buy(2) })
      .emits('--a-', { a: approved(2_000) });
  });

  test.each([{ venue: 'vneue' }, { asset: 'XRP' }, { instrument: 'BTC' }])(
    'one without any instrument does not start: %j',
    (scope) => {
      expect(() => desk(maxPosition({ limit: 1, scope })).start()).toThrow('no instrument is in its scope');
    },
  );

  test("an agent's open orders count for it", () => {
    const rule = maxPosition({ limit: 2, scope: { agent: 'test' } });
    expectPipeline(verdictsOf(desk(rule), working))
      .given('q-a-b-c-', { q, a: buy(1.5), b: buy(1), c: buy(0.5) })
      .emits('--a-b-c-', {
        a: approved(1_500),
        b: denied(
          'maxPosition:agent=test',
          'the position of test could become 2.5 BTC, beyond the limit of 2',
        ),
        c: approved(500),
      });
  });

  test('a kill of an agent stops its orders alone', () => {
    expectPipeline(verdictsOf(desk(), working))
      .given('qko-a-r-a-', {
        q,
        k: control('kill', { scope: 'agent:test' }),
        o: control('kill', { scope: 'agent:other' }),
        r: control('resume', { scope: 'agent:test' }),
        a: buy(1),
      })
      .emits('----d---a-', {
        d: denied('tradingState', 'agent:test is halted (kill by anna: a test)'),
        a: approved(1_000),
      });
  });
});

describe('exposures', () => {
  test('gross adds long and short, net takes the one from the other once it is filled', () => {
    const events = { ...quotes, a: buy(1), b: sell(1, 100, ETH), c: buy(0.6), d: buy(0.5, 100, PERP) };
    expectPipeline(verdictsOf(desk(grossExposure({ limit: 150 })), filled))
      .given('qep-a-b-d-', events)
      .emits('----a-b-d-', {
        a: approved(1_000),
        b: denied('grossExposure', 'could become 200.00 USD, beyond the limit of 150'),
        d: approved(500),
      });
    expectPipeline(verdictsOf(desk(netExposure({ limit: 150 })), filled))
      .given('qep-a-b-c-', events)
      .emits('----a-b-c-', { a: approved(1_000), b: approved(1_000), c: approved(600) });
    expectPipeline(verdictsOf(desk(netExposure({ limit: 150 })), working))
      .given('qep-a-b-c-', events)
      .emits('----a-b-c-', {
        a: approved(1_000),
        b: approved(1_000),
        c: denied('netExposure', 'could become 160.00 USD, beyond the limit of 150'),
      });
  });

  test('gross beyond its limit is brought back in proportion', () => {
    expectPipeline(commandsOf(desk(grossExposure({ limit: 150 })), filled))
      .given('q-a-u-', { q, a: buy(1), u: quote(BTC, 200) })
      .emits('--a-s-', {
        a: matching({ kind: 'submit' }),
        s: matching({ kind: 'submit', order: { side: 'sell', quantity: 250 } }),
      });
  });

  test('a desk without equity has no leverage to take', () => {
    expectPipeline(verdictsOf(desk(leverage({ limit: 2 })), filled))
      .given('q-a-', { q, a: buy(1) })
      .emits('--d-', { d: denied('leverage', 'the equity is 0: nothing is to be had on it') });
  });

  test('leverage counts the profit', () => {
    const events = {
      q,
      f: fill(BTC, { order: 'elsewhere', side: 'buy', price: 50 }),
      a: buy(0.5),
      b: buy(0.6),
    };
    // 50 of profit on 100 held.
    expectPipeline(verdictsOf(desk(leverage({ limit: 3, action: 'deny' })), filled))
      .given('qfq-b-a-', events)
      .emits('----d-a-', {
        d: denied('leverage', 'the leverage could become 3.20, beyond the limit of 3'),
        a: approved(500),
      });
  });

  test('a group counts by weights, at its worst', () => {
    const rule = correlatedExposure({ group: 'majors', weights: { BTC: 1, ETH: 0.8 }, limit: 150 });
    expectPipeline(verdictsOf(desk(rule), working))
      .given('qe-a-b-c-', { ...quotes, a: buy(1), b: buy(1, 100, ETH), c: buy(0.5, 100, ETH) })
      .emits('---a-b-c-', {
        a: approved(1_000),
        b: denied(
          'correlatedExposure:majors',
          'the weighted exposure of majors could become 180.00 USD, beyond the limit of 150',
        ),
        c: approved(500),
      });
  });

  test('an instrument is no more than its share of the book', () => {
    expectPipeline(verdictsOf(desk(concentration({ limit: 0.5, from: 100 })), filled))
      .given('qe-a-b-c-d-', { ...quotes, a: buy(0.6), b: buy(0.5), c: buy(0.5, 100, ETH), d: buy(0.1) })
      .emits('---a-b-c-d-', {
        a: denied('concentration', 'could become 60.0% of the book, beyond the limit of 50%'),
        b: approved(500),
        c: approved(500),
        d: matching({ rule: 'concentration' }),
      });
  });
});

test('a changed limit must suit its rule', () => {
  const core = desk(concentration({ limit: 0.5, from: 100 }), maxOpenOrders({ limit: 3 }));
  const limit = (rule: string, value: number) => control('limit', { scope: `limit:${rule}`, value });
  expectPipeline(faultsOf(core))
    .given('ab-', { a: limit('concentration', 1.5), b: limit('maxOpenOrders', 1.5) })
    .emits('ab-', {
      a: matching({ message: expect.stringContaining('must be a share of at most 1, not 1.5') }),
      b: matching({ message: expect.stringContaining('must be a whole number, not 1.5') }),
    });
});

test('orders that work are counted', () => {
  expectPipeline(verdictsOf(desk(maxOpenOrders({ limit: 2 })), working))
    .given('q-abc-', { q, a: buy(1), b: buy(1), c: buy(1) })
    .emits('--abd-', {
      a: approved(1_000),
      b: approved(1_000),
      d: denied('maxOpenOrders', '3 orders would be open, beyond the limit of 2'),
    });
});
