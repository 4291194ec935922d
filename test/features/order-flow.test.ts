import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { L2Book } from '../../src/books/index.js';
import {
  basis,
  bookSlope,
  crossVenueSpread,
  type FeatureInput,
  feature,
  fundingRate,
  kyleLambda,
  orderFlowImbalance,
  rollingBeta,
  rollingCorrelation,
  rollingQuantile,
  rollingSkewness,
  rollingVariance,
  sessionVwap,
  sma,
  tradeSignImbalance,
  volumeImbalance,
  wma,
  zScore,
} from '../../src/operators/features/index.js';
import { snapshot } from '../books/events.js';
import { OTHER } from './all-features.js';
import { input, mid, quote } from './inputs.js';
import { valuesOf } from './run.js';

const nan = Number.NaN;
const trade = (ts: number, tradePrice: number, tradeQuantity: number, tradeSign: number): FeatureInput =>
  input({ ts, kind: 'trade', tradePrice, tradeQuantity, tradeSign });
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
/** Slope of y on x, and their correlation, in two passes. */
function regression(pairs: readonly (readonly [number, number])[]): [slope: number, correlation: number] {
  const [x, y] = [mean(pairs.map(([a]) => a)), mean(pairs.map(([, b]) => b))];
  const xy = pairs.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0);
  const xx = pairs.reduce((sum, [a]) => sum + (a - x) ** 2, 0);
  const yy = pairs.reduce((sum, [, b]) => sum + (b - y) ** 2, 0);
  return [xy / xx, xy / Math.sqrt(xx * yy)];
}

describe('order flow', () => {
  it('orderFlowImbalance: what came to the bid less what came to the ask, by hand', () => {
    const values = valuesOf(orderFlowImbalance({ window: 1 }), [
      quote(0, 100, 101, 5, 5),
      quote(1, 100, 101, 8, 5), // 3 more at the bid
      quote(2, 100, 101, 8, 9), // 4 more at the ask
      quote(3, 101, 102, 2, 6), // the bid moves up: its 2; the ask moves away: its 9 are gone
      quote(4, 100, 102, 7, 6), // the bid's 2 are gone
      input({ ts: 5 }),
      quote(6, 100, 102, 7, 6), // nothing has changed
    ]);
    expect(values).toEqual([nan, 3, -4, 2 + 9, -2, nan, -2]);
  });

  it('tradeSignImbalance and volumeImbalance of the last trades whose side is known', () => {
    const trades = [
      trade(0, 1, 2, 1),
      trade(1, 1, 6, -1),
      trade(2, 1, 9, 0),
      trade(3, 1, nan, 1),
      trade(4, 1, 4, 1),
    ];
    expect(valuesOf(tradeSignImbalance({ window: 2 }), trades)).toEqual([nan, 0, 0, 0, 0]);
    expect(valuesOf(volumeImbalance({ window: 2 }), trades)).toEqual([nan, -0.5, -0.5, -0.5, -0.2]);
  });

  it('kyleLambda is the slope of mid changes on signed flow', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -5, max: 5 }), fc.integer({ min: -9, max: 9 })), {
          minLength: 6,
          maxLength: 20,
        }),
        (steps) => {
          const feature = kyleLambda({ window: 4, every: 100 });
          const state = feature.init();
          let price = 50_000;
          feature.update(state, mid(price, 0));
          let value = nan;
          steps.forEach(([change, quantity], index) => {
            price += change;
            const ts = index * 100 + 150;
            feature.update(state, {
              ...trade(ts, price, Math.abs(quantity), Math.sign(quantity)),
              mid: price,
            });
          });
          value = feature.update(state, mid(price, steps.length * 100 + 100));
          const window = steps.slice(-4);
          const [slope] = regression(window.map(([change, quantity]) => [quantity, change]));
          if (window.every(([, quantity]) => quantity === window[0]?.[1])) expect(value).toBeNaN();
          else expect(value).toBeCloseTo(slope, 11);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('bookSlope: lots cumulated over distance, least squares through the origin', () => {
    const book = new L2Book();
    book.apply(snapshot([9_990, 3, 9_980, 2], [10_010, 1, 10_030, 4]));
    const at = (side: 'bid' | 'ask' | 'both', levels = 2) =>
      valuesOf(bookSlope({ levels, side }), [input({ book, lotSize: 0.5 })])[0] as number;
    expect(at('bid')).toBeCloseTo(((10 * 3 + 20 * 5) / (10 ** 2 + 20 ** 2)) * 0.5, 12);
    expect(at('ask')).toBeCloseTo(((10 * 1 + 30 * 5) / (10 ** 2 + 30 ** 2)) * 0.5, 12);
    expect(at('both', 9)).toBeCloseTo((at('bid') + at('ask')) / 2, 12);
    book.desync('link down');
    expect(at('both')).toBeNaN();
  });

  it('sessionVwap begins anew with each session', () => {
    expect(
      valuesOf(sessionVwap({ session: 100, startsAt: 10 }), [
        input({ ts: 5 }),
        trade(9, 100, 1, 1),
        trade(10, 200, 1, 0),
        trade(50, 300, 3, 1),
        trade(60, nan, 3, 1),
        input({ ts: 110 }),
      ]),
    ).toEqual([nan, 100, 200, 275, 275, nan]);
  });
});

