import { describe, expect, it } from 'vitest';
import {
  ema,
  logReturn,
  momentum,
  realisedVolatility,
  rsi,
  zScore,
} from '../../src/operators/features/index.js';
import { input, mid } from './inputs.js';
import { valuesOf } from './run.js';

const nan = Number.NaN;

describe('samples', () => {
  it('by default, each change of the mid is one; in between the value stands', () => {
    expect(valuesOf(ema({ period: 2 }), [mid(1), mid(1), mid(3), mid(3), mid(5)])).toEqual([
      nan,
      nan,
      2,
      2,
      4,
    ]);
  });

  it('is unknown while the mid is, and comes back with it', () => {
    const inputs = [mid(1), mid(3), mid(nan), mid(3), mid(5)];
    expect(valuesOf(ema({ period: 2 }), inputs)).toEqual([nan, 2, nan, 2, 4]);
  });

  it('each trade is one, also at an unchanged price, and other events are none', () => {
    const trade = (tradePrice: number) => input({ kind: 'trade', tradePrice });
    const inputs = [trade(1), trade(1), mid(7), trade(4)];
    expect(valuesOf(ema({ period: 2, of: 'trade' }), inputs)).toEqual([nan, 1, 1, 3]);
  });

  it('with `every`, one an interval: its last price, known when the next event comes', () => {
    const inputs = [mid(9, 100), mid(5, 900), mid(6, 1_000), mid(8, 1_999), mid(1, 2_000), mid(2, 2_500)];
    expect(valuesOf(momentum({ every: '1s' }), inputs)).toEqual([nan, nan, nan, nan, 3 / 5, 3 / 5]);
  });

  it('with `every`, a quiet interval repeats the last price', () => {
    const inputs = [mid(4, 0), mid(8, 1_000), mid(2, 4_000)];
    // 4, then 8 for three intervals.
    expect(valuesOf(ema({ period: 4, every: 1_000 }), inputs)).toEqual([nan, nan, 7]);
  });

  it('with `every`, an interval that ends with the price unknown is none', () => {
    const inputs = [mid(4, 0), mid(nan, 500), mid(nan, 5_000), mid(6, 5_500), mid(1, 6_000)];
    expect(valuesOf(logReturn({ every: '1s' }), inputs)).toEqual([nan, nan, nan, nan, nan]);
    expect(valuesOf(ema({ period: 1, every: '1s' }), inputs)).toEqual([nan, nan, nan, nan, 6]);
  });

  it.each([
    ['ema', ema({ period: 3, every: 1 })],
    ['rsi', rsi({ period: 3, every: 1 })],
    ['zScore', zScore({ window: 3, every: 1 })],
    ['momentum', momentum({ lookback: 3, every: 1 })],
    ['realisedVolatility', realisedVolatility({ window: 3, every: 1 })],
  ])('%s: a silence of a million intervals ends as each of them would have', (_name, feature) => {
    const start = [5, 7, 6, 8, 5, 9].map((value, index) => mid(value, index));
    const jump = valuesOf(feature, [...start, mid(4, 1_000_005)]).at(-1) as number;
    const each = valuesOf(feature, [
      ...start,
      ...Array.from({ length: 2_500 }, (_, index) => mid(9, 6 + index)),
      mid(4, 2_506),
    ]).at(-1) as number;
    if (Number.isNaN(each)) expect(jump).toBeNaN();
    else expect(jump).toBeCloseTo(each, 13);
  });

  it('passes over prices that have no logarithm, without a trace', () => {
    const values = valuesOf(realisedVolatility({ window: 1 }), [mid(2), mid(-1), mid(4), mid(4 * Math.E)]);
    expect(values.slice(0, 3)).toEqual([nan, nan, nan]);
    expect(values[3]).toBeCloseTo(1, 14);
    expect(valuesOf(momentum(), [mid(0), mid(1), mid(2)])).toEqual([nan, nan, 1]);
  });
});

describe('units', () => {
  it('realised volatility scales with the root of time', () => {
    const prices = [100, 101, 100, 102].map((price, index) => mid(price, index * 1_000));
    const inputs = [...prices, mid(102, 4_000)];
    const oneSample = valuesOf(realisedVolatility({ window: 3, every: '1s' }), inputs).at(-1) as number;
    const anHour = valuesOf(realisedVolatility({ window: 3, every: '1s', per: '1h' }), inputs).at(
      -1,
    ) as number;
    expect(anHour).toBeCloseTo(oneSample * 60, 13);
  });

  it('an rsi is 100 with gains only, 0 with losses only, with neither 0 as in TA-Lib, or 50', () => {
    const last = (prices: number[], flat?: 0 | 50) =>
      valuesOf(
        rsi({ period: 2, of: 'barClose', ...(flat !== undefined && { flat }) }),
        prices.map((barClose) => input({ barClose })),
      ).at(-1);
    expect([last([1, 2, 3, 4]), last([4, 3, 2, 1])]).toEqual([100, 0]);
    expect([last([1, 1, 1, 1]), last([1, 1, 1, 1], 0), last([1, 1, 1, 1], 50)]).toEqual([0, 0, 50]);
    // Quiet after a move: what is left of the averages is a gain still.
    expect(last([1, 2, 2, 2, 2, 2])).toBe(100);
    expect(() => rsi({ flat: 30 as 50 })).toThrow('rsi.flat must be 0 or 50, not 30');
    // A coin of a hundred-millionth: TA-Lib would call its changes nothing.
    expect(last([1e-15, 2e-15, 1e-15])).toBeCloseTo(50, 9);
  });
});
