import { describe, expect, test } from 'vitest';
import type { AccountEvent } from '../../src/domain/event.js';
import type { Instrument } from '../../src/domain/instrument.js';
import type { Verdict } from '../../src/domain/verdict.js';
import {
  cancelRate,
  duplicateIntent,
  expiryNear,
  freeBalance,
  lossStreak,
  maxClockSkew,
  maxDrawdown,
  messagesPerFill,
  orderRate,
  priceCollar,
  type RiskRule,
  selfTradePrevention,
  staleMarket,
  venueLinkDown,
} from '../../src/operators/index.js';
import {
  acceptOrder,
  control,
  expectPipeline,
  fakeVenue,
  fill,
  fillOrder,
  inTurn,
  link,
  matching,
  orderId,
  perpetual,
  quote,
  report,
  verdictsOf,
} from '../../src/testing/index.js';
import { BTC } from './a-desk.js';
import { approved, buy, denied, riskDesk, sell } from './risk-desk.js';

const PERP = perpetual();
const q = quote(BTC, 100);
const filled = { drivers: [fakeVenue('venue')] };
const working = { drivers: [fakeVenue('venue', { answer: acceptOrder() })] };
const desk = (...rules: RiskRule[]) => riskDesk({ rules, instruments: [BTC, PERP] });
const by = (rule: string): Verdict => matching({ kind: 'denied', rule });
const one = approved(1_000);
const bought = fill(BTC, { order: 'elsewhere', side: 'buy', price: 100 });

const account = (free: Readonly<Record<string, string>>, venueTime: number = 0): AccountEvent => ({
  kind: 'account',
  venue: 'venue',
  venueTime,
  balances: Object.entries(free).map(([currency, amount]) => ({ currency, free: amount, locked: '0' })),
});

describe('rates', () => {
  test('so many orders at once, and as many again as time passes', () => {
    expectPipeline(verdictsOf(desk(orderRate({ limit: 2, per: '2s' })), working), { step: '100ms' })
      .given('(qabc)---d----e', { q, a: buy(1), b: buy(1), c: buy(1), d: buy(1), e: buy(1) })
      .emits('(abn)----n----y', {
        a: one,
        b: one,
        n: denied('orderRate', 'more than 2 orders in 2000 ms'),
        y: one,
      });
  });

  test('reductions are counted, not denied', () => {
    expectPipeline(verdictsOf(desk(orderRate({ limit: 1, per: '1s' })), filled))
      .given('qa-b-c-', { q, a: buy(1), b: sell(1), c: buy(1) })
      .emits('-a-b-n-', { a: one, b: one, n: by('orderRate') });
  });

  test('cancels pass, and who cancels too much places nothing', () => {
    expectPipeline(verdictsOf(desk(cancelRate({ limit: 2, per: '1s' })), working), { step: '100ms' })
      .given('(qab)krc----------d', {
        q,
        a: buy(1),
        b: buy(1),
        k: control('kill'),
        r: control('resume'),
        c: buy(1),
        d: buy(1),
      })
      .emits('(ab)---n----------y', {
        a: one,
        b: one,
        n: denied('cancelRate', '2 cancels in 1000 ms are used up'),
        y: one,
      });
  });

  test('messages are held against fills', () => {
    const rule = messagesPerFill({ limit: 2, free: 2 });
    expectPipeline(verdictsOf(desk(rule), working))
      .given('qabcfd-', { q, a: buy(1), b: buy(1), c: buy(1), f: bought, d: buy(1) })
      .emits('-abn-n-', {
        a: one,
        b: one,
        n: by('messagesPerFill'),
      });
    expectPipeline(verdictsOf(desk(rule), filled))
      .given('qabc-', { q, a: buy(1), b: buy(1), c: buy(1) })
      .emits('-aaa-', { a: one });
  });
});

