import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BookSide } from '../../src/books/book-view.js';
import { placeOf } from '../../src/books/place-of.js';
import { PriceLevels } from '../../src/books/price-levels.js';
import { sortedLevels } from './levels-of.js';

const listed = (levels: PriceLevels): [number, number][] => {
  const seen: [number, number][] = [];
  levels.forEach((price, quantity) => {
    seen.push([price, quantity]);
  });
  return seen;
};

describe('PriceLevels', () => {
  it('is empty at first: no price, no lots', () => {
    const levels = new PriceLevels('bid');
    expect([levels.length, levels.bestPrice, levels.bestQuantity, levels.total()]).toEqual([
      0,
      Number.NaN,
      0,
      0,
    ]);
    expect([levels.priceAt(-1), levels.quantityAt(3), levels.quantityOf(7)]).toEqual([Number.NaN, 0, 0]);
  });

  it('puts the highest bid and the lowest ask first', () => {
    const bids = new PriceLevels('bid');
    const asks = new PriceLevels('ask');
    for (const levels of [bids, asks]) levels.setAll([10, 1, 12, 2, 11, 3]);
    expect(listed(bids)).toEqual([
      [12, 2],
      [11, 3],
      [10, 1],
    ]);
    expect(listed(asks)).toEqual([
      [10, 1],
      [11, 3],
      [12, 2],
    ]);
    expect([bids.total(2), asks.total(2), bids.total()]).toEqual([5, 4, 6]);
  });

  it('adds and takes away at a price, and drops a level with nothing left', () => {
    const asks = new PriceLevels('ask');
    asks.add(10, 4);
    asks.add(10, 3);
    expect(asks.quantityOf(10)).toBe(7);
    asks.add(10, -7);
    expect(asks.length).toBe(0);
  });

  it('shows a price of zero as zero, never as negative zero', () => {
    const asks = new PriceLevels('ask');
    asks.setAll([0, 5, -2, 1]);
    expect(listed(asks)).toEqual([
      [-2, 1],
      [0, 5],
    ]);
    expect(Object.is(asks.priceAt(1), 0)).toBe(true);
    expect(Object.is(asks.save().prices[0], 0)).toBe(true);
  });

  const price = fc.integer({ min: -40, max: 40 });
  const entry = fc.tuple(price, fc.integer({ min: 0, max: 5 }));
  const side = fc.constantFrom<BookSide>('bid', 'ask');

  it('agrees with a map after any sets, and saves equal however it came about', () => {
    fc.assert(
      fc.property(side, fc.array(entry, { maxLength: 200 }), (which, entries) => {
        const levels = new PriceLevels(which, 1);
        const map = new Map<number, number>();
        for (const [at, quantity] of entries) {
          levels.set(at, quantity);
          if (quantity > 0) map.set(at, quantity);
          else map.delete(at);
        }
        const expected = sortedLevels(map, which);
        expect(listed(levels)).toEqual(expected);
        const again = new PriceLevels(which);
        again.load(expected.flat());
        expect(again.save()).toEqual(levels.save());
        const restored = new PriceLevels(which);
        restored.restore(levels.save());
        expect(listed(restored)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('finds places in books with a level at every tick, with few, and off the grid', () => {
    const tick = fc.oneof(fc.integer({ min: 90, max: 110 }), fc.integer({ min: -1e6, max: 1e6 }));
    const anywhere = fc.oneof(tick, fc.double({ min: 90, max: 110, noNaN: true }));
    fc.assert(
      fc.property(fc.uniqueArray(anywhere, { maxLength: 60 }), anywhere, (unsorted, key) => {
        const sorted = [...unsorted].sort((a, b) => a - b);
        const expected = sorted.filter((known) => known < key).length;
        expect(placeOf(Float64Array.from([...sorted, 0, 0]), sorted.length, key)).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('loads a list in any order, the later of two entries for a price counting', () => {
    fc.assert(
      fc.property(side, fc.array(entry, { maxLength: 60 }), (which, entries) => {
        const loaded = new PriceLevels(which);
        loaded.set(99, 9);
        loaded.load(entries.flat());
        const map = new Map(entries);
        for (const [at, quantity] of map) if (quantity === 0) map.delete(at);
        expect(listed(loaded)).toEqual(sortedLevels(map, which));
      }),
    );
  });
});
