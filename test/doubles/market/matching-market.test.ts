import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Decimal, ZERO } from '../../../src/domain/decimal.js';
import { instrument } from '../../../src/domain/instrument.js';
import type { MarketNews, OrderTerms } from './double-order.js';
import { MatchingMarket } from './matching-market.js';
import { MovingMarket } from './moving-market.js';

const BTC = instrument({
  venue: 'coinbase',
  symbol: 'BTC-USD',
  kind: 'spot',
  base: 'BTC',
  quote: 'USD',
  tick: '0.01',
  lot: '0.00000001',
  minQuantity: '0.00000100',
  minNotional: '1',
  fees: { maker: 0.004, taker: 0.006 },
});
const COIN = 100_000_000;

function market(): { readonly market: MatchingMarket; readonly news: string[] } {
  const made = new MatchingMarket({ instruments: [BTC], now: () => 1_000 });
  for (const owner of ['a', 'b']) {
    made.wallets.put(owner, 'USD', '1000000');
    made.wallets.put(owner, 'BTC', '100');
  }
  const news: string[] = [];
  made.listen((each) => news.push(spell(each)));
  return { market: made, news };
}

const limit = (
  side: 'buy' | 'sell',
  price: number,
  coins: number,
  more: Partial<OrderTerms> = {},
): OrderTerms => ({
  symbol: 'BTC-USD',
  clientOrderId: '',
  side,
  type: 'limit',
  timeInForce: 'GTC',
  price,
  quantity: Math.round(coins * COIN),
  postOnly: false,
  ...more,
});

function spell(news: MarketNews): string {
  if (news.kind === 'level') return `${news.side} ${news.price} ${news.quantity / COIN}`;
  if (news.kind === 'trade') return `trade ${news.taker} ${news.price} ${news.quantity / COIN}`;
  if (news.kind === 'fill')
    return `#${news.order.id} ${news.fill.liquidity} ${news.fill.price} ${news.fill.quantity / COIN}`;
  return `#${news.order.id} ${news.kind === 'ended' ? news.order.status : 'accepted'}`;
}

test('the best price first, and the eldest first within a price', () => {
  const { market: it, news } = market();
  it.setLevel('BTC-USD', 'ask', 10_001, COIN);
  it.place(limit('sell', 10_000, 1), 'a');
  it.place(limit('sell', 10_001, 1), 'a');
  news.length = 0;
  it.place(limit('buy', 10_001, 2.5), 'b');
  expect(news).toEqual([
    '#4 accepted',
    ...['#2 maker 10000 1', '#4 taker 10000 1', 'trade buy 10000 1', '#2 filled', 'ask 10000 0'],
    // The background was there first.
    ...['#4 taker 10001 1', 'trade buy 10001 1', 'ask 10001 1'],
    ...['#3 maker 10001 0.5', '#4 taker 10001 0.5', 'trade buy 10001 0.5', 'ask 10001 0.5'],
    '#4 filled',
  ]);
});

test.each([
  [
    'a fill-or-kill order that finds too little',
    limit('buy', 10_000, 2, { timeInForce: 'FOK' }),
    ['#2 accepted', '#2 expired'],
  ],
  [
    'the rest of an immediate order',
    limit('buy', 10_000, 2, { timeInForce: 'IOC' }),
    ['#2 accepted', '#2 taker 10000 1', 'trade buy 10000 1', 'ask 10000 0', '#2 canceled'],
  ],
])('%s', (_, terms, expected) => {
  const { market: it, news } = market();
  it.setLevel('BTC-USD', 'ask', 10_000, COIN);
  news.length = 0;
  it.place(terms, 'a');
  expect(news).toEqual(expected);
});

