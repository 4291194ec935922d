import { describe, expect, it } from 'vitest';
import { type BookView, L2Book, OrderByOrderBook } from '../../src/books/index.js';
import { orderEvent, snapshot } from './events.js';

const l2 = new L2Book();
l2.apply(snapshot([100, 3, 99, 5, 97, 10], [101, 1, 103, 4]));

const l3 = new OrderByOrderBook();
l3.apply(orderEvent('clear', '', { last: false }));
for (const [id, side, price, quantity] of [
  ['a', 'bid', 100, 1],
  ['b', 'bid', 100, 2],
  ['c', 'bid', 99, 5],
  ['d', 'bid', 97, 10],
  ['e', 'ask', 101, 1],
  ['f', 'ask', 103, 4],
] as const)
  l3.apply(orderEvent('add', id, { side, price, quantity }));

describe.each<[string, BookView]>([
  ['L2Book', l2],
  ['OrderByOrderBook', l3],
])('the view of %s', (_name, view) => {
  it('tells best prices and depth', () => {
    expect([view.bestBid, view.bestBidQuantity, view.bestAsk, view.bestAskQuantity]).toEqual([
      100, 3, 101, 1,
    ]);
    expect([view.depth('bid'), view.depth('ask')]).toEqual([3, 2]);
    expect([view.priceAt('bid', 2), view.quantityAt('bid', 2), view.priceAt('ask', 2)]).toEqual([
      97,
      10,
      Number.NaN,
    ]);
  });

  it('weighs the sides', () => {
    expect(view.imbalance(1)).toBe((3 - 1) / 4);
    expect(view.imbalance(2)).toBe((8 - 5) / 13);
    expect(view.imbalance(100)).toBe((18 - 5) / 23);
    expect(view.microprice()).toBe((100 * 1 + 101 * 3) / 4);
  });

  it('prices an order that takes from the other side', () => {
    expect(view.vwapToFill('buy', 1)).toBe(101);
    expect(view.vwapToFill('buy', 3)).toBeCloseTo((101 + 2 * 103) / 3, 12);
    expect(view.vwapToFill('sell', 8)).toBe((300 + 495) / 8);
    expect(view.vwapToFill('buy', 6)).toBeNaN();
    expect(view.vwapToFill('buy', 0)).toBeNaN();
    expect(view.quantityWithin('buy', 102)).toBe(1);
    expect(view.quantityWithin('buy', 100)).toBe(0);
    expect(view.quantityWithin('sell', 99)).toBe(8);
    expect([view.quantityWithin('buy', Number.NaN), view.quantityWithin('sell', Number.NaN)]).toEqual([0, 0]);
  });

  it('tells the limit that an order needs to fill', () => {
    expect([1, 2, 5].map((lots) => view.priceToFill('buy', lots))).toEqual([101, 103, 103]);
    expect([3, 4, 18].map((lots) => view.priceToFill('sell', lots))).toEqual([100, 99, 97]);
    expect([0, 6].map((lots) => view.priceToFill('buy', lots))).toEqual([Number.NaN, Number.NaN]);
  });

  it("writes the cumulative curve into the caller's array, as far as there is room", () => {
    const into = new Float64Array(5);
    expect([view.cumulate('bid', into), [...into]]).toEqual([3, [3, 8, 18, 0, 0]]);
    expect([view.cumulate('ask', into.subarray(0, 1)), into[0]]).toEqual([1, 1]);
    expect(view.cumulate('ask', new Float64Array(0))).toBe(0);
  });
});

describe('a view of what is not there', () => {
  it('knows nothing of an empty book', () => {
    const empty = new L2Book();
    expect([empty.synced, empty.whole, empty.bestBid, empty.bestBidQuantity]).toEqual([
      false,
      false,
      Number.NaN,
      0,
    ]);
    expect([empty.imbalance(5), empty.microprice(), empty.vwapToFill('sell', 1)]).toEqual([
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ]);
  });

  it('has no microprice with one side only, and an imbalance of that side', () => {
    const bidsOnly = new L2Book();
    bidsOnly.apply(snapshot([100, 3], []));
    expect(bidsOnly.microprice()).toBeNaN();
    expect(bidsOnly.imbalance(1)).toBe(1);
  });

  it('stays exact where ticks times lots would pass 2^53', () => {
    const deep = new L2Book();
    deep.apply(snapshot([], [6_500_000_01, 300_00000000, 6_500_000_03, 300_00000000]));
    expect(deep.vwapToFill('buy', 600_00000000)).toBe(6_500_000_02);
  });
});