describe('prices', () => {
  const core = desk(priceCollar({ limit: 0.02, passive: 0.5 }));

  test.each([
    ['a buy within', buy(1, 101), one],
    ['a buy beyond', buy(1, 103), by('priceCollar')],
    ['a patient buy', buy(1, 60), one],
    ['a buy at next to nothing', buy(1, 40), by('priceCollar')],
    ['a sell beyond', sell(1, 97), by('priceCollar')],
    ['a sell within', sell(1, 99), one],
  ])('%s', (_, order, verdict) => {
    expectPipeline(verdictsOf(core, working)).given('q-o-', { q, o: order }).emits('--v-', { v: verdict });
  });

  test('a reduction passes at any price, unless it is to be judged', () => {
    const low = sell(1, 50);
    expectPipeline(verdictsOf(core, working))
      .given('qf-o-', { q, f: bought, o: low })
      .emits('---v-', { v: one });
    const judged = desk(priceCollar({ limit: 0.02, reductions: 'judge' }));
    expectPipeline(verdictsOf(judged, working))
      .given('qf-o-', { q, f: bought, o: low })
      .emits('---v-', { v: by('priceCollar') });
  });

  test('no trade with ourselves', () => {
    expectPipeline(verdictsOf(desk(selfTradePrevention()), working))
      .given('q-a-b-c-', { q, a: buy(1), b: sell(1), c: sell(1, 100.01) })
      .emits('--a-b-c-', {
        a: one,
        b: denied('selfTradePrevention', `it could trade with our own buy ${orderId(2)} at 100.00`),
        c: one,
      });
  });

  test('an old price is none', () => {
    expectPipeline(verdictsOf(desk(staleMarket({ olderThan: '5s' })), working), { step: '1s' })
      .given('q----ab', { q, a: buy(1), b: buy(1) })
      .emits('-----an', { a: one, n: by('staleMarket') });
  });

  test('a venue whose time is off, or that tells none, is left alone', () => {
    const start = Date.parse('2026-01-05T00:00:00Z');
    const at = (venueTime: number) => ({ ...buy(1), venueTime });
    expectPipeline(verdictsOf(desk(maxClockSkew({ limit: '1s' })), working), {
      step: '1s',
      startAt: '2026-01-05T00:00:00Z',
    })
      .given('qabcd', { q, a: at(start), b: at(start), c: at(start + 9_000), d: at(0) })
      .emits('-abcd', {
        a: one,
        b: denied('maxClockSkew', 'is 2000 ms behind, beyond the limit of 1000 ms'),
        c: denied('maxClockSkew', 'is 6000 ms ahead, beyond the limit of 1000 ms'),
        d: denied('maxClockSkew', `the time of ${BTC.id} is unknown`),
      });
  });
});

describe('the same again', () => {
  test('within a time is a duplicate', () => {
    expectPipeline(verdictsOf(desk(duplicateIntent({ within: '1s' })), working), { step: '100ms' })
      .given('(qaab)---a-----a', { q, a: buy(1), b: buy(1.1) })
      .emits('(anb)----n-----y', {
        a: one,
        n: by('duplicateIntent'),
        b: approved(1_100),
        y: one,
      });
  });
});

describe('profit', () => {
  test('a fall from the high-water mark kills', () => {
    expectPipeline(verdictsOf(desk(maxDrawdown({ limit: 10 })), filled))
      .given('qa-u-l-b-s-', { q, a: buy(1), u: quote(BTC, 108), l: quote(BTC, 98), b: buy(1), s: sell(1) })
      .emits('-a-----n-s-', {
        a: one,
        n: denied(
          'tradingState',
          'desk is halted (maxDrawdown: the drawdown is 10.00 USD, at the limit of 10)',
        ),
        s: one,
      });
  });

  test('losses in a row make a pause, and its end forgets them', () => {
    const rule = lossStreak({ limit: 2, coolDown: '10s' });
    const events = { q, b: buy(1), s: sell(1, 99), g: sell(1, 101) };
    const verdicts = { b: one, s: one, g: one, n: by('lossStreak') };
    const exact = { drivers: [fakeVenue('venue', { answer: fillOrder() })] };
    expectPipeline(verdictsOf(desk(rule), exact), { step: '1s' })
      .given('qbsbsb--------b-bsb', events)
      .emits('-bsbsn--------b-bsb', verdicts);
    expectPipeline(verdictsOf(desk(rule), exact), { step: '1s' })
      .given('qbsbgbsb', events)
      .emits('-bsbgbsb', verdicts);
  });

  test('many fills of one order are one loss', () => {
    const rule = lossStreak({ limit: 2, coolDown: '10s' });
    const part = fill(BTC, { order: 'x', side: 'sell', price: 90, quantity: 0.3 });
    const more = fill(BTC, { order: 'x', side: 'sell', price: 90, quantity: 0.3 });
    expectPipeline(verdictsOf(desk(rule), working))
      .given('qfpmb', { q, f: bought, p: part, m: more, b: buy(1) })
      .emits('----b', { b: one });
  });
});

