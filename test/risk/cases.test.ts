import { describe, expect, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import { NONE } from '../../src/core/frame.js';
import { pure } from '../../src/core/pure.js';
import { clientOrderId } from '../../src/domain/brand.js';
import type { OutsideEvent } from '../../src/domain/event.js';
import type { Instrument, InstrumentSettings } from '../../src/domain/instrument.js';
import type { Proposal, Side } from '../../src/domain/order.js';
import {
  books,
  dispatch,
  freeBalance,
  ledger,
  maxOrderSize,
  orderRate,
  type RiskRule,
  risk,
} from '../../src/operators/index.js';
import { control, fill, perpetual, quote, rate, spot } from '../../src/testing/index.js';

/*
 * What another engine's suite (NautilusTrader, crates/risk) says of the same situations, and where ours differs:
 *
 * case    there                                                  here, and why
 * RSK-02  without a quote an order at market skips the check      denied: unknown is not zero
 * RSK-04  a list of orders is denied or passed as a whole         each order by itself, those before it counted: there are no
 *                                                                lists; the first of 496,920 passes, the second is denied
 * RSK-04  a cash sell takes its notional of the quote currency    it takes base currency: that is what is sold
 * RSK-04  with borrowing enabled the order passes                 leave the rule out: it is the rule that says "no borrowing"
 * RSK-05  a list meets a full bucket as a whole                   each order by itself; the outcome is the same
 * RSK-05  modifications have a rate of their own                  no order is modified: a change is a cancel and a new order
 * RSK-06  a list beyond the margin is denied as a whole           the first passes, the second is denied
 * RSK-07  halted: every submission is denied                      a verified reduction passes in every state
 * RSK-07  while reducing, an order while flat, and one that       denied, or cut to what closes: only what verifiably reduces
 *         turns the position round, pass                          passes (the case calls this the gap to beat)
 */

interface Wish {
  readonly side: Side;
  readonly quantity: number;
  /** At market when there is none. */
  readonly price?: number;
  readonly instrument?: Instrument;
}

/** What risk says of wishes that come in one frame: `pass`, or the rule and the end of the reason. */
function judge(
  instruments: readonly [Instrument, ...Instrument[]],
  rules: readonly RiskRule[],
  before: readonly OutsideEvent[],
  frames: readonly (readonly Wish[])[],
  every: number = 1,
): string[] {
  let proposals: readonly Proposal[] = NONE;
  const running = compose(
    { instruments },
    books(),
    ledger({ reportingCurrency: 'USD' }),
    pure('proposals', ({ event }) => (event.kind === 'timer' ? proposals : NONE)),
    risk(rules),
    dispatch(),
  ).start();
  let [seq, ts] = [0, 1_000];
  const said: string[] = [];
  const pass = (event: OutsideEvent): void => {
    seq++;
    let frame = running.pass(seq, 0, ts, event);
    for (let sub = 1; ; sub++) {
      for (const verdict of frame.verdicts)
        said.push(verdict.kind === 'approved' ? 'pass' : `${verdict.rule}: ${verdict.reason}`);
      const derived = running.context.takeDerived();
      if (derived === undefined) return;
      frame = running.pass(seq, sub, ts, derived);
    }
  };
  for (const event of before) pass(event);
  for (const wishes of frames) {
    proposals = wishes.map((wish) => proposalOf(wish, wish.instrument ?? instruments[0]));
    pass({ kind: 'timer', name: 'wish', due: ts });
    ts += every;
  }
  return said;
}

function proposalOf({ side, quantity, price }: Wish, definition: Instrument): Proposal {
  const lots = Math.round(quantity / Number(definition.lot));
  return {
    instrument: definition.id,
    side,
    type: price === undefined ? 'market' : 'limit',
    timeInForce: 'GTC',
    price: price === undefined ? 0 : Math.round(price / Number(definition.tick)),
    quantity: lots,
    reduceOnly: false,
    postOnly: false,
    attribution: [{ agent: 'a', quantity: side === 'buy' ? lots : -lots }],
    arrivalMid: Number.NaN,
  };
}

const account = (venue: string, free: Readonly<Record<string, string>>): OutsideEvent => ({
  kind: 'account',
  venue,
  venueTime: 0,
  balances: Object.entries(free).map(([currency, amount]) => ({ currency, free: amount, locked: '0' })),
});
const AUD: Partial<InstrumentSettings> = { base: 'AUD', quote: 'USD', tick: '0.00001', lot: '1' };
const held = (one: Instrument, quantity: number, price: number): OutsideEvent =>
  fill(one, {
    order: clientOrderId('before'),
    side: quantity > 0 ? 'buy' : 'sell',
    price,
    quantity: Math.abs(quantity),
  });

describe('RSK-02: the notional of an order at market', () => {
  const one = perpetual(AUD);
  const rules = [maxOrderSize({ of: 'notional', limit: 100_000 })];
  const buys: Wish = { side: 'buy', quantity: 1_000_000 };
  const sells: Wish = { side: 'sell', quantity: 1_000_000 };

  test('a buy is valued at the ask, a sell at the bid', () => {
    const [bought, sold] = judge([one], rules, [quote(one, { bid: 0.75, ask: 0.75005 })], [[buys], [sells]]);
    expect(bought).toMatch(
      /^maxOrderNotional: .*the notional is 750050\.00 USD, beyond the limit of 100000$/,
    );
    expect(sold).toMatch(/^maxOrderNotional: .*the notional is 750000\.00 USD, beyond the limit of 100000$/);
  });

  test('without a quote it is denied', () => {
    expect(judge([one], rules, [], [[buys]])).toEqual([expect.stringMatching(/^market: /)]);
  });

  test('nor does a missing rate let it pass', () => {
    const yen = perpetual({ ...AUD, quote: 'JPY' });
    const quoted = quote(yen, { bid: 90, ask: 90.1 });
    const small: Wish = { side: 'buy', quantity: 1 };
    expect(judge([yen], rules, [quoted], [[small]])).toEqual([
      expect.stringMatching(/^maxOrderNotional: .*unknown/),
    ]);
    expect(judge([yen], rules, [quoted, rate('JPY', 'USD', '0.007')], [[small]])).toEqual(['pass']);
  });
});

describe('RSK-04: free cash', () => {
  const one = spot({ base: 'AUD', quote: 'USD', tick: '1', lot: '1' });
  const before = [quote(one, { bid: 100, ask: 101 }), account('venue', { USD: '1000000.00' })];

  test('one order beyond it is denied', () => {
    const [verdict] = judge([one], [freeBalance()], before, [[{ side: 'buy', quantity: 100_000 }]]);
    expect(verdict).toMatch(/^freeBalance: .*it needs 10100000 USD, and 1000000 are free at venue$/);
  });

  test('orders are counted together', () => {
    const orders: Wish[] = [
      { side: 'buy', quantity: 4_920 },
      { side: 'buy', quantity: 5_653 },
    ];
    const [first, second] = judge([one], [freeBalance()], before, [orders]);
    expect(first).toBe('pass');
    // 496,920 are taken: together they are 1,067,873.
    expect(second).toMatch(/^freeBalance: .*it needs 570953 USD, and 503080 are free at venue$/);
  });

  test('sells take what is sold', () => {
    const orders: Wish[] = [
      { side: 'sell', quantity: 4_920 },
      { side: 'sell', quantity: 5_653 },
    ];
    const unknown = judge([one], [freeBalance()], before, [orders]);
    expect(unknown).toEqual(Array(2).fill(expect.stringMatching(/what is free of AUD at venue is unknown$/)));
    const some = [...before, account('venue', { AUD: '10000' })];
    const [first, second] = judge([one], [freeBalance()], some, [orders]);
    expect(first).toBe('pass');
    expect(second).toMatch(/it needs 5653 AUD, and 5080 are free at venue$/);
  });
});

describe('RSK-05: the rate of orders', () => {
  const one = perpetual();
  const rules = [orderRate({ limit: 10, per: 1_000 })];
  const order: Wish = { side: 'buy', quantity: 1, price: 100 };
  const before = [quote(one, 100)];

  test('ten at one instant pass, the eleventh does not', () => {
    const frames = Array.from({ length: 11 }, () => [order]);
    const said = judge([one], rules, before, frames, 0);
    expect(said.slice(0, 10)).toEqual(Array(10).fill('pass'));
    expect(said[10]).toMatch(/^orderRate: .*more than 10 orders in 1000 ms$/);
  });

  test('also of one frame', () => {
    const said = judge([one], rules, before, [Array(10).fill(order), [order, order]], 0);
    expect(said.filter((verdict) => verdict === 'pass')).toHaveLength(10);
    expect(said).toHaveLength(12);
  });

  test('what flowed off is there again', () => {
    const said = judge([one], rules, before, [Array(10).fill(order), [order], [order]], 100);
    expect(said.slice(10)).toEqual(['pass', 'pass']);
  });
});

describe('RSK-06: margin at ten times', () => {
  const one = perpetual({ base: 'ETH' });
  const quoted = quote(one, { bid: 3_000, ask: 3_000.01 });
  const run = (free: string, position: number, ...orders: Wish[]): string[] =>
    judge(
      [one],
      [freeBalance({ marginRate: 0.1 })],
      [quoted, ...(position === 0 ? [] : [held(one, position, 3_000)]), account('venue', { USD: free })],
      [orders],
    ).map((said) => said.replace(/:.*/, ''));

  test.each<[string, string, number, Wish, string]>([
    ['a small buy', '100000', 0, { side: 'buy', quantity: 1 }, 'pass'],
    ['a large buy', '20000', 0, { side: 'buy', quantity: 100 }, 'freeBalance'],
    ['a large sell', '20000', 0, { side: 'sell', quantity: 100 }, 'freeBalance'],
    ['a sell that reduces', '100', 10, { side: 'sell', quantity: 5 }, 'pass'],
    ['a buy that reduces', '100', -10, { side: 'buy', quantity: 5 }, 'pass'],
  ])('%s', (_, free, position, order, verdict) => {
    expect(run(free, position, order)).toEqual([verdict]);
  });

  test('orders are counted together', () => {
    const order: Wish = { side: 'buy', quantity: 1 };
    expect(run('500', 0, order, order)).toEqual(['pass', 'freeBalance']);
  });
});

describe('RSK-07: trading states', () => {
  const one = perpetual();
  const other = perpetual({ base: 'ETH' });
  const run = (action: 'kill' | 'reduce' | 'resume', position: number, ...orders: Wish[]): string[] =>
    judge(
      [one, other],
      [],
      [
        quote(one, 100),
        quote(other, 100),
        ...(position === 0 ? [] : [held(one, position, 100)]),
        control(action),
      ],
      [orders],
    ).map((said) => said.replace(/:.*/, ''));
  const order = (side: Side, quantity: number, instrument?: Instrument): Wish => ({
    side,
    quantity,
    price: 100,
    ...(instrument === undefined ? {} : { instrument }),
  });

  test.each<[string, 'kill' | 'reduce' | 'resume', number, Wish, string]>([
    ['halted', 'kill', 0, order('buy', 1), 'tradingState'],
    ['halted, with a reduction', 'kill', 1, order('sell', 1), 'pass'],
    ['reducing, long buys', 'reduce', 1, order('buy', 1), 'tradingState'],
    ['reducing, short sells', 'reduce', -1, order('sell', 1), 'tradingState'],
    ['reducing, long sells', 'reduce', 1, order('sell', 1), 'pass'],
    ['reducing, flat', 'reduce', 0, order('sell', 1), 'tradingState'],
    ['reducing, turning round', 'reduce', 1, order('sell', 2), 'tradingState'],
    ['active', 'resume', 0, order('buy', 1), 'pass'],
  ])('%s', (_, action, position, wish, verdict) => {
    expect(run(action, position, wish)).toEqual([verdict]);
  });

  test('each order is judged by its own instrument', () => {
    expect(run('reduce', 1, order('buy', 1), order('sell', 1, other), order('sell', 1))).toEqual([
      'tradingState',
      'tradingState',
      'pass',
    ]);
  });
});
