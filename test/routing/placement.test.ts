import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MarketVolume } from '../../src/operators/routing/market-volume.js';
import { checkedPlacement, expectedCosts, type Placement } from '../../src/operators/routing/placement.js';

const facts = {
  halfSpreadToTake: 0.001,
  halfSpreadToPost: 0.001,
  takerFee: 0.0005,
  makerFee: -0.0001,
  ahead: 10,
  lots: 10,
  volume: 20,
  waitingCost: 0.002,
  adverseSelection: 0.0003,
};

describe('posting against taking', () => {
  test('the formula', () => {
    const p = Math.exp(-1);
    const { take, post, fillProbability } = expectedCosts(facts);
    expect(take).toBeCloseTo(0.0015, 12);
    expect(fillProbability).toBeCloseTo(p, 12);
    expect(post).toBeCloseTo(p * -0.0008 + (1 - p) * 0.0035, 12);
  });

  test('without a trade nobody is filled: it is taken, later and dearer', () => {
    expect(expectedCosts({ ...facts, volume: 0 })).toEqual({
      take: 0.0015,
      post: 0.0035,
      fillProbability: 0,
    });
  });

  test('more volume never makes posting dearer, a longer queue never cheaper', () => {
    const some = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(some, some, some, (volume, more, ahead) => {
        const cost = (changes: Partial<typeof facts>) =>
          expectedCosts({ ...facts, volume, ahead, ...changes }).post;
        expect(cost({ volume: volume + more })).toBeLessThanOrEqual(cost({}) + 1e-12);
        expect(cost({ ahead: ahead + more })).toBeGreaterThanOrEqual(cost({}) - 1e-12);
      }),
    );
  });

  test('volume fades, and counts by who took', () => {
    const volume = new MarketVolume(1, 1_000);
    const trade = { kind: 'trade', instrument: 'x', venueTime: 0, price: 1, tradeId: '' } as never as object;
    volume.take(0, { ...trade, quantity: 10, aggressor: 'sell' } as never, 0);
    volume.take(0, { ...trade, quantity: 4, aggressor: 'none' } as never, 0);
    expect(volume.against('buy', 0, 0, 1_000)).toBe(12);
    expect(volume.against('sell', 0, 0, 500)).toBe(1);
    expect(volume.against('buy', 0, 1_000, 1_000)).toBeCloseTo(12 / Math.E, 12);
    const again = new MarketVolume(1, 1_000);
    again.restore(structuredClone(volume.save()));
    expect(again.save()).toEqual(volume.save());
  });

  test.each([
    [{ kind: 'hope' }, 'kind must be one of take, post, cheapest'],
    [{ kind: 'take', patience: 1 }, 'unknown setting "patience"'],
    [{ kind: 'post' }, 'patience must be'],
    [{ kind: 'post', patience: '1s', afterwards: 'cry' }, 'afterwards must be one of post, take'],
    [{ kind: 'cheapest', patience: '1s' }, 'waitingCost must be a number above 0'],
    [
      { kind: 'cheapest', patience: '1s', waitingCost: 0.1, adverseSelection: -1 },
      'adverseSelection must be',
    ],
  ])('%j is refused', (placement, why) => {
    expect(() => checkedPlacement('placement', placement as Placement)).toThrow(why);
  });
});
