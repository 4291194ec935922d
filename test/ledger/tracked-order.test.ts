import { describe, expect, test } from 'vitest';
import { TrackedOrder } from '../../src/operators/ledger/tracked-order.js';
import { WorkingLots } from '../../src/operators/ledger/working-lots.js';
import { Desk } from './desk.js';

/** A sale of 10 lots, of which 6 are alpha's and 4 are beta's, on its way. */
function sent(side: 'buy' | 'sell' = 'sell'): TrackedOrder {
  const direction = side === 'buy' ? 1 : -1;
  const { order } = new Desk().submitted('a', side, 10, {
    attribution: [
      { agent: 'alpha', quantity: 6 * direction },
      { agent: 'beta', quantity: 4 * direction },
    ],
  });
  const tracked = new TrackedOrder(order, 0, 1);
  tracked.advance('submitted', 1);
  return tracked;
}

const left = (tracked: TrackedOrder): number[] =>
  tracked.agents.map((_, share) => tracked.remainingOf(share));

describe('an order that the venue has ended', () => {
  test.each(['canceled', 'expired', 'rejected'] as const)(
    'is %s once all that it counts is booked, or settled otherwise',
    (end) => {
      for (const how of ['fill', 'settle', 'restored fill'] as const) {
        let tracked = sent();
        tracked.hear(5);
        expect(tracked.advance(end, 2)).toBe(true);
        expect([tracked.status, tracked.missing, tracked.remaining, left(tracked)]).toEqual([
          'unknown',
          5,
          5,
          [-3, -2],
        ]);
        if (how === 'restored fill') tracked = TrackedOrder.restore(structuredClone(tracked.save()), 0);
        if (how === 'settle') tracked.settle(3);
        else expect(tracked.fill(5, 3, 3)).toEqual([-3, -2]);
        expect([tracked.status, tracked.missing, tracked.remaining, left(tracked)]).toEqual([
          end,
          0,
          0,
          [0, 0],
        ]);
      }
    },
  );

  test('is filled when all of it was', () => {
    const tracked = sent();
    tracked.hear(10);
    tracked.advance('canceled', 2);
    tracked.fill(10, 3, 3);
    expect(tracked.status).toBe('filled');
  });

  test('goes on when its missing lots are settled before it has ended', () => {
    const tracked = sent();
    tracked.advance('accepted', 1);
    tracked.hear(4);
    expect(tracked.missing).toBe(4);
    tracked.settle(2);
    expect([tracked.status, tracked.missing, tracked.remaining]).toEqual(['accepted', 0, 10]);
  });
});

describe('what an order has left', () => {
  test('is more than its quantity once the venue counts more, for each agent in proportion', () => {
    const tracked = sent('buy');
    tracked.hear(15);
    expect([tracked.remaining, left(tracked)]).toEqual([15, [9, 6]]);
    tracked.fill(5, 2, 2);
    expect([tracked.remaining, left(tracked)]).toEqual([10, [6, 4]]);
  });

  test('is less by no count that came late', () => {
    const tracked = sent();
    tracked.advance('accepted', 2);
    tracked.hear(5);
    tracked.hear(3);
    expect(tracked.missing).toBe(5);
    // The same word again is no change.
    tracked.advance('accepted', 9);
    expect([tracked.status, tracked.changedAt]).toEqual(['accepted', 2]);
  });

  test('is all of it where no lot belongs to nobody', () => {
    expect(sent().agents).toEqual(['alpha', 'beta']);
    const { order } = new Desk().submitted('a', 'buy', 10, {
      attribution: [{ agent: 'alpha', quantity: 7 }],
    });
    const tracked = new TrackedOrder(order, 0, 1);
    tracked.advance('submitted', 1);
    expect([tracked.agents, left(tracked)]).toEqual([
      ['alpha', 'unattributed'],
      [7, 3],
    ]);
  });

  test('comes back with a bust, and the venue’s count goes down with it', () => {
    const tracked = sent();
    tracked.fill(4, 2, 2);
    const parts = tracked.fill(2, 3, 3);
    tracked.hear(9);
    tracked.unfill(parts, 4);
    expect([tracked.filled, tracked.missing, tracked.remaining, left(tracked)]).toEqual([4, 3, 6, [-4, -2]]);
    expect([tracked.status, tracked.changedAt]).toEqual(['partiallyFilled', 4]);
  });

  test('an overfill that is busted leaves an order that is filled', () => {
    const tracked = sent();
    tracked.fill(10, 2, 2);
    const over = tracked.fill(3, 3, 3);
    tracked.unfill(over, 4);
    expect([tracked.status, tracked.filled, tracked.remaining]).toEqual(['filled', 10, 0]);
    tracked.unfill([-1, 0], 5);
    expect([tracked.status, tracked.filled, tracked.remaining]).toEqual(['partiallyFilled', 9, 1]);
  });
});

test('working lots are counted by side, by agent, and times their price, and go without a trace', () => {
  const working = new WorkingLots(2);
  const buys = sent('buy');
  const sells = sent('sell');
  for (const each of [buys, sells]) working.add(each);
  expect([working.buy[0], working.sell[0], working.buy[1]]).toEqual([10, 10, 0]);
  expect([working.priced('buy', 0), working.priced('sell', 0), working.unpriced('buy', 0)]).toEqual([
    1_000, 1_000, 0,
  ]);
  working.remove(sells);
  expect([working.ofAgent('alpha', 0), working.ofAgent('beta', 0), working.ofAgent('nobody', 0)]).toEqual([
    6, 4, 0,
  ]);
  const market = new TrackedOrder({ ...buys.order, type: 'market', price: 0 }, 1, 1);
  market.advance('submitted', 1);
  working.add(market);
  expect([working.priced('buy', 1), working.unpriced('buy', 1), working.buy[1]]).toEqual([0, 10, 10]);
  for (const each of [buys, market]) working.remove(each);
  expect([working.priced('buy', 0), working.unpriced('buy', 1), working.ofAgent('alpha', 0)]).toEqual([
    0, 0, 0,
  ]);
});
