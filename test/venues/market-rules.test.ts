import { describe, expect, test } from 'vitest';
import { instrument } from '../../src/domain/instrument.js';
import { type SimulatedVenueOptions, simulatedVenue } from '../../src/venues/simulated/index.js';
import { Desk, SPOT } from './desk.js';

const desk = (venue: Partial<SimulatedVenueOptions>) => new Desk({ venue });

describe('auctions', () => {
  const opening = (auctions?: 'wait' | 'uncross') => {
    const one = desk(auctions === undefined ? {} : { auctions }).snapshot([100, 10], [102, 10]);
    return one.status('auction');
  };

  test('who bid better than the printed price trades at it, and nobody twice', () => {
    const one = opening('uncross');
    one
      .submit('a', { side: 'buy', quantity: 4, price: 103 })
      .submit('b', { side: 'buy', quantity: 4, price: 102 });
    one
      .submit('s', { side: 'sell', quantity: 3, price: 100 })
      .submit('t', { side: 'sell', quantity: 3, price: 102 });
    one.news();
    expect(one.trade(101, 6).news()).toEqual([
      '0 a fill 4@101 taker',
      '0 b fill 2@101 taker',
      '0 s fill 3@101 taker',
    ]);
    expect(one.trade(101, 6).news()).toEqual(['0 b fill 2@101 taker']);
    expect(one.ask('t').news()).toEqual(['0 t accepted: resting']);
  });

  test('at the very price what stood before is served first', () => {
    const one = opening('uncross').submit('a', { side: 'buy', quantity: 4, price: 100 });
    one.news();
    expect(one.trade(100, 10).news()).toEqual([]);
    expect(one.trade(100, 3).news()).toEqual(['0 a fill 3@100 taker']);
  });

  test('without the setting a print of an auction does nothing', () => {
    const one = opening().submit('a', { side: 'buy', quantity: 4, price: 103 });
    one.news();
    expect(one.trade(101, 6).news()).toEqual([]);
  });

  test('a halted or closed market does not uncross', () => {
    for (const state of ['halted', 'closed'] as const) {
      const one = opening('uncross').submit('a', { side: 'buy', quantity: 4, price: 103 });
      one.status(state).news();
      expect(one.trade(101, 6).news()).toEqual([]);
    }
  });
});

describe('halts', () => {
  test('orders stay, or are canceled', () => {
    const resting = (halts?: 'keep' | 'cancel') => {
      const one = desk(halts === undefined ? {} : { halts }).snapshot([100, 10], [102, 10]);
      one
        .submit('a', { side: 'buy', quantity: 4, price: 100 })
        .submit('s', { side: 'sell', quantity: 4, price: 103 });
      one.news();
      return one.status('halted').news();
    };
    expect(resting()).toEqual([]);
    expect(resting('keep')).toEqual([]);
    expect(resting('cancel')).toEqual([
      '0 a canceled: the instrument is halted',
      '0 s canceled: the instrument is halted',
    ]);
  });
});

describe('price bands', () => {
  const banded = () =>
    desk({ priceBands: { up: 0.05, down: 0.1 } }).snapshot([1_000, 10], [1_002, 2, 1_060, 9]);
  const said = (one: Desk) => one.news().map((line) => line.replace(/^\d+ /, ''));

  test('a limit beyond limit up or limit down is refused', () => {
    const one = banded().trade(1_000, 1);
    one.submit('a', { side: 'buy', quantity: 2, price: 1_051 });
    one.submit('b', { side: 'buy', quantity: 2, price: 899 });
    one.submit('c', { side: 'buy', quantity: 2, price: 900 });
    expect(said(one)).toEqual([
      'a rejected: price 10.51 is outside the limits, 9.00 to 10.50',
      'b rejected: price 8.99 is outside the limits, 9.00 to 10.50',
      'c accepted',
    ]);
  });

  test('a market order trades up to the band and no further', () => {
    const one = banded().trade(1_000, 1).submit('a', { side: 'buy', quantity: 5 });
    expect(said(one)).toEqual([
      'a accepted',
      'a fill 2@1002 taker',
      'a canceled: the rest found no liquidity',
    ]);
  });

  test('bands move with the last trade, and begin at the mid', () => {
    const one = banded().submit('a', { side: 'buy', quantity: 2, price: 1_051 });
    expect(said(one)).toEqual(['a accepted', 'a fill 2@1002 taker']);
    one.trade(1_100, 1).submit('b', { side: 'sell', quantity: 2, price: 1_150 });
    expect(said(one)).toEqual(['b accepted']);
    const again = new Desk({
      venue: { priceBands: { up: 0.05, down: 0.1 } },
      restored: structuredClone(one.save()),
    });
    again.submit('c', { side: 'sell', quantity: 2, price: 1_156 });
    expect(said(again)[0]).toContain('outside the limits');
  });

  test.each([
    [{ up: 0.1 }, 'priceBands.down must be a number above 0'],
    [{ up: 0.1, down: 1 }, 'priceBands.down must be a share below 1'],
    [{ up: -1, down: 0.1 }, 'priceBands.up must be a number above 0'],
    [7, 'priceBands must be an object'],
  ])('%j is refused', (priceBands, why) => {
    expect(() =>
      simulatedVenue({ venue: 'x', priceBands: priceBands as { up: number; down: number } }),
    ).toThrow(why);
  });
});

