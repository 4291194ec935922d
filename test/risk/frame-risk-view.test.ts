import { describe, expect, test } from 'vitest';
import type { Frame } from '../../src/core/frame.js';
import { InstrumentTable } from '../../src/domain/instrument-table.js';
import type { Proposal } from '../../src/domain/order.js';
import type { MarketFields } from '../../src/operators/books/books.js';
import type { LedgerFields } from '../../src/operators/ledger/stage.js';
import { FrameRiskView } from '../../src/operators/risk/frame-risk-view.js';
import { perpetual, spot } from '../../src/testing/index.js';

const table = new InstrumentTable([spot(), perpetual()]);
const [COIN, FUTURE] = table.list.map(({ id }) => id) as [Proposal['instrument'], Proposal['instrument']];

interface Open {
  readonly shares: Readonly<Record<string, number>>;
  readonly filled?: number;
  readonly remaining?: number;
}

/** A view over a ledger that holds 10 lots of the first instrument, 6 of them of agent a, and these open orders in it. */
function viewOf(open: readonly Open[] = []): FrameRiskView {
  const view = new FrameRiskView(table);
  const ledger = {
    worstCaseLong: (index: number) => (index === 0 ? 10 : 0),
    worstCaseShort: (index: number) => (index === 0 ? 10 : 0),
    agentPosition: (agent: string, index: number) => (agent === 'a' && index === 0 ? 6 : 0),
    lotNotional: (index: number) => 50 + index,
    openOrders: (index: number) =>
      index === 0
        ? open.map(({ shares, filled = 0, remaining = 1 }) => ({
            order: {
              attribution: Object.entries(shares).map(([agent, quantity]) => ({ agent, quantity })),
            },
            filled,
            remaining,
          }))
        : [],
  };
  view.look({ ts: 7, ledger, markets: {} } as unknown as Frame & MarketFields & LedgerFields);
  return view;
}

const order = (
  side: 'buy' | 'sell',
  quantity: number,
  price = 100,
  shares: Readonly<Record<string, number>> = {},
  instrument = COIN,
): Proposal =>
  ({
    instrument,
    side,
    quantity,
    price,
    attribution: Object.entries(shares).map(([agent, lots]) => ({ agent, quantity: lots })),
  }) as unknown as Proposal;

const worst = (view: FrameRiskView, index = 0) => [view.worstLong(index), view.worstShort(index)];
const agentWorst = (view: FrameRiskView, agent: string, index = 0) => [
  view.agentWorstLong(agent, index),
  view.agentWorstShort(agent, index),
];

describe('approvals on their way', () => {
  test('count on their side and instrument until they are submitted', () => {
    const view = viewOf();
    expect(worst(view)).toEqual([10, 10]);
    view.approved(order('buy', 3));
    view.approved(order('sell', 4));
    view.approved(order('sell', 1, 100, {}, FUTURE));
    expect([worst(view), worst(view, 1)]).toEqual([
      [13, 6],
      [0, -1],
    ]);
    view.submitted(0, order('buy', 3));
    expect(worst(view)).toEqual([10, 6]);
    view.submitted(0, order('sell', 4));
    view.submitted(1, order('sell', 1, 100, {}, FUTURE));
    expect([worst(view), worst(view, 1), view.onTheWay]).toEqual([[10, 10], [0, 0], []]);
  });

  test.each([
    ['another instrument', 1, order('buy', 3, 100, {}, FUTURE)],
    ['another side', 0, order('sell', 3)],
    ['another size', 0, order('buy', 2)],
    ['another price', 0, order('buy', 3, 101)],
  ])('are not those of %s that another hand sent', (_, index, sent) => {
    const view = viewOf();
    view.approved(order('buy', 3));
    view.submitted(index, sent);
    expect([worst(view), worst(view, 1), view.onTheWay.length]).toEqual([[13, 10], [0, 0], 1]);
  });

  test('nothing counts less for an order that was never approved here', () => {
    const view = viewOf();
    view.submitted(0, order('buy', 3));
    expect(worst(view)).toEqual([10, 10]);
  });

  test('survive being saved, and what is saved does not change afterwards', () => {
    const view = viewOf();
    view.approved(order('buy', 3, 100, { a: 3 }));
    view.approved(order('sell', 2, 100, { b: -2 }));
    const saved = view.save();
    const before = structuredClone(saved);
    view.submitted(0, order('buy', 3));
    view.submitted(0, order('sell', 2));
    expect(saved).toEqual(before);
    const restored = viewOf().restore(before);
    expect([worst(restored), agentWorst(restored, 'a'), agentWorst(restored, 'b')]).toEqual([
      [13, 8],
      [9, 6],
      [0, -2],
    ]);
    restored.submitted(0, order('sell', 2));
    expect(worst(restored)).toEqual([13, 10]);
  });
});

describe('the worst case of an agent', () => {
  test('is its position and what is left of its shares, by direction', () => {
    const view = viewOf([
      { shares: { a: 8, b: 4 }, filled: 3 },
      { shares: { a: -5 } },
      { shares: { b: -7, a: 0 } },
      { shares: { a: 100 }, remaining: 0 },
    ]);
    // Of the first order's 12 lots 3 are filled: 2 are a's and 1 is b's.
    expect(agentWorst(view, 'a')).toEqual([12, 1]);
    expect(agentWorst(view, 'b')).toEqual([3, -7]);
    expect(agentWorst(view, 'nobody')).toEqual([0, 0]);
    expect(agentWorst(view, 'a', 1)).toEqual([0, 0]);
  });

  test('has its shares of approvals on their way, of that instrument', () => {
    const view = viewOf();
    view.approved(order('buy', 5, 100, { a: 7, b: -2 }));
    view.approved(order('sell', 4, 100, { a: -4 }));
    view.approved(order('sell', 3, 100, { a: -3 }, FUTURE));
    expect(agentWorst(view, 'a')).toEqual([13, 2]);
    expect(agentWorst(view, 'b')).toEqual([0, -2]);
    expect(agentWorst(view, 'a', 1)).toEqual([0, -3]);
  });

  test('has the time and the notional of its frame', () => {
    const view = viewOf();
    expect([view.ts, view.lotNotional(0), view.lotNotional(1)]).toEqual([7, 50, 51]);
  });
});
