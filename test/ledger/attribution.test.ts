import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attributed, splitFill } from '../../src/operators/ledger/attribution.js';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe('attribution by largest remainder', () => {
  test.each([
    ['one agent', [-5], 2, [-2]],
    ['equal shares, the first gets the odd lot', [1, 1, 1], 1, [1, 0, 0]],
    ['the largest remainder gets the odd lot', [2, 5, 3], 5, [1, 3, 1]],
    ['agents who oppose each other', [3, -1], 1, [2, -1]],
    ['a sale', [-3, 1], 1, [-2, 1]],
    ['all of it', [3, -1, 7], 9, [3, -1, 7]],
    ['an overfill, in proportion', [3, 1], 8, [6, 2]],
    ['nothing', [3, 1], 0, [0, 0]],
    ['more lots than a float can multiply', [2 ** 52, 2 ** 52], 2 ** 53 - 2, [2 ** 52 - 1, 2 ** 52 - 1]],
  ])('%s', (_, shares, filled, expected) => {
    expect(attributed(shares, filled)).toEqual(expected);
  });

  const lots = fc.integer({ min: -1_000, max: 1_000 });
  const shares = fc.array(lots, { minLength: 1, maxLength: 6 }).filter((each) => sum(each) !== 0);
  const fills = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 12 });

  test('the parts of every fill add up to it, and all parts to what is attributed', () => {
    fc.assert(
      fc.property(shares, fills, (each, quantities) => {
        const direction = Math.sign(sum(each));
        const totals = each.map(() => 0);
        let filled = 0;
        for (const quantity of quantities) {
          const parts = splitFill(each, totals, filled + quantity);
          expect(sum(parts)).toBe(direction * quantity);
          parts.forEach((part, index) => {
            totals[index] = (totals[index] as number) + part;
          });
          filled += quantity;
          expect(totals).toEqual(attributed(each, filled).map((part) => part + 0));
        }
      }),
    );
  });

  test('after the last partial fill the parts are the shares', () => {
    fc.assert(
      fc.property(shares, fills, (each, quantities) => {
        const order = Math.abs(sum(each));
        const totals = each.map(() => 0);
        let filled = 0;
        for (const wanted of [...quantities, order]) {
          const quantity = Math.min(wanted, order - filled);
          if (quantity === 0) break;
          splitFill(each, totals, filled + quantity).forEach((part, index) => {
            totals[index] = (totals[index] as number) + part;
          });
          filled += quantity;
        }
        expect(totals).toEqual(each.map((share) => share + 0));
      }),
    );
  });

  test('nobody is further than one lot from an exact share', () => {
    fc.assert(
      fc.property(shares, fc.integer({ min: 0, max: 2_000 }), (each, filled) => {
        const order = Math.abs(sum(each));
        attributed(each, filled).forEach((part, index) => {
          expect(Math.abs(part - ((each[index] as number) * filled) / order)).toBeLessThan(1);
        });
      }),
    );
  });
});

test('a hundred shares get the lots that are left over by their remainders, the earlier first among equals', () => {
  const shares = Array.from({ length: 100 }, (_, at) => 1 + ((at * 37) % 11));
  const order = shares.reduce((sum, share) => sum + share, 0);
  for (const filled of [1, 50, 123, order - 1]) {
    const parts = shares.map((share) => Math.floor((share * filled) / order));
    const remainders = shares.map((share) => (share * filled) % order);
    for (let left = filled - parts.reduce((sum, part) => sum + part, 0); left > 0; left--) {
      const first = remainders.indexOf(Math.max(...remainders));
      parts[first] = (parts[first] as number) + 1;
      remainders[first] = -1;
    }
    expect(attributed(shares, filled)).toEqual(parts);
    expect(
      attributed(
        shares.map((share) => -share),
        filled,
      ),
    ).toEqual(parts.map((part) => 0 - part));
  }
});