describe('venues', () => {
  test('a link that is down', () => {
    expectPipeline(verdictsOf(desk(venueLinkDown()), working))
      .given('qadbuc', {
        q,
        a: buy(1),
        d: link('venue', 'down', 'orders'),
        b: buy(1),
        u: link('venue', 'up', 'orders'),
        c: buy(1),
      })
      .emits('-a-n-c', {
        a: one,
        n: denied('venueLinkDown', 'the orders link to venue is down (a test)'),
        c: one,
      });
    expectPipeline(verdictsOf(desk(venueLinkDown({ channels: ['orders'] })), working))
      .given('qda', { q, d: link('venue', 'down', 'account'), a: buy(1) })
      .emits('--a', { a: one });
  });

  test('a contract that expires soon', () => {
    const SOON: Instrument = perpetual({ expiry: 10_000 });
    const core = riskDesk({ rules: [expiryNear({ within: '5s' })], instruments: [SOON] });
    expectPipeline(verdictsOf(core, working), { step: '1s' })
      .given('qa---b-----c', {
        q: quote(SOON, 100),
        a: buy(1, 100, SOON),
        b: buy(1, 100, SOON),
        c: buy(1, 100, SOON),
      })
      .emits('-a---n-----x', {
        a: one,
        n: denied('expiryNear', 'expires in 5000 ms, within the limit of 5000 ms'),
        x: denied('expiryNear', 'has expired'),
      });
  });
});

describe('freeBalance', () => {
  const core = desk(freeBalance());

  test('counts what was sent since the account last spoke', () => {
    expectPipeline(verdictsOf(core, working))
      .given('qf-abc', { q, f: account({ USD: '200' }), a: buy(1.2), b: buy(1), c: buy(0.8) })
      .emits('---anc', {
        a: approved(1_200),
        n: denied('freeBalance', 'it needs 100 USD, and 80 are free at venue'),
        c: approved(800),
      });
  });

  test('an account that nobody has heard of denies', () => {
    expectPipeline(verdictsOf(core, working))
      .given('qafb', { q, a: buy(1), f: account({ EUR: '500' }), b: buy(1) })
      .emits('-n-n', { n: denied('freeBalance', 'what is free of USD at venue is unknown') });
    expectPipeline(verdictsOf(core, working))
      .given('qfb', { q, f: account({ USD: 'much' }), b: buy(1) })
      .emits('--n', { n: by('freeBalance') });
  });

  test('a fill has spent it until the account says otherwise; a cancel and a rejection give it back', () => {
    const poor = account({ USD: '100' });
    expectPipeline(verdictsOf(core, filled))
      .given('qfab-gc', { q, f: poor, a: buy(1), b: buy(1), g: account({ USD: '100' }, 9), c: buy(1) })
      .emits('--an--c', { a: one, n: by('freeBalance'), c: one });
    const drivers = [fakeVenue('venue', { answer: inTurn(acceptOrder(), acceptOrder()) })];
    expectPipeline(verdictsOf(core, { drivers }))
      .given('qfabxc', {
        q,
        f: poor,
        a: buy(1),
        b: buy(1),
        x: report(BTC, orderId(3), 'canceled'),
        c: buy(1),
      })
      .emits('--an-c', { a: one, n: by('freeBalance'), c: one });
  });

  test('an order of unknown fate stays reserved for, whatever the account says', () => {
    const drivers = [fakeVenue('venue', { answer: () => [] })];
    expectPipeline(verdictsOf(core, { drivers }))
      .given('qfaugb', {
        q,
        f: account({ USD: '150' }),
        a: buy(1),
        u: report(BTC, orderId(3), 'unknown'),
        g: account({ USD: '150' }),
        b: buy(1),
      })
      .emits('--a--n', { a: one, n: by('freeBalance') });
  });

  test('contracts take margin, clipped when it is told to', () => {
    const margin = desk(freeBalance({ marginRate: 0.1, action: 'clip' }));
    expectPipeline(verdictsOf(margin, working))
      .given('qfa', { q: quote(PERP, 100), f: account({ USD: '15' }), a: buy(2, 100, PERP) })
      .emits('--a', { a: approved(1_500) });
    expectPipeline(verdictsOf(margin, working))
      .given('qfa', { q: quote(PERP, 100), f: account({ USD: '0' }), a: buy(2, 100, PERP) })
      .emits('--n', { n: expect.objectContaining({ kind: 'denied' }) });
  });
});
