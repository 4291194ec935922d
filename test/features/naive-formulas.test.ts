import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bollinger,
  dema,
  ema,
  type Feature,
  kama,
  logReturn,
  macd,
  momentum,
  rateOfChange,
  realisedVolatility,
  rollingMaximum,
  rollingMean,
  rollingMinimum,
  rollingQuantile,
  rollingSkewness,
  rollingVariance,
  rsi,
  sma,
  tema,
  wma,
  zScore,
} from '../../src/operators/features/index.js';
import { bars } from './inputs.js';
import { valuesOf } from './run.js';

const WINDOW = 5;
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The exponential averages of a whole series, seeded by a plain one; `NaN` at first. */
function averages(values: readonly number[], period: number): number[] {
  return values.map((_value, index) =>
    index + 1 < period
      ? Number.NaN
      : values
          .slice(period, index + 1)
          .reduce(
            (average, value) => (value * 2 + average * (period - 1)) / (period + 1),
            mean(values.slice(0, period)),
          ),
  );
}
/** The averages of what is known of a series, from its first number on. */
const again = (values: readonly number[], period: number): number[] => {
  const from = values.findIndex((value) => !Number.isNaN(value));
  if (from < 0) return values.map(() => Number.NaN);
  return [...values.slice(0, from), ...averages(values.slice(from), period)];
};
const last = (values: readonly number[]): number => values.at(-1) as number;
/** The last window, as distances from its first value, and their mean: sums of prices would lose four digits. */
function centred(history: readonly number[]): { first: number; average: number; distances: number[] } {
  const window = history.slice(-WINDOW);
  const first = window.length < WINDOW ? Number.NaN : (window[0] as number);
  const average = mean(window.map((value) => value - first));
  return { first, average, distances: window.map((value) => value - first - average) };
}
const moment = (history: readonly number[], order: number): number =>
  mean(centred(history).distances.map((distance) => distance ** order));
const bar = { of: 'barClose' } as const;

