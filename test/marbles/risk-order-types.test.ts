import { describe, test } from 'vitest';
import type { OutsideEvent } from '../../src/domain/event.js';
import type { Proposal } from '../../src/domain/order.js';
import type { Verdict } from '../../src/domain/verdict.js';
import {
  duplicateIntent,
  freeBalance,
  maxOrderSize,
  maxPosition,
  priceCollar,
  type RiskRule,
  selfTradePrevention,
} from '../../src/operators/index.js';
import {
  acceptOrder,
  commandsOf,
  control,
  expectPipeline,
  fakeVenue,
  fill,
  matching,
  orderId,
  perpetual,
  quote,
  report,
  spot,
  verdictsOf,
} from '../../src/testing/index.js';
import { BTC } from './a-desk.js';
import { approved, buy, denied, riskDesk, sell } from './risk-desk.js';

const q = quote(BTC, 100); // bid 99.99, ask 100.01
const STOP: Partial<Proposal> = { type: 'stop', price: 0, stopPrice: 11_000 };
const STOP_LIMIT: Partial<Proposal> = { type: 'stopLimit', stopPrice: 11_000 };
const TRAILING: Partial<Proposal> = { type: 'trailingStop', price: 0, trail: 500 };
const working = { drivers: [fakeVenue('venue', { answer: acceptOrder() })] };
const said = (terms: Partial<Proposal>, rules: readonly RiskRule[] = []) =>
  verdictsOf(riskDesk({ terms, rules }), working);
const anything: Verdict = matching({ kind: 'approved' });
const refused = (rule: string): Verdict => matching({ kind: 'denied', rule });

describe('an order of every kind may pass', () => {
  test.each<[string, Partial<Proposal>]>([
    ['stop', STOP],
    ['stop-limit', STOP_LIMIT],
    ['trailing stop', TRAILING],
    ['good till date', { timeInForce: 'GTD', expireTime: 9_999 }],
    ['iceberg', { display: 100 }],
    ['iceberg that shows all', { display: 1_000 }],
    ['one of a pair', { group: { id: 'pair', kind: 'oco' } }],
    ['an entry', { group: { id: 'pair', kind: 'bracket', role: 'entry' } }],
    ['fill or kill', { timeInForce: 'FOK' }],
    ['post-only', { postOnly: true }],
  ])('%s', (_, terms) => {
    expectPipeline(said(terms))
      .given('qb', { q, b: buy(1, 110) })
      .emits('-y', { y: approved(1_000) });
  });
});

