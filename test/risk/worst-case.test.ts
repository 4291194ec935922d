import { describe, expect, test } from 'vitest';
import { InstrumentTable } from '../../src/domain/instrument-table.js';
import type { Proposal } from '../../src/domain/order.js';
import { Scope } from '../../src/operators/risk/scope.js';
import {
  beyondShare,
  heldGross,
  heldLots,
  longest,
  lotsOf,
  shortest,
  unitsPerLot,
  worstGross,
} from '../../src/operators/risk/worst-case.js';
import { perpetual, spot } from '../../src/testing/index.js';
import { aView } from './a-view.js';

const table = new InstrumentTable([spot(), spot({ base: 'ETH' }), spot({ venue: 'abroad' })]);
const AT_VENUE = new Scope('rule', { venue: 'venue' });
const OF_A = new Scope('rule', { agent: 'a' });

/** Both agents' shares of one order. */
const order = (side: 'buy' | 'sell', shares: Readonly<Record<string, number>>): Proposal =>
  ({
    side,
    quantity: Math.abs(Object.values(shares).reduce((sum, lots) => sum + lots, 0)),
    attribution: Object.entries(shares).map(([agent, quantity]) => ({ agent, quantity })),
  }) as unknown as Proposal;

describe('the worst case', () => {
  const view = aView({
    table,
    position: [5, -4, 7],
    worst: [
      [9, -2],
      [0, -6],
      [7, 7],
    ],
    agents: { a: [2, -1] },
    agentWorst: { a: [[3, -8]] },
    notional: [10, 100, 1_000],
  });

  test('of the desk or of an agent', () => {
    expect([heldLots(view, undefined, 0), heldLots(view, 'a', 0)]).toEqual([5, 2]);
    expect([longest(view, undefined, 0, 0), longest(view, 'a', 0, 0)]).toEqual([9, 3]);
    expect([shortest(view, undefined, 0, 0), shortest(view, 'a', 0, 0)]).toEqual([-2, -8]);
  });

  test('has more on its own side only', () => {
    expect([longest(view, undefined, 0, 4), longest(view, undefined, 0, -4)]).toEqual([13, 9]);
    expect([shortest(view, undefined, 0, 4), shortest(view, undefined, 0, -4)]).toEqual([-2, -6]);
  });

  test('of an order is its own lots, or the share of an agent', () => {
    const sale = order('sell', { a: -5, b: 2 });
    expect(['a', 'b', 'c', undefined].map((agent) => lotsOf(sale, agent))).toEqual([-5, 2, 0, -3]);
  });

  test('adds up what its scope may hold', () => {
    // 9 and 6 lots at the venue; the third is abroad.
    expect(worstGross(view, AT_VENUE, order('sell', { a: -1 }), table.at(0))).toBe(9 * 10 + 6 * 100);
    expect(worstGross(view, AT_VENUE, order('buy', { a: 1 }), table.at(0))).toBe(10 * 10 + 6 * 100);
    expect(worstGross(view, AT_VENUE, order('sell', { a: -1 }), table.at(1))).toBe(9 * 10 + 7 * 100);
    expect(worstGross(view, new Scope('rule'), order('buy', { a: 1 }), table.at(2))).toBe(90 + 600 + 8_000);
    // Of agent a's 8 lots short 2 are sold once more, by its share; and it has one lot short of the second.
    expect(worstGross(view, OF_A, order('sell', { a: -2, b: -9 }), table.at(0))).toBe(10 * 10 + 1 * 100);
  });

  test('of what is held is what is held', () => {
    expect(heldGross(view, AT_VENUE)).toBe(5 * 10 + 4 * 100);
    expect(heldGross(view, OF_A)).toBe(2 * 10 + 1 * 100);
  });

  test('does not ask what a lot is worth of which none is held', () => {
    const unknown = aView({ table, position: [5], notional: [10, Number.NaN, Number.NaN] });
    expect([
      heldGross(unknown, AT_VENUE),
      worstGross(unknown, AT_VENUE, order('buy', { a: 1 }), table.at(0)),
    ]).toEqual([50, 60]);
    expect(worstGross(unknown, AT_VENUE, order('buy', { a: 1 }), table.at(1))).toBeNaN();
  });

  test('leaves a share of every position in its scope', () => {
    expect(beyondShare(view, AT_VENUE, 0.5)).toEqual([
      { index: 0, lots: 3 },
      { index: 1, lots: -2 },
    ]);
    const flat = aView({ table, position: [0, 8] });
    expect(beyondShare(flat, new Scope('rule'), 0.25)).toEqual([{ index: 1, lots: 6 }]);
  });
});

test('a lot of an inverse contract is worth fewer coins the dearer they are, at the mark where there is no market', () => {
  const [linear, inverse] = new InstrumentTable([
    perpetual(),
    perpetual({ inverse: true, settle: 'BTC', multiplier: '100', lot: '1', base: 'XBT' }),
  ]).list as [ReturnType<typeof table.at>, ReturnType<typeof table.at>];
  expect(unitsPerLot(linear, aView({ bid: Number.NaN }))).toBe(0.001);
  expect(unitsPerLot(inverse, aView({ bid: 199, ask: 201 }))).toBe(0.5);
  expect(unitsPerLot(inverse, aView({ bid: Number.NaN, mark: 400 }))).toBe(0.25);
});
