import { expect, test } from 'vitest';
import { maxDailyLoss, maxDrawdown } from '../../src/operators/index.js';
import {
  acceptOrder,
  commandsOf,
  control,
  expectPipeline,
  fakeVenue,
  fill,
  fillOrder,
  inTurn,
  matching,
  orderId,
  perpetual,
  quote,
  rate,
  verdictsOf,
} from '../../src/testing/index.js';
import { BTC } from './a-desk.js';
import { approved, buy, denied, riskDesk, sell } from './risk-desk.js';

const ABROAD = perpetual({ venue: 'abroad' });
const filled = { drivers: [fakeVenue('venue'), fakeVenue('abroad')] };
const instruments = [BTC, ABROAD];
const quotes = { q: quote(BTC, 100), a: quote(ABROAD, 100) };

test("a venue's loss of the day stops that venue, and no other", () => {
  const rules = [maxDailyLoss({ limit: 10, scope: { venue: 'abroad' } })];
  expectPipeline(verdictsOf(riskDesk({ rules, instruments }), filled))
    .given('qab-c-l-m-d-e-s-', {
      ...quotes,
      b: buy(1),
      c: buy(1, 100, ABROAD),
      // 20 lost at the other venue, 10 here.
      l: quote(BTC, 80),
      m: quote(ABROAD, 90),
      d: buy(0.1, 90, ABROAD),
      e: buy(0.1, 80),
      s: sell(1, 90, ABROAD),
    })
    .emits('--b-c-----d-e-s-', {
      b: approved(1_000),
      c: approved(1_000),
      d: denied(
        'tradingState',
        "venue:abroad is halted (maxDailyLoss:venue=abroad: the day's (venue=abroad) loss is 10.00 USD, at the limit of 10)",
      ),
      e: approved(100),
      s: approved(1_000),
    });
});

test('what works there is canceled in the same frame, what works elsewhere stays', () => {
  const rules = [maxDailyLoss({ limit: 10, scope: { venue: 'abroad' } })];
  const drivers = [
    fakeVenue('venue', { answer: acceptOrder() }),
    fakeVenue('abroad', { answer: inTurn(fillOrder(), acceptOrder()) }),
  ];
  expectPipeline(commandsOf(riskDesk({ rules, instruments }), { drivers }))
    .given('qab-c-d-m-', {
      ...quotes,
      b: buy(1, 90),
      c: buy(1, 100, ABROAD),
      d: buy(1, 80, ABROAD),
      m: quote(ABROAD, 90),
    })
    .emits('--b-c-d-x-', {
      b: matching({ kind: 'submit' }),
      c: matching({ kind: 'submit' }),
      d: matching({ kind: 'submit' }),
      x: matching({ kind: 'cancel', venue: 'abroad', clientOrderId: orderId(8) }),
    });
});

test('fees paid there count, those paid elsewhere do not', () => {
  const rules = [maxDailyLoss({ limit: 10, scope: { venue: 'abroad' } })];
  const paid = (instrument: typeof ABROAD, fee: string) =>
    fill(instrument, { order: `elsewhere ${fee}`, side: 'buy', price: 100, fee });
  expectPipeline(verdictsOf(riskDesk({ rules, instruments }), filled))
    .given('qaf-b-g-b-', {
      ...quotes,
      f: paid(BTC, '50'),
      g: paid(ABROAD, '10'),
      b: buy(0.1, 100, ABROAD),
    })
    .emits('----b---d-', { b: approved(100), d: matching({ rule: 'tradingState' }) });
});

test("a venue's drawdown is from its own best, and an agent's there from its own there", () => {
  const of = (agent?: string) => [
    maxDrawdown({ limit: 10, scope: { venue: 'abroad', ...(agent === undefined ? {} : { agent }) } }),
  ];
  const events = {
    ...quotes,
    c: buy(1, 100, ABROAD),
    u: quote(ABROAD, 120),
    l: quote(ABROAD, 110), // 20.01 was the best: the second fill was a bargain.
    x: buy(0.001, 110, ABROAD),
    y: buy(0.001, 100),
  };
  expectPipeline(verdictsOf(riskDesk({ rules: of(), instruments }), filled))
    .given('qac-u-x-l-x-y-', events)
    .emits('--c---x---n-y-', {
      c: approved(1_000),
      x: approved(1),
      n: denied(
        'tradingState',
        'venue:abroad is halted (maxDrawdown:venue=abroad: the drawdown of venue=abroad is 10.01 USD, at the limit of 10)',
      ),
      y: approved(1),
    });
  // An agent's breach stops the agent, wherever it trades.
  expectPipeline(verdictsOf(riskDesk({ rules: of('test'), instruments }), filled))
    .given('qac-u-x-l-x-y-', events)
    .emits('--c---x---n-n-', { c: approved(1_000), x: approved(1), n: matching({ rule: 'tradingState' }) });
  expectPipeline(verdictsOf(riskDesk({ rules: of('nobody'), instruments }), filled))
    .given('qac-u-x-l-x-y-', events)
    .emits('--c---x---x-x-', { c: approved(1_000), x: approved(1) });
});

test('a new day begins anew, an unknown rate adds nothing, and a change of the limit counts', () => {
  const rules = [maxDailyLoss({ limit: 10, scope: { venue: 'abroad' } })];
  expectPipeline(verdictsOf(riskDesk({ rules, instruments }), filled), { step: '12h' })
    .given('qace-f-g', {
      ...quotes,
      c: buy(1, 100, ABROAD),
      e: quote(ABROAD, 94),
      f: quote(ABROAD, 88),
      g: buy(0.1, 88, ABROAD),
    })
    .emits('--a----b', { a: approved(1_000), b: approved(100) });
  const EURO = perpetual({ venue: 'abroad', quote: 'EUR' });
  expectPipeline(verdictsOf(riskDesk({ rules, instruments: [BTC, EURO] }), filled))
    .given('qabp-b-d-r-b-', {
      q: quote(BTC, 100),
      a: quote(EURO, 100),
      b: buy(1, 100, EURO),
      p: quote(EURO, 101),
      d: buy(1),
      r: rate('EUR', 'USD', 1.1),
    })
    .emits('--b--n-d---b-', {
      b: approved(1_000),
      n: denied(
        'maxDailyLoss:venue=abroad',
        "the day's (venue=abroad) profit is unknown: a mark or a conversion rate is missing",
      ),
      d: approved(1_000),
    });
  expectPipeline(verdictsOf(riskDesk({ rules, instruments }), filled))
    .given('qac-m-l-d-', {
      ...quotes,
      c: buy(1, 100, ABROAD),
      m: quote(ABROAD, 95),
      l: control('limit', { scope: 'limit:maxDailyLoss:venue=abroad', value: 5 }),
      d: buy(0.1, 95, ABROAD),
    })
    .emits('--c-----d-', { c: approved(1_000), d: matching({ rule: 'tradingState' }) });
});

test('a venue that nobody has is a slip of the pen', () => {
  const start = (rule: typeof maxDailyLoss | typeof maxDrawdown) => () =>
    riskDesk({ rules: [rule({ limit: 1, scope: { venue: 'nowhere' } })] }).start();
  expect(start(maxDailyLoss)).toThrow('no instrument is in its scope (venue=nowhere)');
  expect(start(maxDrawdown)).toThrow('no instrument is in its scope (venue=nowhere)');
});
