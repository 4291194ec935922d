import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Rates } from '../../src/operators/ledger/rates.js';

describe('rates', () => {
  test('convert directly, backwards and through one currency', () => {
    const rates = new Rates();
    rates.set('BTC', 'USD', '50000', 1);
    rates.set('EUR', 'USD', '1.25', 2);
    expect(rates.convert(2, 'BTC', 'USD')).toBe(100_000);
    expect(rates.convert(100, 'USD', 'EUR')).toBe(80);
    expect(rates.convert(1, 'BTC', 'EUR')).toBe(40_000);
    expect(rates.convert(7, 'USD', 'USD')).toBe(7);
    expect(rates.time('BTC', 'EUR')).toBe(1);
  });

  test('what has no way is unknown, never 1', () => {
    const rates = new Rates();
    rates.set('BTC', 'USD', '50000', 1);
    rates.set('USD', 'EUR', '0.8', 1);
    rates.set('EUR', 'CHF', '0.9', 1);
    expect(rates.convert(1, 'BTC', 'CHF')).toBeUndefined();
    expect(rates.factor('USD', 'GBP')).toBeUndefined();
    expect(rates.time('USD', 'GBP')).toBeUndefined();
  });

  test('the last word on a pair counts, in whichever direction', () => {
    const rates = new Rates();
    rates.set('EUR', 'USD', '1.25', 1);
    rates.set('USD', 'EUR', '0.5', 2);
    expect(rates.convert(1, 'EUR', 'USD')).toBe(2);
    expect(rates.set('USD', 'EUR', '0.5', 3)).toBe(false);
    expect(rates.time('EUR', 'USD')).toBe(3);
  });

  test.each(['0', '-1'])('a rate of %s makes the pair unknown', (rate) => {
    const rates = new Rates();
    rates.set('EUR', 'USD', '1.25', 1);
    expect(rates.set('EUR', 'USD', rate, 2)).toBe(true);
    expect(rates.convert(1, 'EUR', 'USD')).toBeUndefined();
  });

  test('of several ways the youngest counts, then the first by name', () => {
    const rates = new Rates();
    rates.set('ETH', 'USD', '2', 5);
    rates.set('USD', 'EUR', '1', 5);
    rates.set('ETH', 'BTC', '3', 4);
    rates.set('BTC', 'EUR', '1', 9);
    expect(rates.convert(1, 'ETH', 'EUR')).toBe(2);
    rates.set('ETH', 'BTC', '3', 6);
    expect(rates.convert(1, 'ETH', 'EUR')).toBe(3);
    rates.set('ETH', 'BTC', '3', 5);
    expect(rates.convert(1, 'ETH', 'EUR')).toBe(3);
  });

  test('survive being saved', () => {
    const rates = new Rates();
    rates.set('EUR', 'USD', '1.25', 1);
    rates.set('BTC', 'USD', '3', 2);
    const restored = new Rates();
    restored.restore(rates.save());
    expect(restored.save()).toEqual([
      ['BTC', 'USD', '3', 2],
      ['EUR', 'USD', '1.25', 1],
    ]);
  });
});

describe('rates at the edges', () => {
  test('a pair of one currency, or one that is nothing, is no rate', () => {
    const rates = new Rates();
    expect(rates.set('USD', 'USD', '2', 1)).toBe(false);
    expect(rates.set('USD', 'EUR', '0', 1)).toBe(false);
    expect(rates.save()).toEqual([]);
    expect([rates.time('USD', 'USD'), rates.factor('USD', 'USD')?.toFixed()]).toEqual([
      Number.POSITIVE_INFINITY,
      '1',
    ]);
    rates.set('USD', 'EUR', '0.9', 1);
    expect([rates.set('USD', 'EUR', '-1', 2), rates.convert(1, 'USD', 'EUR')]).toEqual([true, undefined]);
  });

  test('a way may begin and end backwards', () => {
    const rates = new Rates();
    rates.set('USD', 'BTC', '0.00001', 1);
    rates.set('EUR', 'USD', '1.25', 2);
    // One BTC is 100,000 USD, which are 80,000 EUR.
    expect([rates.convert(1, 'BTC', 'EUR'), rates.time('BTC', 'EUR')]).toEqual([80_000, 1]);
  });

  test('are saved in one order, whichever was told first', () => {
    const told = [
      ['USD', 'EUR'],
      ['BTC', 'USD'],
      ['USD', 'CHF'],
      ['BTC', 'EUR'],
      ['BTC', 'CHF'],
    ] as const;
    const saved = [told, [...told].reverse()].map((pairs) => {
      const rates = new Rates();
      for (const [from, to] of pairs) rates.set(from, to, '2', 1);
      return rates.save().map(([from, to]) => `${from}${to}`);
    });
    expect(saved[0]).toEqual(['BTCCHF', 'BTCEUR', 'BTCUSD', 'USDCHF', 'USDEUR']);
    expect(saved[1]).toEqual(saved[0]);
  });

  test('say what they would say had nobody asked before', () => {
    const currency = fc.constantFrom('USD', 'EUR', 'BTC', 'ETH');
    const step = fc.record({
      from: currency,
      to: currency,
      rate: fc.constantFrom('0', '0.7', '1', '3', '41000.5'),
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(step, currency, currency), { maxLength: 30 }), (steps) => {
        const asked = new Rates();
        steps.forEach(([{ from, to, rate }, one, other], time) => {
          asked.set(from, to, rate, time % 7);
          const fresh = new Rates();
          fresh.restore(asked.save());
          for (const [a, b] of [
            [one, other],
            [other, one],
            [from, to],
          ] as const) {
            expect(asked.convert(3, a, b)).toBe(fresh.convert(3, a, b));
            // Twice: the second answer is remembered.
            expect(asked.factor(a, b)?.toFixed()).toBe(fresh.factor(a, b)?.toFixed());
          }
        });
      }),
    );
  });
});
