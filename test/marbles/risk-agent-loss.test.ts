import { test } from 'vitest';
import { maxDailyLoss, maxDrawdown } from '../../src/operators/index.js';
import {
  control,
  expectPipeline,
  fakeVenue,
  matching,
  perpetual,
  quote,
  rate,
  verdictsOf,
} from '../../src/testing/index.js';
import { BTC } from './a-desk.js';
import { approved, buy, denied, riskDesk, sell } from './risk-desk.js';

const filled = { drivers: [fakeVenue('venue')] };
/** What is sold by `test`, what is bought by `other` from 90 on. */
const terms = (order: { readonly price: number; readonly quantity: number; readonly side: string }) =>
  order.price < 9_000
    ? { attribution: [{ agent: 'other', quantity: order.side === 'buy' ? order.quantity : -order.quantity }] }
    : {};

test("an agent's loss of the day stops that agent, and no other", () => {
  const rules = [maxDailyLoss({ limit: 10, scope: { agent: 'test' } })];
  expectPipeline(verdictsOf(riskDesk({ rules, terms }), filled))
    .given('qb-c-d-e-f-s-', {
      q: quote(BTC, 100),
      b: buy(1),
      c: quote(BTC, { bid: 90.01, ask: 90.03 }),
      d: buy(0.1, 91),
      e: quote(BTC, { bid: 89.9, ask: 90 }),
      f: buy(0.1, 89),
      s: sell(0.5, 90),
    })
    .emits('-a---b---o-s-', { a: approved(1_000), b: approved(100), o: approved(100), s: approved(500) });
  expectPipeline(verdictsOf(riskDesk({ rules, terms }), filled))
    .given('qb-e-f-g-r-h-', {
      q: quote(BTC, 100),
      b: buy(1),
      e: quote(BTC, { bid: 89.9, ask: 90.1 }),
      f: buy(0.1, 90),
      g: buy(0.1, 89),
      r: control('resume', { scope: 'agent:test' }),
      h: buy(0.1, 90),
    })
    .emits('-a---n-o---n-', {
      a: approved(1_000),
      n: denied(
        'tradingState',
        "agent:test is halted (maxDailyLoss:agent=test: the day's (agent=test) loss is 10.00 USD, at the limit of 10)",
      ),
      o: approved(100),
    });
});

test('a new day begins anew', () => {
  const rules = [maxDailyLoss({ limit: 10, scope: { agent: 'test' } })];
  expectPipeline(verdictsOf(riskDesk({ rules }), filled), { step: '12h' })
    .given('qbe-f-g-h', {
      q: quote(BTC, 100),
      b: buy(1),
      e: quote(BTC, 94),
      f: quote(BTC, 88),
      g: buy(0.1, 88),
      h: quote(BTC, 80),
    })
    .emits('-a----b--', { a: approved(1_000), b: approved(100) });
});

test("an agent's drawdown is from its own best", () => {
  const rules = [maxDrawdown({ limit: 10, scope: { agent: 'test' } })];
  expectPipeline(verdictsOf(riskDesk({ rules, terms }), filled))
    .given('qb-u-d-x-l-y-z-', {
      q: quote(BTC, 100),
      b: buy(1),
      u: quote(BTC, 120),
      d: quote(BTC, 110.01),
      x: buy(0.001, 110),
      l: quote(BTC, 110),
      y: buy(0.001, 110),
      z: buy(0.001, 89),
    })
    .emits('-a-----b---n-o-', {
      a: approved(1_000),
      b: approved(1),
      n: denied(
        'tradingState',
        'agent:test is halted (maxDrawdown:agent=test: the drawdown of agent=test is 10.00 USD, at the limit of 10)',
      ),
      o: approved(1),
    });
});

test('while it is unknown the agent adds nothing', () => {
  const EURO = perpetual({ quote: 'EUR' });
  const of = (rule: typeof maxDailyLoss | typeof maxDrawdown) =>
    verdictsOf(
      riskDesk({ rules: [rule({ limit: 10, scope: { agent: 'test' } })], instruments: [EURO], terms }),
      filled,
    );
  const events = {
    q: quote(EURO, 100),
    b: buy(1, 100, EURO),
    p: quote(EURO, 101),
    c: buy(1, 101, EURO),
    o: buy(1, 80, EURO),
    r: rate('EUR', 'USD', 1.1),
  };
  expectPipeline(of(maxDailyLoss))
    .given('qbp-c-o-r-c-', events)
    .emits('-a--n-o---a-', {
      a: approved(1_000),
      n: denied(
        'maxDailyLoss:agent=test',
        "the day's (agent=test) profit is unknown: a mark or a conversion rate is missing",
      ),
      o: approved(1_000),
    });
  expectPipeline(of(maxDrawdown))
    .given('qbp-c-o-r-c-', events)
    .emits('-a--n-o---a-', {
      a: approved(1_000),
      n: matching({ rule: 'maxDrawdown:agent=test' }),
      o: approved(1_000),
    });
});
