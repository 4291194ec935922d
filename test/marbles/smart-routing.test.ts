import { describe, test } from 'vitest';
import type { Instrument } from '../../src/domain/instrument.js';
import { maxOrderSize, type RiskRule, type SmartRoutingOptions } from '../../src/operators/index.js';
import {
  acceptOrder,
  bookSnapshot,
  decision,
  expectPipeline,
  type FakeVenueOptions,
  fakeVenue,
  fillOrder,
  inTurn,
  link,
  loseOrder,
  perpetual,
  quote,
  rejectOrder,
  spot,
  status,
  trade,
  valuesOf,
} from '../../src/testing/index.js';
import { type RoutedFrame, routedDesk } from './routed-desk.js';

const ONE = spot({ venue: 'one', fees: { maker: 0, taker: 0.001 } });
const TWO = spot({ venue: 'two', fees: { maker: 0, taker: 0.001 } });
const PERP = perpetual({ venue: 'perp' });

const wants = (exposure: number, agent = 'model') => decision({ agent, of: 'BTC', exposure });

/** `one 300@100.01 IOC`, of every proposal; of a parent `began 1`. */
const said = ({ proposals, parents }: RoutedFrame): string | undefined => {
  const lines = [
    ...parents
      .filter(({ type }) => type !== 'restated')
      .map(({ type, reason }) => `${type}${reason && `: ${reason}`}`),
    ...proposals.map(
      ({ instrument, side, quantity, price, timeInForce }) =>
        `${side} ${quantity} ${instrument.split('@')[1]} ${price} ${timeInForce}`,
    ),
  ];
  return lines.length === 0 ? undefined : lines.join(', ');
};

const desk = (
  instruments: readonly Instrument[],
  routing: SmartRoutingOptions = {},
  venues: Readonly<Record<string, FakeVenueOptions>> = {},
  rules: readonly RiskRule[] = [],
) =>
  valuesOf(routedDesk(instruments, routing, rules), said, {
    drivers: instruments.map(({ venue }) => fakeVenue(venue, venues[venue])),
  });

const one = bookSnapshot(ONE, {
  bids: [[99.99, 9]],
  asks: [
    [100.01, 0.3],
    [100.02, 0.4],
    [100.2, 9],
  ],
});
const two = bookSnapshot(TWO, {
  bids: [[99.98, 9]],
  asks: [
    [100.02, 0.2],
    [100.03, 9],
  ],
});