/** Each feature written out over the whole history, with no state. */
const NAIVE: readonly [string, Feature, (history: readonly number[]) => number][] = [
  [
    'ema',
    ema({ period: WINDOW, of: 'barClose' }),
    (history) =>
      history.length < WINDOW
        ? Number.NaN
        : history
            .slice(WINDOW)
            .reduce(
              (average, value) => (value * 2 + average * (WINDOW - 1)) / (WINDOW + 1),
              mean(history.slice(0, WINDOW)),
            ),
  ],
  [
    'rsi',
    rsi({ period: WINDOW, of: 'barClose' }),
    (history) => {
      if (history.length <= WINDOW) return Number.NaN;
      const changes = history.slice(1).map((value, index) => value - (history[index] as number));
      const smooth = (part: (change: number) => number) =>
        changes
          .slice(WINDOW)
          .reduce(
            (average, change) => (average * (WINDOW - 1) + part(change)) / WINDOW,
            mean(changes.slice(0, WINDOW).map(part)),
          );
      const gain = smooth((change) => Math.max(change, 0));
      const loss = smooth((change) => Math.max(-change, 0));
      return gain + loss === 0 ? 0 : 100 - 100 / (1 + gain / loss);
    },
  ],
  [
    'realisedVolatility',
    realisedVolatility({ window: WINDOW, of: 'barClose' }),
    (history) => {
      const returns = history.slice(1).map((value, index) => Math.log(value / (history[index] as number)));
      if (returns.length < WINDOW) return Number.NaN;
      return Math.sqrt(mean(returns.slice(-WINDOW).map((change) => change * change)));
    },
  ],
  [
    'momentum',
    momentum({ lookback: WINDOW, of: 'barClose' }),
    (history) => (history.at(-1) as number) / (history.at(-1 - WINDOW) ?? Number.NaN) - 1,
  ],
  [
    'logReturn',
    logReturn({ lookback: WINDOW, of: 'barClose' }),
    (history) => Math.log(history.at(-1) as number) - Math.log(history.at(-1 - WINDOW) ?? Number.NaN),
  ],
  [
    'zScore',
    zScore({ window: WINDOW, of: 'barClose' }),
    (history) => {
      const deviation = Math.sqrt(moment(history, 2));
      return deviation > 1e-6 ? last(centred(history).distances) / deviation : Number.NaN;
    },
  ],
  [
    'rateOfChange',
    rateOfChange({ lookback: 2, ...bar }),
    (h) => (100 * (last(h) - (h.at(-3) ?? Number.NaN))) / (h.at(-3) ?? 1),
  ],
  ['sma', sma({ period: WINDOW, ...bar }), (h) => (h.length < WINDOW ? Number.NaN : mean(h.slice(-WINDOW)))],
  [
    'wma',
    wma({ period: WINDOW, ...bar }),
    (h) =>
      h.length < WINDOW
        ? Number.NaN
        : h.slice(-WINDOW).reduce((sum, value, index) => sum + value * (index + 1), 0) / 15,
  ],
  ['dema', dema({ period: 3, ...bar }), (h) => 2 * last(averages(h, 3)) - last(again(averages(h, 3), 3))],
  [
    'tema',
    tema({ period: 3, ...bar }),
    (h) => {
      const one = averages(h, 3);
      const two = again(one, 3);
      return 3 * last(one) - 3 * last(two) + last(again(two, 3));
    },
  ],
  [
    'kama',
    kama({ period: 4, fast: 2, slow: 30, ...bar }),
    (h) => {
      let value = h[3] ?? Number.NaN;
      for (let at = 4; at < h.length; at++) {
        const way = [0, 1, 2, 3].map((back) =>
          Math.abs((h[at - back] as number) - (h[at - back - 1] as number)),
        );
        const noise = way.reduce((sum, step) => sum + step, 0);
        const net = Math.abs((h[at] as number) - (h[at - 4] as number));
        const efficiency = noise <= net ? 1 : net / noise;
        value += (efficiency * (2 / 3 - 2 / 31) + 2 / 31) ** 2 * ((h[at] as number) - value);
      }
      return h.length < 5 ? Number.NaN : value;
    },
  ],
  [
    'macd',
    macd({ fast: 2, slow: 4, signal: 3, line: 'histogram', ...bar }),
    (h) => {
      const slow = averages(h, 4);
      // TA-Lib's fast average begins so late that both are seeded by the same sample.
      const fast = [Number.NaN, Number.NaN, ...averages(h.slice(2), 2)].slice(0, h.length);
      const difference = slow.map((value, index) => (fast[index] as number) - value);
      return last(difference) - last(again(difference, 3));
    },
  ],
  [
    'macd, seeded on its own',
    macd({ fast: 2, slow: 4, signal: 3, line: 'signal', seed: 'own', ...bar }),
    (h) => {
      const slow = averages(h, 4);
      const fast = averages(h, 2);
      return last(
        again(
          slow.map((value, index) => (fast[index] as number) - value),
          3,
        ),
      );
    },
  ],
  ['rollingMean', rollingMean({ window: WINDOW, ...bar }), (h) => centred(h).first + centred(h).average],
  [
    'rollingVariance',
    rollingVariance({ window: WINDOW, over: 'sample', ...bar }),
    (h) => (moment(h, 2) * 5) / 4,
  ],
  [
    'rollingSkewness',
    rollingSkewness({ window: WINDOW, ...bar }),
    (h) => moment(h, 3) / (moment(h, 2) > 1e-9 ? moment(h, 2) ** 1.5 : Number.NaN),
  ],
  [
    'rollingMaximum',
    rollingMaximum({ window: WINDOW, ...bar }),
    (h) => (h.length < WINDOW ? Number.NaN : Math.max(...h.slice(-WINDOW))),
  ],
  [
    'rollingMinimum',
    rollingMinimum({ window: WINDOW, ...bar }),
    (h) => (h.length < WINDOW ? Number.NaN : Math.min(...h.slice(-WINDOW))),
  ],
  [
    'rollingQuantile',
    rollingQuantile({ window: WINDOW, quantile: 0.3, ...bar }),
    (h) => {
      if (h.length < WINDOW) return Number.NaN;
      const sorted = h.slice(-WINDOW).sort((a, b) => a - b) as [number, number, number];
      return sorted[1] + 0.2 * (sorted[2] - sorted[1]);
    },
  ],
  [
    'bollinger',
    bollinger({ period: WINDOW, deviations: 1.5, line: 'lower', ...bar }),
    (h) => centred(h).first + centred(h).average - 1.5 * Math.sqrt(moment(h, 2)),
  ],
  [
    'bollinger position',
    bollinger({ period: WINDOW, deviations: 2, line: 'position', ...bar }),
    (h) => {
      const deviation = Math.sqrt(moment(h, 2));
      const position = (last(centred(h).distances) + 2 * deviation) / (4 * deviation);
      return deviation > 1e-6 ? position : Number.NaN;
    },
  ],
];

/** Walks of cents around 60,000, as dear as prices get: cancellation would show here first. */
const walk = fc
  .array(fc.integer({ min: -300, max: 300 }), { minLength: 3 * WINDOW, maxLength: 80 })
  .map((steps) => {
    let cents = 6_000_000;
    return steps.map((step) => {
      cents += step;
      return cents / 100;
    });
  });

describe.each(NAIVE)('%s', (_name, feature, naive) => {
  it('agrees with its formula over the whole history', () => {
    fc.assert(
      fc.property(walk, (prices) => {
        const expected = prices.map((_price, index) => naive(prices.slice(0, index + 1)));
        const actual = valuesOf(feature, bars(prices));
        // What is counted in prices is as exact as prices are: the last bit of 60,000 is 7e-12.
        const scale = feature.unit === 'price' ? 60_000 : 1;
        expect(actual.map(Number.isNaN)).toEqual(expected.map(Number.isNaN));
        actual.forEach((value, index) => {
          const target = expected[index] as number;
          if (!Number.isNaN(value))
            expect(Math.abs(value - target)).toBeLessThanOrEqual(1e-12 * Math.max(scale, Math.abs(target)));
        });
        expect(actual.slice(0, feature.warmUp - 1).every(Number.isNaN)).toBe(true);
        // Flat windows have no z-score and no skewness.
        if (new Set(prices.slice(0, feature.warmUp).slice(-WINDOW)).size > 1)
          expect(actual[feature.warmUp - 1]).not.toBeNaN();
      }),
      { numRuns: 60 },
    );
  });
});