describe('terms that contradict each other are no order', () => {
  test.each<[string, Partial<Record<keyof Proposal, unknown>>, string]>([
    [
      'no such type',
      { type: 'pegged' },
      'the type must be one of limit, market, stop, stopLimit, trailingStop, not pegged',
    ],
    ['no such time', { timeInForce: 'DAY' }, 'the time in force must be one of GTC, IOC, FOK, GTD, not DAY'],
    [
      'a stop with a limit',
      { ...STOP, price: 100 },
      'a stop order has no limit price, yet this one says 100',
    ],
    [
      'a trailing stop with a limit',
      { ...TRAILING, price: 1 },
      'a trailingStop order has no limit price, yet this one says 1',
    ],
    ['a stop without a trigger', { type: 'stop', price: 0 }, 'a stop order needs a stop price in ticks'],
    [
      'a trigger of nothing',
      { ...STOP, stopPrice: 0 },
      'the stop price must be a whole number of ticks above 0, not 0',
    ],
    [
      'a trigger below nothing',
      { ...STOP, stopPrice: -1 },
      'the stop price must be a whole number of ticks above 0, not -1',
    ],
    [
      'a trigger off the grid',
      { ...STOP, stopPrice: 0.5 },
      'the stop price must be a whole number of ticks above 0, not 0.5',
    ],
    [
      'a trigger unknown',
      { ...STOP, stopPrice: Number.NaN },
      'the stop price must be a whole number of ticks above 0, not NaN',
    ],
    [
      'a stop-limit without a limit',
      { ...STOP_LIMIT, price: 0 },
      'the limit price must be a whole number of ticks above 0, not 0',
    ],
    ['a limit with a trigger', { stopPrice: 100 }, 'a limit order has no stop price'],
    ['a trail of nothing', { ...TRAILING, trail: 0 }, 'a trailing stop needs a trail of at least one tick'],
    [
      'a trail without end',
      { ...TRAILING, trail: Number.POSITIVE_INFINITY },
      'a trailing stop needs a trail of at least one tick',
    ],
    ['a limit with a trail', { trail: 5 }, 'a limit order has no trail'],
    ['a date without an end', { timeInForce: 'GTD' }, 'a GTD order needs a time to expire'],
    ['an end without a date', { expireTime: 5 }, 'a GTC order does not expire'],
    ['an end that has passed', { timeInForce: 'GTD', expireTime: 1 }, 'it expires at 1, and it is 1'],
    [
      'an iceberg above the water',
      { display: 1_001 },
      'an iceberg is a limit order that shows from one lot to all of it',
    ],
    [
      'an iceberg under water',
      { display: 0 },
      'an iceberg is a limit order that shows from one lot to all of it',
    ],
    [
      'a market order that waits',
      { type: 'market', price: 0, postOnly: true },
      'a post-only order is a limit order that may rest',
    ],
    ['a group without a name', { group: { id: '', kind: 'oco' } }, 'a group of orders needs an id'],
    ['a group with a number', { group: { id: 7, kind: 'oco' } }, 'a group of orders needs an id'],
    [
      'no such group',
      { group: { id: 'x', kind: 'oto' } },
      'a group of orders is an oco or a bracket, not oto',
    ],
    [
      'a bracket without a role',
      { group: { id: 'x', kind: 'bracket' } },
      'an order of a bracket is its entry or an exit',
    ],
    ['a replacement of nobody', { replaces: orderId(7) }, `it replaces ${orderId(7)}, which nobody knows`],
  ])('%s', (_, terms, why) => {
    expectPipeline(said(terms as Partial<Proposal>))
      .given('qb', { q, b: buy(1) })
      .emits('-n', { n: denied('validity', why) });
  });

  test('what an iceberg shows is in whole order steps', () => {
    const STEPS = spot({ lot: '0.001', orderStep: '0.1' });
    expectPipeline(verdictsOf(riskDesk({ instruments: [STEPS], terms: { display: 150 } })))
      .given('qb', { q: quote(STEPS, 100), b: buy(1, 100, STEPS) })
      .emits('-n', {
        n: denied('validity', 'the lots that it shows, 150, are no multiple of the order step 0.1'),
      });
  });

  test('where a stop wakes lies within the bands, and its notional is above the least', () => {
    const PICKY = spot({ minNotional: '5', bands: { low: '50', high: '150' } });
    const of = (terms: Partial<Proposal>) => verdictsOf(riskDesk({ instruments: [PICKY], terms }));
    const events = { q: quote(PICKY, 100), b: buy(1, 100, PICKY), s: buy(0.01, 100, PICKY) };
    expectPipeline(of({ ...STOP, stopPrice: 15_001 }))
      .given('qb', events as never)
      .emits('-n', {
        n: denied('validity', "the price 150.01 is outside the venue's bands of 50 to 150"),
      });
    expectPipeline(of({ ...STOP, stopPrice: 4_999 }))
      .given('qb', events as never)
      .emits('-n', { n: denied('validity', "the price 49.99 is outside the venue's bands of 50 to 150") });
    expectPipeline(of(STOP))
      .given('qs', events as never)
      .emits('-n', { n: denied('validity', "the notional 1.10 is below the venue's least of 5") });
    expectPipeline(of({ ...STOP, stopPrice: 15_000 }))
      .given('qb', events as never)
      .emits('-y', { y: anything });
  });
});