describe('smartRouting', () => {
  test('splits over the books of all venues, the cheapest level next', () => {
    expectPipeline(desk([ONE, TWO]))
      .given('ab-w---', { a: one, b: two, w: wants(1) })
      // 0.3 at 100.01, 0.4 and 0.2 at 100.02, the rest at 100.03; beyond the collar is 100.20.
      .emits('---(we)', { w: 'began, buy 700 one 10002 IOC, buy 300 two 10003 IOC', e: 'ended: done' });
  });

  test('fees decide between levels of the same price', () => {
    const DEAR = spot({ venue: 'two', fees: { maker: 0, taker: 0.002 } });
    expectPipeline(desk([ONE, DEAR]))
      .given('ab-w---', {
        a: one,
        b: bookSnapshot(DEAR, { bids: [[99, 9]], asks: [[100, 9]] }),
        w: wants(0.5),
      })
      .emits('---(we)', { w: 'began, buy 500 one 10002 IOC', e: 'ended: done' });
  });

  test('what is left is sent to another venue once the first has ended, and never before', () => {
    const half: FakeVenueOptions = { answer: fillOrder({ after: '20ms', share: 0.5 }) };
    const deep = bookSnapshot(TWO, { bids: [[99.9, 9]], asks: [[100.04, 9]] });
    const all = bookSnapshot(ONE, { bids: [[99.99, 9]], asks: [[100, 9]] });
    expectPipeline(desk([ONE, TWO], {}, { one: half }), { step: '10ms' })
      .given('ab-w-----', { a: all, b: deep, w: wants(1) })
      .emits('---w-(te)-', {
        w: 'began, buy 1000 one 10000 IOC',
        t: 'buy 500 two 10004 IOC',
        e: 'ended: done',
      });
  });

  test('nothing is sent elsewhere while the outcome is unknown', () => {
    const deep = bookSnapshot(TWO, { bids: [[99.9, 9]], asks: [[100.04, 9]] });
    const all = bookSnapshot(ONE, { bids: [[99.99, 9]], asks: [[100, 9]] });
    expectPipeline(desk([ONE, TWO], { staleAfter: '1h' }, { one: { answer: loseOrder() } }), { step: '1s' })
      .given('ab-w-----------', { a: all, b: deep, w: wants(1) })
      .emits('---w-----------', { w: 'began, buy 1000 one 10000 IOC' });
  });

  test('a venue that rejects is left alone, a second and then two', () => {
    const all = bookSnapshot(ONE, { bids: [[99.99, 9]], asks: [[100, 9]] });
    const busy: FakeVenueOptions = { answer: inTurn(rejectOrder('busy'), rejectOrder('busy'), fillOrder()) };
    expectPipeline(desk([ONE], { staleAfter: '1h' }, { one: busy }), { step: '500ms' })
      .given('aw----------', { a: all, w: wants(1) })
      .emits('-w-x---(ye)', {
        w: 'began, buy 1000 one 10000 IOC',
        x: 'buy 1000 one 10000 IOC',
        y: 'buy 1000 one 10000 IOC',
        e: 'ended: done',
      });
  });

  test('a level that was taken is left alone until the market moves, or a while has passed', () => {
    const thin = bookSnapshot(ONE, { bids: [[99.99, 9]], asks: [[100, 0.1]], last: 1 });
    const more = bookSnapshot(ONE, { bids: [[99.99, 9]], asks: [[100.01, 0.1]], last: 2 });
    expectPipeline(desk([ONE], { staleAfter: '1h', retryAfter: '400ms' }), { step: '100ms' })
      .given('aw----m-----', { a: thin, w: wants(0.3), m: more })
      .emits('-w---x---(ye)', {
        w: 'began, buy 100 one 10000 IOC',
        x: 'buy 100 one 10000 IOC',
        y: 'buy 100 one 10001 IOC',
        e: 'ended: done',
      });
  });

  test('a venue whose orders cannot get through is passed over', () => {
    const down = link('one', 'down', 'orders');
    expectPipeline(desk([ONE, TWO]))
      .given('abd-w---', { a: one, b: two, d: down, w: wants(0.1) })
      .emits('----(we)', { w: 'began, buy 100 two 10002 IOC', e: 'ended: done' });
  });

  test('a slow venue must be so much better', () => {
    const slow: FakeVenueOptions = { answer: fillOrder({ after: '100ms' }) };
    const [better, worse] = [
      bookSnapshot(ONE, { bids: [[99.9, 9]], asks: [[100, 9]] }),
      bookSnapshot(TWO, { bids: [[99.9, 9]], asks: [[100.02, 9]] }),
    ];
    // 100 ms at 1% a second are ten basis points; two are what it is better by.
    expectPipeline(desk([ONE, TWO], { latencyCost: 0.01, staleAfter: '1h' }, { one: slow }), { step: '50ms' })
      .given('abw------------------------------v-', { a: better, b: worse, w: wants(0.1), v: wants(0.2) })
      .emits('--w-e----------------------------(fv)', {
        w: 'began, buy 100 one 10000 IOC',
        e: 'ended: done',
        f: 'began, buy 100 two 10002 IOC',
        v: 'ended: done',
      });
  });

  test('time-weighted: equal parts, the rest of the rounding with the last', () => {
    expectPipeline(desk([ONE], { schedule: { kind: 'twap', over: '3s', every: '1s' }, staleAfter: '1h' }), {
      step: '500ms',
    })
      .given('a-w-------', { a: bookSnapshot(ONE, { bids: [[99.99, 9]], asks: [[100.01, 9]] }), w: wants(1) })
      .emits('--a-b-(ce)-', {
        a: 'began, buy 333 one 10001 IOC',
        b: 'buy 333 one 10001 IOC',
        c: 'buy 334 one 10001 IOC',
        e: 'ended: done',
      });
  });

  test('volume-weighted: in proportion to the curve of the day', () => {
    const curve = [1, 3, ...new Array<number>(22).fill(0)];
    const routing: SmartRoutingOptions = {
      schedule: { kind: 'vwap', over: '2h', every: '1h', curve },
      staleAfter: '1d',
    };
    expectPipeline(desk([ONE], routing), { step: '30m' })
      .given('(aw)--', { a: bookSnapshot(ONE, { bids: [[99.99, 9]], asks: [[100.01, 9]] }), w: wants(1) })
      .emits('a-(be)', { a: 'began, buy 250 one 10001 IOC', b: 'buy 750 one 10001 IOC', e: 'ended: done' });
  });

  test('participation: a share of what is printed', () => {
    const routing: SmartRoutingOptions = {
      schedule: { kind: 'participation', share: 0.1, every: '1s' },
      staleAfter: '1h',
    };
    expectPipeline(desk([ONE], routing), { step: '500ms' })
      .given('aw-tt----t----', { a: one, w: wants(0.5), t: trade(ONE, { price: 100, quantity: 1 }) })
      .emits('-w-b-b---b---', { w: 'began', b: 'buy 100 one 10001 IOC' });
  });

  test('iceberg: one part at a time, resting at the best price', () => {
    const rests: FakeVenueOptions = { answer: fillOrder({ after: '1s' }) };
    const routing: SmartRoutingOptions = {
      schedule: { kind: 'iceberg', display: 0.4 },
      placement: { kind: 'post', patience: '1m' },
      staleAfter: '1h',
    };
    expectPipeline(desk([ONE, TWO], routing, { one: rests, two: rests }), { step: '1s' })
      .given('abw---', { a: one, b: two, w: wants(1) })
      .emits('--wbce', {
        // Of two that cost the same the bid of two is lower: it nets more.
        w: 'began, buy 400 two 9998 GTC',
        b: 'buy 400 two 9998 GTC',
        c: 'buy 200 two 9998 GTC',
        e: 'ended: done',
      });
  });

  test('what rests in vain is canceled, and what is left taken once the cancel is known', () => {
    const routing: SmartRoutingOptions = {
      placement: { kind: 'post', patience: '2s', afterwards: 'take' },
      staleAfter: '1h',
    };
    expectPipeline(desk([ONE], routing, { one: { answer: inTurn(acceptOrder(), fillOrder()) } }), {
      step: '1s',
    })
      .given('aw----', { a: one, w: wants(0.3) })
      .emits('-w-(te)', { w: 'began, buy 300 one 9999 GTC', t: 'buy 300 one 10001 IOC', e: 'ended: done' });
  });

  test('each part is posted first, and what of it was in vain is taken', () => {
    const routing: SmartRoutingOptions = {
      schedule: { kind: 'twap', over: '6s', every: '3s' },
      placement: { kind: 'post', patience: '1s', afterwards: 'take' },
      staleAfter: '1h',
    };
    const answer = inTurn(acceptOrder(), fillOrder(), acceptOrder(), fillOrder({ share: 0.5 }), fillOrder());
    expectPipeline(desk([ONE], routing, { one: { answer } }), { step: '500ms' })
      .given('aw-----------', { a: one, w: wants(0.4) })
      .emits('-w-t---p-t(ue)', {
        w: 'began, buy 200 one 9999 GTC',
        t: 'buy 200 one 10001 IOC',
        p: 'buy 200 one 9999 GTC',
        u: 'buy 100 one 10001 IOC',
        e: 'ended: done',
      });
  });

  test('the cheapest: waits where much trades, takes where nothing does', () => {
    const routing: SmartRoutingOptions = {
      placement: { kind: 'cheapest', patience: '10s', waitingCost: 0.001 },
      staleAfter: '1h',
    };
    const market = bookSnapshot(ONE, { bids: [[99.9, 1]], asks: [[100.1, 9]] });
    const busy = trade(ONE, { price: 99.9, quantity: 500, aggressor: 'sell' });
    expectPipeline(desk([ONE], { ...routing, collar: 0.01 }, { one: { answer: acceptOrder() } }))
      .given('atw', { a: market, t: busy, w: wants(0.5) })
      .emits('--w', { w: 'began, buy 500 one 9990 GTC' });
    expectPipeline(desk([ONE], { ...routing, collar: 0.01 }, { one: { answer: acceptOrder() } }))
      .given('a-w', { a: market, w: wants(0.5) })
      .emits('--w', { w: 'began, buy 500 one 10010 IOC' });
  });

  test('the other direction cancels what works first, and is wanted again once that has ended', () => {
    const routing: SmartRoutingOptions = { placement: { kind: 'post', patience: '1m' }, staleAfter: '1h' };
    const perp = quote(PERP, { bid: 99, ask: 101, bidQuantity: 9, askQuantity: 9 });
    expectPipeline(desk([PERP], routing, { perp: { answer: acceptOrder() } }), { step: '500ms' })
      .given('a-w-s-----', { a: perp, w: wants(1), s: wants(-1) })
      .emits('--w-e-s---', {
        w: 'began, buy 1000 perp 9900 GTC',
        e: 'ended: the other direction is wanted',
        s: 'began, sell 1000 perp 10100 GTC',
      });
  });

  test('a smaller target is what the schedule goes on to', () => {
    const routing: SmartRoutingOptions = {
      schedule: { kind: 'twap', over: '4s', every: '1s' },
      staleAfter: '1h',
    };
    const deep = bookSnapshot(ONE, { bids: [[99.99, 9]], asks: [[100.01, 9]] });
    expectPipeline(desk([ONE], routing), { step: '1s' })
      .given('a-w-s----', { a: deep, w: wants(1), s: wants(0.75) })
      .emits('--wxy(ze)', {
        w: 'began, buy 250 one 10001 IOC',
        x: 'buy 250 one 10001 IOC',
        // Three quarters of 750, and then the rest of them.
        y: 'buy 62 one 10001 IOC',
        z: 'buy 188 one 10001 IOC',
        e: 'ended: done',
      });
  });

  test('a denial is tried again with growing patience', () => {
    const routing: SmartRoutingOptions = { retryAfter: '1s', staleAfter: '1h' };
    const small = maxOrderSize({ of: 'quantity', limit: 0.1 });
    expectPipeline(desk([ONE], routing, {}, [small]), { step: '1s' })
      .given('aw--------', { a: one, w: wants(0.3) })
      .emits('-wx-y---z-', {
        w: 'began, buy 300 one 10001 IOC',
        x: 'buy 300 one 10001 IOC',
        y: 'buy 300 one 10001 IOC',
        z: 'buy 300 one 10001 IOC',
      });
  });

  test('a market that opens again is tried at once', () => {
    expectPipeline(desk([ONE], { staleAfter: '1h' }), { step: '100ms' })
      .given('ah-w--o--', { a: one, h: status(ONE, 'halted'), w: wants(0.1), o: status(ONE, 'open') })
      .emits('------(we)', { w: 'began, buy 100 one 10001 IOC', e: 'ended: done' });
  });
});
