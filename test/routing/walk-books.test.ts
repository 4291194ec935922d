import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Offer, walkBooks } from '../../src/operators/routing/walk-books.js';

/** Price, lots and price after fees by turns; a lot is one base unit. */
const offer = (
  index: number,
  levels: readonly (readonly [number, number, number])[],
  more: Partial<Offer> = {},
): Offer => ({
  index,
  levels: levels.map(([price, lots, net]) => ({ price, lots, net })),
  units: 1,
  closable: 0,
  opens: true,
  step: 1,
  least: 1,
  leastNotional: 0,
  worth: (ticks) => ticks,
  ...more,
});

describe('walkBooks', () => {
  test('takes the best level after fees next, wherever it is', () => {
    const offers = [
      offer(0, [
        [100, 5, 101],
        [101, 5, 102],
      ]),
      offer(1, [
        [100, 3, 101.5],
        [103, 9, 104],
      ]),
    ];
    expect(walkBooks(offers, 'buy', 10)).toEqual([
      { index: 0, lots: 7, price: 101 },
      { index: 1, lots: 3, price: 100 },
    ]);
    expect(walkBooks(offers, 'buy', 5)).toEqual([{ index: 0, lots: 5, price: 100 }]);
  });

  test('no more than is shown, and to sell the high prices first', () => {
    const offers = [offer(0, [[100, 5, 99]]), offer(1, [[101, 2, 100]])];
    expect(walkBooks(offers, 'sell', 50)).toEqual([
      { index: 0, lots: 5, price: 100 },
      { index: 1, lots: 2, price: 101 },
    ]);
  });

  test('what closes goes first, and what does not open takes no more', () => {
    const offers = [offer(0, [[90, 9, 90]]), offer(1, [[100, 9, 100]], { closable: 4, opens: false })];
    expect(walkBooks(offers, 'buy', 6)).toEqual([
      { index: 0, lots: 2, price: 90 },
      { index: 1, lots: 4, price: 100 },
    ]);
  });

  test('a part too small for an order goes to the others', () => {
    const offers = [
      offer(0, [
        [100, 5, 100],
        [102, 9, 102],
      ]),
      offer(1, [[101, 2, 101]], { least: 3 }),
    ];
    expect(walkBooks(offers, 'buy', 7)).toEqual([{ index: 0, lots: 7, price: 102 }]);
    expect(walkBooks([offers[1] as Offer], 'buy', 2)).toEqual([]);
    expect(walkBooks([offer(0, [[100, 9, 1]], { leastNotional: 501 })], 'buy', 5)).toEqual([]);
    expect(walkBooks([offer(0, [[100, 9, 1]], { leastNotional: 500 })], 'buy', 5)).toHaveLength(1);
  });

  test('orders are multiples of the step, from several levels too', () => {
    const steps = [
      offer(
        0,
        [
          [100, 3, 100],
          [101, 3, 101],
          [102, 3, 102],
        ],
        { step: 5, least: 5 },
      ),
    ];
    expect(walkBooks(steps, 'buy', 9)).toEqual([{ index: 0, lots: 5, price: 102 }]);
  });

  test('nothing of nothing', () => {
    expect(walkBooks([], 'buy', 5)).toEqual([]);
    expect(walkBooks([offer(0, [])], 'buy', 5)).toEqual([]);
    expect(walkBooks([offer(0, [[100, 5, 100]])], 'buy', 0)).toEqual([]);
    expect(walkBooks([offer(0, [[100, 5, 100]])], 'buy', -3)).toEqual([]);
    expect(walkBooks([offer(0, [[100, 5, 100]])], 'buy', Number.NaN)).toEqual([]);
  });

  const books = fc.array(
    fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 9 })), { maxLength: 5 }),
    { minLength: 1, maxLength: 4 },
  );
  const fees = fc.array(fc.constantFrom(0, 0.01, 0.1), { minLength: 4, maxLength: 4 });

  test('never more than wanted or shown, all that can be had, and no split is cheaper', () => {
    fc.assert(
      fc.property(books, fees, fc.integer({ min: 1, max: 60 }), (levels, rates, wanted) => {
        const offers = levels.map((sides, index) => {
          const prices = [...new Map(sides).entries()].sort(([one], [two]) => one - two);
          return offer(
            index,
            prices.map(([price, lots]) => [price, lots, price * (1 + (rates[index] as number))] as const),
          );
        });
        const parts = walkBooks(offers, 'buy', wanted);
        const taken = parts.reduce((sum, { lots }) => sum + lots, 0);
        const all = offers.flatMap(({ levels: each }) =>
          each.flatMap(({ lots, net }) => new Array<number>(lots).fill(net)),
        );
        expect(taken).toBe(Math.min(wanted, all.length));
        // What the parts cost, each down its own book.
        const cost = parts.flatMap(({ index, lots }) =>
          (offers[index] as Offer).levels
            .flatMap((level) => new Array<number>(level.lots).fill(level.net))
            .slice(0, lots),
        );
        const cheapest = all.sort((one, two) => one - two).slice(0, taken);
        const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
        expect(sum(cost)).toBeCloseTo(sum(cheapest), 9);
      }),
    );
  });

  test('with steps, least sizes and closing parts it stays within what is wanted and allowed', () => {
    const extras = fc.record({
      step: fc.integer({ min: 1, max: 4 }),
      least: fc.integer({ min: 1, max: 9 }),
      closable: fc.nat(9),
      opens: fc.boolean(),
      units: fc.constantFrom(1, 0.5, 0.001),
    });
    fc.assert(
      fc.property(
        books,
        fc.array(extras, { minLength: 4, maxLength: 4 }),
        fc.double({ min: 0, max: 60, noNaN: true }),
        (levels, more, wanted) => {
          const offers = levels.map((sides, index) =>
            offer(
              index,
              [...new Map(sides).entries()]
                .sort(([one], [two]) => one - two)
                .map(([price, lots]) => [price, lots, price] as const),
              more[index],
            ),
          );
          const parts = walkBooks(offers, 'buy', wanted);
          let units = 0;
          for (const { index, lots, price } of parts) {
            const from = offers[index] as Offer;
            units += lots * from.units;
            expect(lots % from.step).toBe(0);
            expect(lots).toBeGreaterThanOrEqual(from.least);
            expect(lots).toBeLessThanOrEqual(from.levels.reduce((sum, level) => sum + level.lots, 0));
            if (!from.opens) expect(lots).toBeLessThanOrEqual(from.closable);
            expect(from.levels.some((level) => level.price === price)).toBe(true);
          }
          expect(units).toBeLessThanOrEqual(wanted + 1e-6);
        },
      ),
    );
  });
});