describe('between markets', () => {
  const both = (ts: number, own: number, other: number): FeatureInput => ({
    ...quote(ts, own - 1, own + 1),
    market: (_id, price) => (price === 'bid' ? other - 2 : price === 'ask' ? other + 2 : other),
  });

  it('basis and cross-venue spread', () => {
    expect(valuesOf(basis({ to: OTHER }), [both(0, 101, 100), both(0, 99, nan)])).toEqual([0.01, nan]);
    expect(valuesOf(basis({ to: OTHER, unit: 'price' }), [both(0, 101, 100)])).toEqual([1]);
    // Sell here at 109, buy there at 102; buy here at 111, sell there at 98.
    expect(valuesOf(crossVenueSpread({ to: OTHER }), [both(0, 110, 100)])[0]).toBeCloseTo(700, 10);
    expect(valuesOf(crossVenueSpread({ to: OTHER, side: 'buyHere' }), [both(0, 110, 100)])[0]).toBeCloseTo(
      -1_300,
      10,
    );
  });

  it.each(['returns', 'prices'] as const)('beta and correlation of %s', (of) => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -99, max: 99 }), fc.integer({ min: -99, max: 99 })), {
          minLength: 8,
          maxLength: 20,
        }),
        (steps) => {
          let [own, other] = [60_000, 3_000];
          const prices = steps.map(([a, b]): [number, number] => {
            own += a / 10;
            other += b / 100;
            return [own, other];
          });
          const inputs = prices.map(([a, b], index) => both(index * 100, a, b));
          const [lastOwn = 0, lastOther = 0] = prices.at(-1) ?? [];
          inputs.push(both(prices.length * 100, lastOwn, lastOther));
          const pairs = prices.map(([a, b], index): [number, number] => {
            const [p = nan, q = nan] = prices[index - 1] ?? [];
            return of === 'prices' ? [b, a] : [(b - q) / q, (a - p) / p];
          });
          const options = { to: OTHER, window: 5, every: 100, of };
          const [slope, correlation] = regression(pairs.slice(-5));
          const flat = (at: 0 | 1) => new Set(pairs.slice(-5).map((pair) => pair[at])).size === 1;
          if (flat(0) || flat(1)) return;
          expect(valuesOf(rollingBeta(options), inputs).at(-1)).toBeCloseTo(slope, 8);
          expect(valuesOf(rollingCorrelation(options), inputs).at(-1)).toBeCloseTo(correlation, 8);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('fundingRate: the last word, stated for a year, and the time until it is due', () => {
    const inputs = [
      input({ ts: 0 }),
      input({ ts: 10, kind: 'funding', fundingRate: 0.0001, fundingTime: 100 }),
      input({ ts: 90 }),
      input({ ts: 150 }),
    ];
    expect(valuesOf(fundingRate(), inputs)).toEqual([nan, 0.0001, 0.0001, 0.0001]);
    expect(valuesOf(fundingRate({ annualFrom: '8h' }), inputs)[1]).toBeCloseTo(0.1095, 14);
    expect(valuesOf(fundingRate({ line: 'time' }), inputs)).toEqual([nan, 90, 10, 0]);
  });
});

describe('feature', () => {
  const counting = feature({
    fingerprint: 'seen()',
    init: () => ({ seen: [0] as number[] }),
    update: (state) => {
      state.seen[0] = (state.seen[0] as number) + 1;
      return state.seen[0] as number;
    },
  });

  it('saves and restores plain state by itself, as copies', () => {
    const state = counting.init();
    counting.update(state, input({}));
    const saved = counting.save(state);
    counting.update(state, input({}));
    expect(saved).toEqual({ seen: [1] });
    expect(counting.update(counting.restore(saved), input({}))).toBe(2);
    expect(saved).toEqual({ seen: [1] });
  });

  it('refuses what is none', () => {
    expect(() => feature({ fingerprint: 'a b', init: () => null, update: () => 1 })).toThrow(
      'feature.fingerprint',
    );
    expect(() => feature({ fingerprint: 'a', init: () => null, update: 1 as never })).toThrow(
      'feature a.update must be',
    );
    expect(() => feature({ fingerprint: 'a', warmUp: 0, init: () => null, update: () => 1 })).toThrow(
      'warmUp',
    );
  });
});

describe('huge values', () => {
  it('leave no trace once they are out of the window', () => {
    const prices = [1, 1e300, -1e308, 1e16, 3, 4, 6, 5, 7, 8];
    const inputs = prices.map((price, index) => mid(price, index));
    const clean = prices.slice(4).map((price, index) => mid(price, index));
    for (const make of [
      sma({ period: 3 }),
      wma({ period: 3 }),
      zScore({ window: 3 }),
      rollingVariance({ window: 3 }),
      rollingQuantile({ window: 3, quantile: 0.5 }),
      rollingSkewness({ window: 3 }),
    ])
      expect(valuesOf(make, inputs).at(-1)).toBeCloseTo(valuesOf(make, clean).at(-1) as number, 13);
  });
});
