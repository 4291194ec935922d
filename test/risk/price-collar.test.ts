import { describe, expect, test } from 'vitest';
import { InstrumentTable } from '../../src/domain/instrument-table.js';
import type { Proposal } from '../../src/domain/order.js';
import { priceCollar } from '../../src/operators/index.js';
import type { PriceCollarOptions } from '../../src/operators/risk/price-collar.js';
import { spot } from '../../src/testing/index.js';
import { aView, type Seen } from './a-view.js';

const table = new InstrumentTable([spot(), spot({ venue: 'abroad' })]);

const ask = (
  terms: Partial<Proposal>,
  seen: Seen = {},
  options: Partial<PriceCollarOptions> = {},
  index = 0,
): string | undefined => {
  const rule = priceCollar({ limit: 0.02, ...options });
  const proposal = { side: 'buy', type: 'limit', price: 0, quantity: 1, ...terms } as Proposal;
  return rule.judge?.(proposal, table.at(index), rule.limit, aView(seen), undefined);
};

const buy = (price: number): Partial<Proposal> => ({ price });
const sell = (price: number): Partial<Proposal> => ({ side: 'sell', price });

describe('the price collar', () => {
  // The mark is at 100, the market at 99 to 101.
  test.each<[string, Partial<Proposal>, string | undefined]>([
    ['a buy at the limit', buy(10_200), undefined],
    ['a buy beyond it', buy(10_201), 'the price 102.01 is 2.01% from the market, beyond the limit of 2%'],
    ['a sell at the limit', sell(9_800), undefined],
    ['a sell beyond it', sell(9_799), 'the price 97.99 is 2.01% from the market, beyond the limit of 2%'],
  ])('%s', (_, terms, expected) => {
    expect(ask(terms)).toBe(expected);
  });

  test('measures from the mark and from the opposite side, and takes the worse', () => {
    // Far above a touch that has fallen, though near to the mark.
    expect(ask(buy(10_000), { bid: 96, ask: 97 })).toMatch('the price 100 is 3.09%');
    expect(ask(sell(10_000), { bid: 104, ask: 105 })).toMatch('the price 100 is 3.85%');
    // The best of the own side is no measure.
    expect(ask(buy(10_000), { bid: 80, ask: 101 })).toBeUndefined();
    expect(ask(sell(10_000), { bid: 99, ask: 120 })).toBeUndefined();
  });

  test('judges a patient order only where it is told to', () => {
    expect(ask(buy(5_000))).toBeUndefined();
    expect(ask(buy(8_000), {}, { passive: 0.2 })).toBeUndefined();
    expect(ask(buy(7_999), {}, { passive: 0.2 })).toBe(
      'the price 79.99 is 20.01% from the market, beyond the limit of 20%',
    );
    expect(ask(sell(12_001), {}, { passive: 0.2 })).toMatch('20.01%');
  });

  test('leaves alone what is out of its scope', () => {
    const scope = { venue: 'venue' };
    expect(ask(buy(20_000), {}, { scope }, 1)).toBeUndefined();
    expect(ask(buy(20_000), {}, { scope })).toMatch('the price 200');
  });

  test.each<[string, Seen]>([
    ['the mark', { mark: Number.NaN }],
    ['the opposite side', { ask: Number.NaN }],
  ])('denies while %s is unknown, unless the order reduces', (_, seen) => {
    expect(ask(buy(10_000), seen)).toBe('the mark or the opposite side is unknown');
    expect(ask({ type: 'market' }, seen)).toBe('the mark or the opposite side is unknown');
    expect(ask({ type: 'stop', stopPrice: 10_500 }, seen)).toBe('the mark or the opposite side is unknown');
    expect(ask(buy(10_000), { ...seen, position: [-1] })).toBeUndefined();
  });
});

describe('the price collar of a stop', () => {
  const stopLimit = (side: 'buy' | 'sell', stopPrice: number, price: number): Partial<Proposal> => ({
    side,
    type: 'stopLimit',
    stopPrice,
    price,
  });

  test('that sleeps is measured from where it wakes', () => {
    expect(ask(stopLimit('buy', 12_000, 12_240))).toBeUndefined();
    expect(ask(stopLimit('buy', 12_000, 12_241))).toMatch('the price 122.41 is 2.01%');
    expect(ask(stopLimit('sell', 8_000, 7_840))).toBeUndefined();
    expect(ask(stopLimit('sell', 8_000, 7_839))).toMatch('the price 78.39 is 2.01%');
  });

  test('that wakes at once is measured from the market', () => {
    // At the touch it does not sleep: its limit is near to its trigger, but too far from the mark.
    expect(ask(stopLimit('buy', 10_100, 10_201))).toMatch('the price 102.01 is 2.01%');
    expect(ask(stopLimit('buy', 10_101, 10_201))).toBeUndefined();
    expect(ask(stopLimit('sell', 9_900, 9_799))).toMatch('the price 97.99 is 2.01%');
    expect(ask(stopLimit('sell', 9_899, 9_799))).toBeUndefined();
  });

  test('says how far off it may wake, or trail', () => {
    const trigger = 0.1;
    const stop = (side: 'buy' | 'sell', stopPrice: number) =>
      ask({ side, type: 'stop', stopPrice }, {}, { trigger });
    expect([stop('buy', 11_000), stop('sell', 9_000)]).toEqual([undefined, undefined]);
    expect(stop('buy', 11_001)).toBe(
      'it wakes at 110.01, which is 10.01% from the market, beyond the limit of 10%',
    );
    expect(stop('sell', 8_999)).toBe(
      'it wakes at 89.99, which is 10.01% from the market, beyond the limit of 10%',
    );
    const trail = (ticks: number) =>
      ask({ side: 'sell', type: 'trailingStop', trail: ticks }, {}, { trigger });
    expect([trail(1_000), trail(1_001)]).toEqual([
      undefined,
      'it trails 10.01% from the market, beyond the limit of 10%',
    ]);
    // A sleeping stop does not rest in the book.
    expect(ask({ type: 'stop', stopPrice: 11_000 }, {}, { passive: 0 })).toBeUndefined();
  });
});
