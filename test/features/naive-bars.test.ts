import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  adx,
  atr,
  cci,
  donchian,
  type Feature,
  garmanKlassVolatility,
  keltner,
  mfi,
  obv,
  parkinsonVolatility,
  rollingVwap,
  sessionVwap,
  stochastic,
} from '../../src/operators/features/index.js';
import { type Candle, candles } from './inputs.js';
import { valuesOf } from './run.js';

const PERIOD = 4;
const unknown = Number.NaN;
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
const column = (rows: readonly Candle[], at: number): number[] => rows.map((row) => row[at] as number);
const typical = (rows: readonly Candle[]): number[] =>
  rows.map(([, high, low, close]) => (high + low + close) / 3);
const highest = (rows: readonly Candle[]): number => Math.max(...column(rows, 1).slice(-PERIOD));
const lowest = (rows: readonly Candle[]): number => Math.min(...column(rows, 2).slice(-PERIOD));

function ranges(rows: readonly Candle[]): number[] {
  return rows.slice(1).map(([, high, low], index) => {
    const before = (rows[index] as Candle)[3];
    return Math.max(high - low, Math.abs(high - before), Math.abs(low - before));
  });
}

const wilder = (values: readonly number[], period: number): number =>
  values.length < period
    ? unknown
    : values
        .slice(period)
        .reduce((average, value) => (average * (period - 1) + value) / period, mean(values.slice(0, period)));

function fastK(rows: readonly Candle[]): number {
  if (rows.length < PERIOD) return unknown;
  const range = highest(rows) - lowest(rows);
  return range === 0 ? 0 : (100 * ((rows.at(-1) as Candle)[3] - lowest(rows))) / range;
}
const slowK = (rows: readonly Candle[]): number =>
  mean([0, 1, 2].map((back) => fastK(rows.slice(0, rows.length - back))));

/** Wilder's sums as TA-Lib seeds them: one change fewer than the period, then smoothing. */
function directions(
  rows: readonly Candle[],
  seeds: number,
): { plus: number; minus: number; range: number }[] {
  const all = ranges(rows);
  let plus = 0;
  let minus = 0;
  let range = 0;
  return all.map((each, index) => {
    const up = (rows[index + 1] as Candle)[1] - (rows[index] as Candle)[1];
    const down = (rows[index] as Candle)[2] - (rows[index + 1] as Candle)[2];
    const smooth = index >= seeds;
    plus = plus - (smooth ? plus / PERIOD : 0) + (up > down && up > 0 ? up : 0);
    minus = minus - (smooth ? minus / PERIOD : 0) + (down > up && down > 0 ? down : 0);
    range = range - (smooth ? range / PERIOD : 0) + each;
    return { plus, minus, range };
  });
}

function adxOf(rows: readonly Candle[], seeds: number): number {
  const sums = directions(rows, seeds).slice(PERIOD - 1);
  if (sums.length < PERIOD) return unknown;
  let value = 0;
  sums.forEach(({ plus, minus }, index) => {
    const index100 = plus + minus > 0 ? (100 * Math.abs(plus - minus)) / (plus + minus) : unknown;
    if (index < PERIOD) value += (Number.isNaN(index100) ? 0 : index100) / PERIOD;
    else if (!Number.isNaN(index100)) value = (value * (PERIOD - 1) + index100) / PERIOD;
  });
  return value;
}

