import { describe, expect, test } from 'vitest';
import { decimal } from '../../src/domain/decimal.js';
import { CostBasis } from '../../src/operators/ledger/cost-basis.js';
import { OpenLots } from '../../src/operators/ledger/open-lots.js';
import { Desk, INVERSE, LINEAR, SPOT } from './desk.js';

const fifo = (): Desk => new Desk([LINEAR, INVERSE, SPOT], { reportingCurrency: 'USDT', costing: 'fifo' });

/** Position, cost and realised profit after signed fills. */
function after(fills: readonly (readonly [number, number])[], index = 0): unknown[] {
  const desk = fifo();
  for (const [lots, ticks] of fills) desk.trade(lots > 0 ? 'buy' : 'sell', Math.abs(lots), ticks, { index });
  const [line] = desk.ledger.statement().desk.lines;
  return [line?.position, line?.cost, line?.realised];
}

describe('first in, first out', () => {
  test.each([
    [
      'the oldest lots are closed first',
      [
        [1, 100],
        [3, 200],
        [-2, 300],
      ],
      [2, '400', '300'],
    ],
    [
      'across pieces and in part',
      [
        [2, 100],
        [2, 110],
        [2, 120],
        [-3, 130],
      ],
      [3, '350', '80'],
    ],
    [
      'short',
      [
        [-1, 200],
        [-1, 150],
        [1, 100],
      ],
      [-1, '-150', '100'],
    ],
    [
      'turning, the rest opens at its own price',
      [
        [1, 100],
        [1, 200],
        [-3, 250],
      ],
      [-1, '-250', '200'],
    ],
    [
      'and turned, closes what was opened then',
      [
        [1, 100],
        [-3, 150],
        [1, 140],
      ],
      [-1, '-150', '60'],
    ],
  ] as const)('%s', (_, fills, expected) => {
    expect(after(fills)).toEqual(expected);
  });

  test('of an inverse contract', () => {
    // 10 USD a contract: 100 at 10,000 cost 0.1 BTC and go first.
    expect(
      after(
        [
          [100, 20_000],
          [100, 40_000],
          [-100, 40_000],
        ],
        1,
      ),
    ).toEqual([100, '-0.05', '0.05']);
  });

  test('many pieces are given up one by one', () => {
    const desk = fifo();
    for (let price = 1; price <= 300; price++) desk.trade('buy', 1, price);
    for (let price = 1; price <= 299; price++) desk.trade('sell', 1, price + 1);
    expect([desk.ledger.position(0), desk.ledger.realised(0), desk.ledger.averagePrice(0)]).toEqual([
      1, 299, 300,
    ]);
  });

  test('a snapshot of the other costing is refused', () => {
    const saved = fifo().ledger.save();
    const Restored = fifo().ledger.constructor as typeof import('../../src/operators/ledger/index.js').Ledger;
    expect(() => Restored.restore(new Desk().instruments, { reportingCurrency: 'USDT' }, saved)).toThrow(
      'ledger.costing must be "fifo" as in the snapshot, not "average"',
    );
    expect(() => new Desk([LINEAR], { reportingCurrency: 'USDT', costing: 'lifo' as 'fifo' })).toThrow(
      'ledger.costing must be one of average, fifo',
    );
  });
});

test('many lots leave in the order in which they came, and what has left is not saved', () => {
  const lots = new OpenLots();
  const closed: string[] = [];
  for (let nth = 1; nth <= 300; nth++) {
    lots.open(2, decimal(nth));
    // Three close for every four that open, so that the oldest go while new ones come.
    if (nth % 4 !== 0) closed.push(lots.close(2).toFixed());
  }
  expect(closed).toEqual(Array.from({ length: 225 }, (_, at) => `${at + 1}`));
  const saved = lots.save();
  expect([saved.length, saved[0], saved.at(-1)]).toEqual([75, [2, '226'], [2, '300']]);
  const restored = new OpenLots();
  restored.restore(saved);
  for (const each of [lots, restored]) {
    expect(each.close(3).toFixed()).toBe('339.5');
    expect(each.save()[0]).toEqual([1, '113.5']);
  }
});

test('lots that are closed to the last leave nothing open', () => {
  const basis = new CostBasis('fifo');
  basis.book(3, decimal(300));
  basis.book(-3, decimal(-330));
  expect(basis.save()).toEqual({ lots: 0, cost: '0', realised: '30', open: [] });
  basis.book(-2, decimal(-200));
  expect(basis.save()).toEqual({ lots: -2, cost: '-200', realised: '30', open: [[2, '-200']] });
});