describe('the worst case', () => {
  const rules = [maxPosition({ limit: 2, action: 'deny' })];

  test.each<[string, Partial<Proposal>]>([
    ['a stop that sleeps', STOP],
    ['a trailing stop', TRAILING],
    ['all of an iceberg, not what it shows', { display: 1 }],
    ['an order that expires', { timeInForce: 'GTD', expireTime: 9_999 }],
    // No venue says that it guarantees that only one of them trades.
    ['both of a pair', { group: { id: 'pair', kind: 'oco' } }],
  ])('counts %s', (_, terms) => {
    expectPipeline(said(terms, rules))
      .given('qb-c-d', { q, b: buy(1.5, 110), c: buy(1, 110), d: buy(0.5, 110) })
      .emits('-y-n-y', { y: anything, n: refused('maxPosition') });
  });

  test('counts both a replacement and what it replaces until the venue says so', () => {
    expectPipeline(said({}, rules))
      .given('qb', { q, b: buy(1.5) })
      .emits('-y', { y: anything });
    const replacing = verdictsOf(
      riskDesk({ rules, terms: ({ quantity }) => (quantity === 1_500 ? {} : { replaces: orderId(2) }) }),
      { drivers: [fakeVenue('venue', { answer: acceptOrder() })] },
    );
    expectPipeline(replacing)
      .given('qb-r-s-c-e-', {
        q,
        b: buy(1.5),
        r: buy(1),
        s: buy(0.5),
        c: report(BTC, orderId(5), 'replaced'),
        e: buy(0.1),
      })
      .emits('-y-n-y---o-', {
        y: anything,
        n: refused('maxPosition'),
        o: denied('validity', `it replaces ${orderId(2)}, which is over`),
      });
  });

  test('a replacement is of its order: same instrument, same side', () => {
    const ETH = spot({ base: 'ETH' });
    const core = riskDesk({
      instruments: [BTC, ETH],
      terms: ({ quantity }) => (quantity === 1_500 ? {} : { replaces: orderId(3) }),
    });
    expectPipeline(verdictsOf(core, working))
      .given('qeb-r-s-', { q, e: quote(ETH, 100), b: buy(1.5), r: sell(1), s: buy(1, 100, ETH) })
      .emits('--y-n-n-', {
        y: anything,
        n: denied('validity', `it replaces ${orderId(3)}, a buy of ${BTC.id}`),
      });
  });

  test('of a stop is what it may come to where it wakes', () => {
    const notional = [maxOrderSize({ of: 'notional', limit: 105 })];
    const asks = (terms: Partial<Proposal>, order: OutsideEvent, rules: readonly RiskRule[] = notional) =>
      expectPipeline(said(terms, rules)).given('qo', { q, o: order });
    asks(STOP, buy(1)).emits('-n', { n: refused('maxOrderNotional') });
    asks({ ...STOP, stopPrice: 10_400 }, buy(1)).emits('-y', { y: anything });
    // It wakes at once, at the price that it meets.
    asks({ ...STOP, stopPrice: 9_000 }, buy(1.05)).emits('-n', { n: refused('maxOrderNotional') });
    asks({ ...STOP, stopPrice: 9_000 }, buy(1.04)).emits('-y', { y: anything });
    asks(TRAILING, buy(1)).emits('-n', { n: refused('maxOrderNotional') });
    asks({ ...TRAILING, trail: 400 }, buy(1)).emits('-y', { y: anything });
    asks({ ...TRAILING, trail: 5_000 }, sell(1.05)).emits('-y', { y: anything });
    asks({ ...TRAILING, trail: 5_000 }, sell(1.06)).emits('-n', { n: refused('maxOrderNotional') });
    asks({ ...STOP, stopPrice: 9_000 }, sell(1.05)).emits('-y', { y: anything });
    asks({ ...STOP, stopPrice: 11_000 }, sell(1)).emits('-n', { n: refused('maxOrderNotional') });
    asks(STOP_LIMIT, buy(1, 105)).emits('-y', { y: anything });
    asks(STOP_LIMIT, buy(1, 105.01)).emits('-n', { n: refused('maxOrderNotional') });
    asks({ ...STOP_LIMIT, stopPrice: 10_600 }, sell(1, 90)).emits('-n', { n: refused('maxOrderNotional') });
  });

  test('of a balance is what a stop may take', () => {
    const account: OutsideEvent = {
      kind: 'account',
      venue: 'venue',
      venueTime: 0,
      balances: [{ currency: 'USD', free: '105', locked: '0' }],
    };
    const asks = (terms: Partial<Proposal>, order: OutsideEvent) =>
      expectPipeline(said(terms, [freeBalance()])).given('qao', { q, a: account, o: order });
    asks(STOP, buy(1)).emits('--n', { n: refused('freeBalance') });
    asks({ ...STOP, stopPrice: 10_500 }, buy(1)).emits('--y', { y: anything });
    asks(TRAILING, buy(1)).emits('--n', { n: refused('freeBalance') });
    asks({ ...TRAILING, trail: 499 }, buy(1)).emits('--y', { y: anything });
    const PERP = perpetual();
    const contract = (terms: Partial<Proposal>, order: OutsideEvent) =>
      expectPipeline(verdictsOf(riskDesk({ instruments: [PERP], rules: [freeBalance()], terms }))).given(
        'qao',
        {
          q: quote(PERP, 100),
          a: account,
          o: order,
        },
      );
    contract({ ...STOP, stopPrice: 10_600 }, sell(1, 100, PERP)).emits('--n', { n: refused('freeBalance') });
    contract({ ...STOP, stopPrice: 9_000 }, sell(1.05, 100, PERP)).emits('--y', { y: anything });
  });
});