describe('self-trade prevention by decrement', () => {
  const selling = () => {
    const one = desk({ selfTradePrevention: 'decrement' }).snapshot([99, 10], [101, 5, 103, 7]);
    one.submit('s', { side: 'sell', quantity: 3, price: 102 });
    one.news();
    return one;
  };

  test('both lose what they would have traded with each other', () => {
    expect(selling().submit('b', { side: 'buy', quantity: 10, price: 103 }).news()).toEqual([
      '0 b accepted',
      '0 b fill 5@101 taker',
      '0 b fill 2@103 taker',
      '0 s canceled: self-trade prevention took 3 lots of it',
      '0 b canceled: self-trade prevention took 3 lots of it',
    ]);
  });

  test('the larger one goes on with what is left, and its end says what was filled', () => {
    const one = selling().submit('b', { side: 'buy', quantity: 7, price: 102 });
    expect(one.news()).toEqual([
      '0 b accepted',
      '0 b fill 5@101 taker',
      '0 b canceled: self-trade prevention took 2 lots of it',
    ]);
    expect(one.reports.at(-1)).toMatchObject({ filled: 5 });
    one.trade(103, 9);
    expect(one.news()).toEqual([
      '0 s fill 1@102 maker',
      '0 s canceled: self-trade prevention took 2 lots of it',
    ]);
    expect(one.reports.at(-1)).toMatchObject({ clientOrderId: 's', type: 'canceled', filled: 1 });
  });
});