const NAIVE: readonly [string, Feature, (rows: readonly Candle[]) => number][] = [
  ['stochastic %K', stochastic({ period: PERIOD, slowing: 3, signal: 2 }), slowK],
  [
    'stochastic %D',
    stochastic({ period: PERIOD, slowing: 3, signal: 2, line: 'd' }),
    (rows) => mean([slowK(rows), slowK(rows.slice(0, -1))]),
  ],
  [
    'cci',
    cci({ period: PERIOD }),
    (rows) => {
      const window = typical(rows).slice(-PERIOD);
      if (window.length < PERIOD) return unknown;
      const distances = window.map((value) => value - (window[0] as number));
      const average = mean(distances);
      const deviation = mean(distances.map((value) => Math.abs(value - average)));
      return deviation === 0 ? 0 : ((distances.at(-1) as number) - average) / (0.015 * deviation);
    },
  ],
  ['atr', atr({ period: PERIOD }), (rows) => wilder(ranges(rows), PERIOD)],
  [
    'atr as in the book',
    atr({ period: PERIOD, seed: 'wilder' }),
    (rows) => wilder([(rows[0] as Candle)[1] - (rows[0] as Candle)[2], ...ranges(rows)], PERIOD),
  ],
  ['adx', adx({ period: PERIOD }), (rows) => adxOf(rows, PERIOD - 1)],
  ['adx as in the book', adx({ period: PERIOD, seed: 'wilder' }), (rows) => adxOf(rows, PERIOD)],
  [
    'plusDi',
    adx({ period: PERIOD, line: 'plusDi' }),
    (rows) => {
      const { plus = unknown, range = unknown } = directions(rows, PERIOD - 1)[rows.length - 2] ?? {};
      return rows.length <= PERIOD ? unknown : range > 0 ? (100 * plus) / range : 0;
    },
  ],
  [
    'donchian',
    donchian({ period: PERIOD, line: 'middle' }),
    (rows) => (rows.length < PERIOD ? unknown : (highest(rows) + lowest(rows)) / 2),
  ],
  [
    'keltner',
    keltner({ period: PERIOD, atrPeriod: 3, multiple: 1.5, line: 'upper' }),
    (rows) => {
      const closes = column(rows, 3);
      if (closes.length < PERIOD) return unknown;
      const middle = closes
        .slice(PERIOD)
        .reduce(
          (value, close) => value + (2 / (PERIOD + 1)) * (close - value),
          mean(closes.slice(0, PERIOD)),
        );
      return middle + 1.5 * wilder(ranges(rows), 3);
    },
  ],
  [
    'obv',
    obv(),
    (rows) =>
      sum(
        rows.map(([, , , close, volume], index) =>
          index === 0 ? volume : volume * Math.sign(close - (rows[index - 1] as Candle)[3]),
        ),
      ),
  ],
  [
    'mfi',
    mfi({ period: PERIOD }),
    (rows) => {
      const prices = typical(rows);
      const flows = rows
        .slice(1)
        .map(([, , , , volume], index) => [
          // Rounding of a mean of three is no move.
          Math.sign(Math.round(1e9 * ((prices[index + 1] as number) - (prices[index] as number)))),
          (prices[index + 1] as number) * volume,
        ])
        .slice(-PERIOD) as [number, number][];
      if (rows.length <= PERIOD) return unknown;
      const up = sum(flows.map(([sign, flow]) => (sign > 0 ? flow : 0)));
      const down = sum(flows.map(([sign, flow]) => (sign < 0 ? flow : 0)));
      return up + down === 0 ? 0 : 100 - 100 / (1 + up / down);
    },
  ],
  [
    'rollingVwap',
    rollingVwap({ window: PERIOD, of: 'bar' }),
    (rows) => {
      const window = rows.slice(-PERIOD);
      const volumes = column(window, 4);
      if (window.length < PERIOD || sum(volumes) === 0) return unknown;
      return sum(typical(window).map((price, index) => price * (volumes[index] as number))) / sum(volumes);
    },
  ],
  [
    'sessionVwap',
    sessionVwap({ session: '5m', of: 'bar' }),
    (rows) => {
      const window = rows.slice(Math.floor((rows.length - 1) / 5) * 5);
      const volumes = column(window, 4);
      if (sum(volumes) === 0) return unknown;
      return sum(typical(window).map((price, index) => price * (volumes[index] as number))) / sum(volumes);
    },
  ],
  [
    'parkinsonVolatility',
    parkinsonVolatility({ window: PERIOD }),
    (rows) => {
      const squares = rows.slice(-PERIOD).map(([, high, low]) => Math.log(high / low) ** 2);
      return rows.length < PERIOD ? unknown : Math.sqrt(mean(squares) / (4 * Math.log(2)));
    },
  ],
  [
    'garmanKlassVolatility',
    garmanKlassVolatility({ window: PERIOD }),
    (rows) => {
      const terms = rows
        .slice(-PERIOD)
        .map(
          ([open, high, low, close]) =>
            Math.log(high / low) ** 2 / 2 - (2 * Math.log(2) - 1) * Math.log(close / open) ** 2,
        );
      return rows.length < PERIOD ? unknown : Math.sqrt(Math.max(mean(terms), 0));
    },
  ],
];

/** Bars whose close walks by up to 3% around 100, each opening where the last closed, some without volume. */
const walk = fc
  .array(
    fc.tuple(
      fc.integer({ min: -30, max: 30 }),
      fc.nat({ max: 20 }),
      fc.nat({ max: 20 }),
      fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 900 })),
    ),
    { minLength: 4 * PERIOD, maxLength: 40 },
  )
  .map((steps) => {
    let price = 1_000;
    return steps.map(([step, above, below, volume]): Candle => {
      const open = price;
      price += step;
      const high = Math.max(open, price) + above;
      const low = Math.min(open, price) - below;
      return [open / 10, high / 10, low / 10, price / 10, volume];
    });
  });

describe.each(NAIVE)('%s', (name, feature, naive) => {
  it('agrees with its formula over the whole history', () => {
    fc.assert(
      fc.property(walk, (rows) => {
        const actual = valuesOf(feature, candles(rows));
        rows.forEach((_row, index) => {
          const expected = naive(rows.slice(0, index + 1));
          const value = actual[index] as number;
          if (Number.isNaN(expected)) expect(value).toBeNaN();
          // The mean deviation of equal prices is nothing, or the last bit of the mean.
          else if (name !== 'cci' || new Set(typical(rows.slice(0, index + 1)).slice(-PERIOD)).size > 1)
            expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-12 * Math.max(100, Math.abs(expected)));
        });
        expect(actual.slice(0, feature.warmUp - 1).every(Number.isNaN)).toBe(true);
        if (rows.every(([, , , , volume]) => volume > 0)) expect(actual[feature.warmUp - 1]).not.toBeNaN();
      }),
      { numRuns: 60 },
    );
  });
});

it('typical prices that differ by rounding alone are the same: nothing flowed, and nothing deviates', () => {
  const rows = Array.from(
    { length: 40 },
    (_, index): Candle =>
      index % 2 === 0 ? [100, 100.03, 99.99, 100.01, 5] : [100.01, 100.01, 100.01, 100.01, 5],
  );
  expect(new Set(typical(rows)).size).toBe(2);
  expect(valuesOf(mfi({ period: 14, flat: 50 }), candles(rows)).at(-1)).toBe(50);
  for (const period of [20, 70]) {
    const flat = [...rows, ...rows];
    expect(valuesOf(cci({ period }), candles(flat)).at(-1)).toBe(0);
  }
});