test.each([
  ['balance', limit('buy', 10_000, 1e6)],
  ['quantity', limit('buy', 10_000, 1e-7)],
  ['notional', limit('buy', 10, 1)],
  ['price', limit('buy', 0, 1)],
  ['postOnly', limit('buy', 10_000, 1, { postOnly: true })],
  ['symbol', limit('buy', 10_000, 1, { symbol: 'ETH-USD' })],
] as const)('refuses for its %s', (refusal, terms) => {
  const { market: it, news } = market();
  it.setLevel('BTC-USD', 'ask', 10_000, COIN);
  news.length = 0;
  expect(it.place(terms, 'a')).toEqual({ refusal });
  expect(news).toEqual([]);
});

test('an order does not meet another of its owner', () => {
  const { market: it, news } = market();
  it.place(limit('sell', 10_000, 1), 'a');
  news.length = 0;
  it.place(limit('buy', 10_000, 1), 'a');
  expect(news).toEqual(['#2 accepted', '#2 canceled']);
});

test('orders that are good till a date end with it', () => {
  let now = 0;
  const it = new MatchingMarket({ instruments: [BTC], now: () => now });
  it.wallets.put('a', 'USD', '1000');
  it.place(limit('buy', 10_000, 1, { timeInForce: 'GTD', expireTime: 500 }), 'a');
  now = 499;
  it.expire();
  expect(it.order(1)?.status).toBe('open');
  now = 500;
  it.expire();
  expect(it.order(1)?.status).toBe('expired');
  expect(it.wallets.of('a', 'USD').locked.eq(0)).toBe(true);
});

test('nothing is made or lost but fees, whatever happens; nothing stays locked without an order', () => {
  const step = fc.record({
    owner: fc.constantFrom('a', 'b'),
    side: fc.constantFrom('buy', 'sell'),
    price: fc.integer({ min: 9_990, max: 10_010 }),
    coins: fc.integer({ min: 1, max: 30 }),
    timeInForce: fc.constantFrom('GTC', 'IOC', 'FOK'),
    cancels: fc.nat(20),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { market: it } = market();
      let fees = ZERO;
      it.listen((news) => {
        if (news.kind === 'fill') fees = fees.plus(news.fill.fee);
      });
      for (const { owner, side, price, coins, timeInForce, cancels } of steps) {
        it.place(limit(side as 'buy', price, coins / 10, { timeInForce: timeInForce as 'GTC' }), owner);
        it.cancel(cancels);
      }
      const total = (currency: string): Decimal =>
        ['a', 'b'].reduce((sum, owner) => {
          const { free, locked } = it.wallets.of(owner, currency);
          return sum.plus(free).plus(locked);
        }, ZERO);
      expect(total('BTC').eq(200)).toBe(true);
      expect(total('USD').plus(fees).eq(2_000_000)).toBe(true);
      for (const owner of ['a', 'b']) for (const order of it.ordersOf(owner)) it.cancel(order.id);
      for (const owner of ['a', 'b'])
        for (const currency of ['BTC', 'USD']) expect(it.wallets.of(owner, currency).locked.eq(0)).toBe(true);
      expect(it.book('BTC-USD').depth('bid')).toEqual([]);
    }),
    { numRuns: 50 },
  );
});

test('a moving market is the same for one seed, never crossed, and trades', () => {
  const play = (seed: number): string[] => {
    const { market: it, news } = market();
    const moving = new MovingMarket({ market: it, symbol: 'BTC-USD', price: 40_000, seed });
    for (let step = 0; step < 400; step++) {
      moving.step();
      const book = it.book('BTC-USD');
      const [bid = 0, ask = 0] = [book.best('bid'), book.best('ask')];
      expect(bid).toBeGreaterThan(0);
      expect(ask).toBeGreaterThan(bid);
    }
    return news;
  };
  const news = play(7);
  expect(news.some((line) => line.startsWith('trade buy'))).toBe(true);
  expect(news.some((line) => line.startsWith('trade sell'))).toBe(true);
  expect(play(7)).toEqual(news);
  expect(play(8)).not.toEqual(news);
});