describe('balances and entry prices', () => {
  const truthOf = (one: Desk) => {
    one.others.splice(0);
    one.reconcile();
    return one.others[0] as unknown as {
      positions: { averagePrice: string; quantity: number }[];
      balances: { currency: string; free: string; locked: string }[];
    };
  };

  test('spot exchanges one currency for another, less the fee, and resting orders lock', () => {
    const one = desk({ balances: { USDT: '1000', BTC: '0.5' }, fees: { maker: 0, taker: 0.001 } });
    one.snapshot([9_000, 100], [10_000, 100]).submit('a', { side: 'buy', quantity: 100 });
    // 0.1 BTC at 100: 10 USDT and a fee of 0.01.
    one
      .submit('b', { side: 'buy', quantity: 50, price: 9_000 })
      .submit('s', { side: 'sell', quantity: 20, price: 10_001 });
    const { positions, balances } = truthOf(one);
    expect(positions[0]).toMatchObject({ quantity: 100, averagePrice: '100' });
    expect(balances).toEqual([
      { currency: 'BTC', free: '0.58', locked: '0.02' },
      { currency: 'USDT', free: '985.49', locked: '4.5' },
    ]);
  });

  test('a contract pays what closed lots earned against their average entry', () => {
    const future = instrument({
      ...SPOT,
      kind: 'future',
      expiry: 1e12,
      multiplier: '10',
      fees: { maker: 0, taker: 0 },
    });
    const one = new Desk({ instruments: [future], venue: { balances: { USDT: '0' } } });
    one.snapshot([9_000, 100], [10_000, 10, 11_000, 30]).submit('a', { side: 'buy', quantity: 20 });
    expect(truthOf(one)).toMatchObject({
      positions: [{ quantity: 20, averagePrice: '105' }],
      balances: [{ free: '0' }],
    });
    // 15 of 20 lots, 0.15 contracts of 10, at 90: a loss of 15 each.
    one.submit('b', { side: 'sell', quantity: 15 });
    expect(truthOf(one)).toMatchObject({
      positions: [{ quantity: 5, averagePrice: '105' }],
      balances: [{ free: '-2.25' }],
    });
    one.submit('c', { side: 'sell', quantity: 8 });
    expect(truthOf(one)).toMatchObject({
      positions: [{ quantity: -3, averagePrice: '90' }],
      balances: [{ free: '-3' }],
    });
  });

  test('an inverse contract pays in its base currency', () => {
    const inverse = instrument({
      ...SPOT,
      kind: 'perpetual',
      inverse: true,
      multiplier: '100',
      lot: '1',
      minQuantity: '1',
    });
    const one = new Desk({
      instruments: [inverse],
      venue: { balances: { BTC: '1' }, fees: { maker: 0, taker: 0 } },
    });
    one
      .snapshot([10_000, 9], [20_000, 9])
      .submit('a', { side: 'sell', quantity: 2 })
      .submit('b', { side: 'buy', quantity: 2 });
    // Short 200 USD from 100 to 200: 200 / 200 - 200 / 100.
    expect(truthOf(one)).toMatchObject({
      positions: [{ averagePrice: '0' }],
      balances: [{ currency: 'BTC', free: '0' }],
    });
  });

  test('every fill is followed by an account event, and the balances survive a restore', () => {
    const one = desk({ balances: { USDT: '1000' } }).snapshot([9_000, 100], [10_000, 100]);
    one.submit('a', { side: 'buy', quantity: 100 });
    expect(one.others.map(({ kind }) => kind)).toEqual(['account']);
    const again = new Desk({ venue: { balances: { USDT: '1000' } }, restored: structuredClone(one.save()) });
    expect(truthOf(again)).toEqual(truthOf(one));
    expect(again.save()).toEqual(one.save());
  });

  test('a bust gives the money back', () => {
    const one = desk({ balances: { USDT: '1000' }, schedule: [{ kind: 'bust', at: 5, execution: 1 }] });
    one.snapshot([9_000, 100], [10_000, 100]).submit('a', { side: 'buy', quantity: 100 }).at(5);
    expect(truthOf(one).balances).toEqual([
      { currency: 'BTC', free: '0', locked: '0' },
      { currency: 'USDT', free: '1000', locked: '0' },
    ]);
  });

  test.each([
    [{ USDT: 5 }, 'balances.USDT must be a decimal string'],
    [{ USDT: 'NaN' }, 'balances.USDT must be a decimal string'],
    [{ '': '5' }, 'a currency of'],
  ])('%j is refused', (balances, why) => {
    expect(() => simulatedVenue({ venue: 'x', balances: balances as Record<string, string> })).toThrow(why);
  });
});

describe('fee tiers', () => {
  const tiers = [
    { volume: '0', maker: 0.001, taker: 0.002 },
    { volume: '1.5', maker: 0, taker: 0.001 },
  ];

  test('what was traded before decides, to the unit', () => {
    const one = desk({ fees: tiers }).snapshot([9_000, 100], [10_000, 100]);
    for (const id of ['a', 'b', 'c']) one.submit(id, { side: 'buy', quantity: 10 });
    // 1 USDT each: the third comes after 2 have been traded.
    expect(['a', 'b', 'c'].map((id) => one.fills(id)[0]?.fee)).toEqual(['0.002', '0.002', '0.001']);
    const again = new Desk({ venue: { fees: tiers }, restored: structuredClone(one.save()) });
    again.submit('d', { side: 'buy', quantity: 10 });
    expect(again.fills('d')[0]?.fee).toBe('0.001');
  });

  test.each([
    [[], 'at least one tier'],
    [
      [
        { volume: '0', maker: 0, taker: 0 },
        { volume: '0', maker: 0, taker: 0 },
      ],
      'above the 0 of the tier before',
    ],
    [[{ volume: 3, maker: 0, taker: 0 }], 'volume must be a decimal string'],
    [[{ volume: '3', maker: 0 }], 'taker must be a number'],
  ])('%j is refused', (fees, why) => {
    expect(() => simulatedVenue({ venue: 'x', fees: fees as never })).toThrow(why);
  });
});
