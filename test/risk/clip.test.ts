import { describe, expect, test } from 'vitest';
import { InstrumentTable } from '../../src/domain/instrument-table.js';
import type { Proposal } from '../../src/domain/order.js';
import { cutTo, largestPart } from '../../src/operators/risk/clip.js';
import { spot } from '../../src/testing/index.js';

const order = (quantity: number, shares: Readonly<Record<string, number>>, more = {}): Proposal =>
  ({
    side: 'sell',
    quantity,
    attribution: Object.entries(shares).map(([agent, lots]) => ({ agent, quantity: lots })),
    ...more,
  }) as unknown as Proposal;

describe('an order that is cut', () => {
  test('is cut for each agent in proportion, and has no share of nothing', () => {
    const cut = cutTo(order(10, { a: -6, b: -3, c: -1 }), 3);
    expect(cut.quantity).toBe(3);
    expect(cut.attribution).toEqual([
      { agent: 'a', quantity: -2 },
      { agent: 'b', quantity: -1 },
    ]);
    expect(cutTo(order(10, { a: -12, b: 2 }), 5).attribution).toEqual([
      { agent: 'a', quantity: -6 },
      { agent: 'b', quantity: 1 },
    ]);
  });

  test('shows no more than it is, if it shows a part at all', () => {
    const iceberg = order(10, { a: -10 }, { display: 4 });
    expect([cutTo(iceberg, 7).display, cutTo(iceberg, 3).display]).toEqual([4, 3]);
    expect(cutTo(order(10, { a: -10 }), 3)).not.toHaveProperty('display');
  });
});

describe('the largest part that passes', () => {
  const listed = (orderStep: string) => new InstrumentTable([spot({ orderStep })]).at(0);
  const find = (quantity: number, most: number, orderStep = '0.001') => {
    const asked: number[] = [];
    const part = largestPart(order(quantity, { a: -quantity }), listed(orderStep), (smaller) => {
      asked.push(smaller.quantity);
      return smaller.quantity <= most;
    });
    return { part: part?.quantity, asked };
  };

  test.each([
    [12, 7, 7],
    [12, 11, 11],
    [12, 1, 1],
    [12, 0, undefined],
    [1, 0, undefined],
  ])('of %d lots under a limit of %d is %d', (quantity, most, expected) => {
    expect(find(quantity, most).part).toBe(expected);
  });

  test('is of whole steps, and nothing is asked but parts of the order', () => {
    const { part, asked } = find(120, 75, '0.01');
    expect(part).toBe(70);
    for (const each of asked) expect([each % 10, each < 120]).toEqual([0, true]);
    // A dozen steps need no more questions than these.
    expect(asked.length).toBeLessThanOrEqual(4);
  });
});