describe('a collar', () => {
  const collar = (terms: Partial<Proposal>, order: OutsideEvent) =>
    expectPipeline(said(terms, [priceCollar({ limit: 0.02, passive: 0.3, trigger: 0.1 })])).given('qo', {
      q,
      o: order,
    });

  test('holds a trigger that only a slip of the finger explains', () => {
    collar(STOP, buy(1)).emits('-y', { y: anything });
    collar({ ...STOP, stopPrice: 11_001 }, buy(1)).emits('-n', {
      n: denied(
        'priceCollar',
        'it wakes at 110.01, which is 10.01% from the market, beyond the limit of 10%',
      ),
    });
    collar({ ...STOP, stopPrice: 9_000 }, sell(1)).emits('-y', { y: anything });
    collar({ ...STOP, stopPrice: 8_999 }, sell(1)).emits('-n', { n: refused('priceCollar') });
    collar({ ...TRAILING, trail: 1_000 }, buy(1)).emits('-y', { y: anything });
    collar({ ...TRAILING, trail: 1_001 }, sell(1)).emits('-n', {
      n: denied('priceCollar', 'it trails 10.01% from the market, beyond the limit of 10%'),
    });
  });

  test('holds the limit of a stop-limit to where it wakes', () => {
    collar(STOP_LIMIT, buy(1, 112.2)).emits('-y', { y: anything });
    collar(STOP_LIMIT, buy(1, 112.21)).emits('-n', {
      n: denied('priceCollar', 'the price 112.21 is 2.01% from the market, beyond the limit of 2%'),
    });
    collar({ ...STOP_LIMIT, stopPrice: 9_000 }, sell(1, 88.2)).emits('-y', { y: anything });
    collar({ ...STOP_LIMIT, stopPrice: 9_000 }, sell(1, 88.19)).emits('-n', { n: refused('priceCollar') });
  });

  test('takes a stop that wakes at once for the order that it becomes', () => {
    collar({ ...STOP, stopPrice: 9_500 }, buy(1)).emits('-y', { y: anything });
    collar({ ...STOP_LIMIT, stopPrice: 9_500 }, buy(1, 102)).emits('-y', { y: anything });
    collar({ ...STOP_LIMIT, stopPrice: 9_500 }, buy(1, 103)).emits('-n', { n: refused('priceCollar') });
    collar({ ...STOP_LIMIT, stopPrice: 9_500 }, buy(1, 69)).emits('-n', { n: refused('priceCollar') });
  });
});

