import { describe, expect, test } from 'vitest';
import { InstrumentTable } from '../../src/domain/instrument-table.js';
import type { Proposal } from '../../src/domain/order.js';
import { malformed, outdated } from '../../src/operators/risk/validity.js';
import { type InstrumentFixture, spot } from '../../src/testing/index.js';
import { aView } from './a-view.js';

const of = (fixture: InstrumentFixture) => new InstrumentTable([spot(fixture)]).at(0);

const order = (terms: Partial<Proposal> = {}): Proposal =>
  ({
    side: 'buy',
    type: 'limit',
    timeInForce: 'GTC',
    price: 10_000,
    quantity: 1_000,
    reduceOnly: false,
    postOnly: false,
    attribution: [{ agent: 'a', quantity: terms.quantity ?? 1_000 }],
    ...terms,
  }) as Proposal;

const fault = (terms: Partial<Proposal> = {}, fixture: InstrumentFixture = {}) =>
  malformed(order(terms), of(fixture));

describe('an order is none', () => {
  test.each<[string, Partial<Proposal>]>([
    ['the side must be buy or sell, not short', { side: 'short' as never }],
    [
      'the type must be one of limit, market, stop, stopLimit, trailingStop, not peg',
      { type: 'peg' as never },
    ],
    ['the time in force must be one of GTC, IOC, FOK, GTD, not day', { timeInForce: 'day' as never }],
    ['the quantity must be a whole number of lots above 0, not 0', { quantity: 0 }],
    ['the quantity must be a whole number of lots above 0, not -1', { quantity: -1 }],
    ['the quantity must be a whole number of lots above 0, not 0.5', { quantity: 0.5 }],
    ['the limit price must be a whole number of ticks above 0, not 0', { price: 0 }],
    ['the limit price must be a whole number of ticks above 0, not NaN', { price: Number.NaN }],
    [
      'the stop price must be a whole number of ticks above 0, not -5',
      { type: 'stop', price: 0, stopPrice: -5 },
    ],
    ['a market order has no limit price, yet this one says 5', { type: 'market', price: 5 }],
  ])('%s', (reason, terms) => {
    expect(fault(terms)).toBe(reason);
  });

  test('whose agents’ shares are not its lots', () => {
    const shares = (side: 'buy' | 'sell', ...quantities: number[]) =>
      fault({
        side,
        attribution: quantities.map((quantity, at) => ({ agent: 'abc'[at] as string, quantity })),
      });
    expect(shares('buy', 600, 400)).toBeUndefined();
    expect(shares('buy', 1_200, -200)).toBeUndefined();
    expect(shares('sell', -600, -400)).toBeUndefined();
    expect(shares('buy', 600)).toBe("the agents' shares add up to 600 lots, not to 1000");
    expect(shares('sell', 1_000)).toBe("the agents' shares add up to 1000 lots, not to -1000");
    expect(shares('buy')).toBe("the agents' shares add up to 0 lots, not to 1000");
    expect(shares('buy', 999.5, 0.5)).toBe('the share of a must be a whole number of lots, not 999.5');
    expect(shares('buy', 1_000, Number.NaN)).toBe('the share of b must be a whole number of lots, not NaN');
  });
});

describe('the venue’s bounds', () => {
  test('may be reached', () => {
    const bands = { low: '50', high: '150' };
    expect([fault({ price: 5_000 }, { bands }), fault({ price: 15_000 }, { bands })]).toEqual([
      undefined,
      undefined,
    ]);
    expect(fault({ price: 4_999 }, { bands })).toBe(
      "the price 49.99 is outside the venue's bands of 50 to 150",
    );
    expect(fault({ price: 15_001 }, { bands })).toBe(
      "the price 150.01 is outside the venue's bands of 50 to 150",
    );
    const minNotional = '10';
    expect(fault({ quantity: 100 }, { minNotional })).toBeUndefined();
    expect(fault({ quantity: 99 }, { minNotional })).toBe(
      "the notional 9.90 is below the venue's least of 10",
    );
    const minQuantity = '0.5';
    expect(fault({ quantity: 500 }, { minQuantity })).toBeUndefined();
    expect(fault({ quantity: 499 }, { minQuantity })).toBe(
      "the quantity 0.499 is below the venue's least of 0.5",
    );
  });

  test('are those of the price where a stop wakes, too', () => {
    const bands = { low: '50', high: '150' };
    const stop = (stopPrice: number) => fault({ type: 'stop', price: 0, stopPrice }, { bands });
    expect([stop(15_000), stop(15_001)]).toEqual([
      undefined,
      "the price 150.01 is outside the venue's bands of 50 to 150",
    ]);
  });

  test('a spread may trade at nothing and below it, and only a spread', () => {
    for (const price of [0, -500]) {
      expect(fault({ price }, { kind: 'spread', expiry: 9 })).toBeUndefined();
      expect(fault({ price }, { kind: 'future', expiry: 9 })).toMatch('above 0');
    }
    expect(fault({ price: -500, quantity: 99 }, { kind: 'spread', expiry: 9, minNotional: '0.5' })).toBe(
      "the notional 0.49 is below the venue's least of 0.5",
    );
  });
});

describe('the terms of an order', () => {
  const late = (terms: Partial<Proposal>, ts: number, known: object = {}) =>
    outdated(order(terms), aView({ ts, ledger: { order: (id: string) => (known as never)[id] } }));

  test('end at its time to expire', () => {
    expect([late({}, 5), late({ expireTime: 6 }, 5)]).toEqual([undefined, undefined]);
    expect(late({ expireTime: 5 }, 5)).toBe('it expires at 5, and it is 5');
  });

  test('are those of the order that it replaces', () => {
    const replaced = (remaining: number, side = 'buy', instrument = 'i') => ({
      old: { remaining, order: { side, instrument } },
    });
    const terms = { replaces: 'old', instrument: 'i' } as unknown as Partial<Proposal>;
    expect(late(terms, 5, replaced(3))).toBeUndefined();
    expect(late(terms, 5)).toBe('it replaces old, which nobody knows');
    expect(late(terms, 5, replaced(0))).toBe('it replaces old, which is over');
    expect(late(terms, 5, replaced(3, 'sell'))).toBe('it replaces old, a sell of i');
    expect(late(terms, 5, replaced(3, 'buy', 'j'))).toBe('it replaces old, a buy of j');
  });
});
