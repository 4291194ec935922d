import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ema,
  type Feature,
  logReturn,
  momentum,
  realisedVolatility,
  rsi,
  zScore,
} from '../../src/operators/features/index.js';
import { bars } from './inputs.js';
import { valuesOf } from './run.js';

const WINDOW = 5;
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

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
      return gain + loss === 0 ? 50 : 100 - 100 / (1 + gain / loss);
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
      const window = history.slice(-WINDOW);
      // About the first value: the sum of prices alone would lose four digits.
      const first = window[0] as number;
      const average = first + mean(window.map((value) => value - first));
      const deviation = Math.sqrt(mean(window.map((value) => (value - average) ** 2)));
      if (window.length < WINDOW || window.every((value) => value === first)) return Number.NaN;
      return ((window.at(-1) as number) - average) / deviation;
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
        expect(actual.map(Number.isNaN)).toEqual(expected.map(Number.isNaN));
        actual.forEach((value, index) => {
          const target = expected[index] as number;
          if (!Number.isNaN(value))
            expect(Math.abs(value - target)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(target)));
        });
        expect(actual.findIndex((value) => !Number.isNaN(value))).toBeGreaterThanOrEqual(feature.warmUp - 1);
      }),
      { numRuns: 150 },
    );
  });
});
