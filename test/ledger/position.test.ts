import { describe, expect, test } from 'vitest';
import { decimal, formatDecimal } from '../../src/domain/decimal.js';
import { InstrumentTable } from '../../src/domain/instrument-table.js';
import { ContractValue } from '../../src/operators/ledger/contract-value.js';
import { Position } from '../../src/operators/ledger/position.js';
import { INVERSE, LINEAR, perpetual, SPOT } from './desk.js';

const contract = (definition = LINEAR): ContractValue =>
  new ContractValue(new InstrumentTable([definition]).at(0));

/** Fills as signed lots and ticks. @returns lots, cost and realised profit */
function booked(fills: readonly (readonly [number, number])[], definition = LINEAR): unknown[] {
  const value = contract(definition);
  const position = new Position();
  for (const [lots, ticks] of fills) position.book(lots, value.exact(lots, value.price(ticks)));
  return [position.lots, formatDecimal(position.cost), formatDecimal(position.realised)];
}

describe('a position at average cost', () => {
  test.each([
    ['opens', [[2, 100]], [2, '200', '0']],
    ['opens short', [[-2, 100]], [-2, '-200', '0']],
    [
      'grows at the mean',
      [
        [1, 100],
        [3, 200],
      ],
      [4, '700', '0'],
    ],
    [
      'closes in part at the mean',
      [
        [1, 100],
        [3, 200],
        [-2, 300],
      ],
      [2, '350', '250'],
    ],
    [
      'closes a short in part',
      [
        [-4, 200],
        [1, 150],
      ],
      [-3, '-600', '50'],
    ],
    [
      'closes',
      [
        [2, 100],
        [-2, 90],
      ],
      [0, '0', '-20'],
    ],
    [
      'turns at the price of the fill',
      [
        [1, 100],
        [-3, 150],
      ],
      [-2, '-300', '50'],
    ],
    [
      'turns twice',
      [
        [1, 100],
        [-3, 150],
        [5, 140],
      ],
      [3, '420', '70'],
    ],
    [
      'keeps the residual of a third in what is left',
      [
        [3, 100],
        [-1, 100],
        [-1, 100],
        [-1, 100],
      ],
      [0, '0', '0'],
    ],
  ] as const)('%s', (_, fills, expected) => {
    expect(booked(fills)).toEqual(expected);
  });

  test('a cost that cannot be divided loses nothing', () => {
    const fills = [
      [1, 100],
      [2, 101],
      [-1, 110],
      [-2, 90],
    ] as const;
    expect(booked(fills.slice(0, 3))).toEqual([2, '201.33333333333333333333', '9.33333333333333333333']);
    expect(booked(fills)).toEqual([0, '0', '-12']);
  });

  test('tick, lot and multiplier count', () => {
    const future = perpetual({ tick: '0.25', lot: '0.1', multiplier: '50' });
    expect(
      booked(
        [
          [3, 8],
          [-3, 10],
        ],
        future,
      ),
    ).toEqual([0, '0', '7.5']);
    expect(booked([[500, 200_000]], SPOT)).toEqual([500, '1000', '0']);
  });

  describe('of many fills', () => {
    const after = (fills: number): Position => {
      const position = new Position();
      for (let n = 0; n < fills; n++) position.book(1, decimal(n), `x${n}`);
      return position;
    };

    test.each([
      [1_999, 1_999],
      [2_000, 1_000],
      [2_001, 1_001],
      [3_000, 1_000],
    ])('after %i it keeps the latest %i apart', (fills, kept) => {
      const saved = after(fills).save();
      expect(saved.history).toHaveLength(kept);
      expect(saved.history[0]?.[0]).toBe(`x${fills - kept}`);
      expect([saved.now.lots, saved.base.lots]).toEqual([fills, fills - kept]);
    });

    test('corrects one that is no longer apart backwards, at its own price', () => {
      const position = after(2_000);
      const cost = position.cost;
      position.rebook('x3', [1, decimal(3)], 2, decimal(50));
      expect(position.lots).toBe(2_001);
      // Taken back at 3 from a mean of 999.5, and bought again for 50.
      expect(formatDecimal(position.cost)).toBe(
        formatDecimal(cost.minus(decimal('999.5')).plus(decimal(50))),
      );
      expect(formatDecimal(position.realised)).toBe('-996.5');
      // What was put in its place can be taken back as any other fill.
      position.unbook('x3', 2, decimal(50));
      expect([position.lots, formatDecimal(position.realised)]).toEqual([1_999, '-996.5']);
    });
  });

  test('survives being saved', () => {
    const position = new Position('fifo');
    position.book(3, decimal('301'));
    position.book(-1, decimal('-110'));
    position.fees.add('USDT', decimal('0.5'));
    const restored = Position.restore(position.save(), 'fifo');
    expect(restored.save()).toEqual(position.save());
  });
});

describe('an inverse contract', () => {
  test('earns in the base currency, entered at the harmonic mean', () => {
    // 10 USD a contract, ticks of 0.5: 100 contracts at 10,000 and 100 at 20,000 cost 0.1 and 0.05 BTC.
    expect(
      booked(
        [
          [100, 20_000],
          [100, 40_000],
        ],
        INVERSE,
      ),
    ).toEqual([200, '-0.15', '0']);
    expect(contract(INVERSE).averagePrice(200, -0.15)).toBeCloseTo(13_333.333333, 5);
    expect(
      booked(
        [
          [100, 20_000],
          [-100, 40_000],
        ],
        INVERSE,
      ),
    ).toEqual([0, '0', '0.05']);
    expect(
      booked(
        [
          [-100, 20_000],
          [100, 40_000],
        ],
        INVERSE,
      ),
    ).toEqual([0, '0', '-0.05']);
  });

  test('has no value at a price of 0 or below', () => {
    expect(() => contract(INVERSE).exact(1, decimal(0))).toThrow(
      'an inverse contract needs a price above 0, not 0',
    );
    expect(contract(INVERSE).plain(1, -1)).toBeNaN();
  });
});

test('no lots are worth nothing at any price, and lots of an inverse contract have no value at none', () => {
  const inverse = contract(INVERSE);
  expect([inverse.exact(0, decimal(0)).toFixed(), contract().exact(0, decimal(5)).toFixed()]).toEqual([
    '0',
    '0',
  ]);
  expect([inverse.plain(1, 0), inverse.plain(1, -5)]).toEqual([Number.NaN, Number.NaN]);
  expect([inverse.averagePrice(0, 5), contract().averagePrice(0, 5)]).toEqual([Number.NaN, Number.NaN]);
});