describe('no order trades with our own', () => {
  const rule = [selfTradePrevention()];

  test('a stop could trade with anything on the other side', () => {
    const core = (terms: Partial<Proposal>) =>
      verdictsOf(riskDesk({ rules: rule, terms: ({ side }) => (side === 'sell' ? terms : {}) }), working);
    for (const terms of [{ ...STOP, stopPrice: 9_000 }, TRAILING])
      expectPipeline(core(terms))
        .given('qb-s', { q, b: buy(1, 90), s: sell(1) })
        .emits('-y-n', {
          y: anything,
          n: denied('selfTradePrevention', `it could trade with our own buy ${orderId(2)} at 90.00`),
        });
    expectPipeline(core({ ...STOP, stopPrice: 9_000 }))
      .given('qs-b', { q, b: buy(1, 90), s: sell(1) })
      .emits('-y-n', {
        y: anything,
        n: denied('selfTradePrevention', `it could trade with our own sell ${orderId(2)} at stop`),
      });
    // A stop-limit never trades beyond its limit.
    expectPipeline(core({ ...STOP_LIMIT, stopPrice: 9_000 }))
      .given('qs-b-c', { q, s: sell(1, 91), b: buy(1, 90), c: buy(1, 91) })
      .emits('-y-y-n', { y: anything, n: refused('selfTradePrevention') });
  });
});

test('the two of a pair, and stops that wake elsewhere, are not the same order twice', () => {
  const nth = (terms: (order: Proposal) => Partial<Proposal>) =>
    verdictsOf(riskDesk({ rules: [duplicateIntent()], terms }), working);
  const of = (each: Partial<Proposal>) => ({
    ...STOP,
    ...each,
  });
  const events = { q, a: buy(1, 100), b: buy(1, 101) };
  const differ: readonly [Partial<Proposal>, Partial<Proposal>][] = [
    [of({ stopPrice: 11_000 }), of({ stopPrice: 11_001 })],
    [
      { ...TRAILING, trail: 1 },
      { ...TRAILING, trail: 2 },
    ],
    [of({ group: { id: 'x', kind: 'oco' } }), of({ group: { id: 'y', kind: 'oco' } })],
  ];
  for (const [one, two] of differ) {
    expectPipeline(nth(({ price }) => (price === 10_000 ? one : two)))
      .given('qab', events)
      .emits('-yy', { y: anything });
    expectPipeline(nth(() => one))
      .given('qab', events)
      .emits('-yn', { y: anything, n: refused('duplicateIntent') });
  }
});

test('of an iceberg that is cut no more is shown than is left', () => {
  const core = riskDesk({ rules: [maxPosition({ limit: 0.5, action: 'clip' })], terms: { display: 800 } });
  expectPipeline(commandsOf(core, working))
    .given('qb', { q, b: buy(1) })
    .emits('-c', { c: matching({ kind: 'submit', order: { quantity: 500, display: 500 } }) });
});

test('a stop that closes what is held is a reduction, and passes a halted desk; its twin is not', () => {
  const core = riskDesk({ terms: { ...STOP, stopPrice: 9_000, group: { id: 'exits', kind: 'oco' } } });
  const f = fill(BTC, { order: 'elsewhere', side: 'buy', price: 100, quantity: 1 });
  expectPipeline(verdictsOf(core, working))
    .given('qfk-s-t', { q, f, k: control('kill'), s: sell(1), t: sell(1) })
    .emits('----y-n', { y: approved(1_000), n: refused('tradingState') });
});
