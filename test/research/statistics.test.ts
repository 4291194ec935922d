import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  benjaminiHochberg,
  deflatedSharpe,
  expectedMaximumSharpe,
  holm,
  judgeSelection,
  minimumTrackRecord,
  moments,
  normalCdf,
  normalQuantile,
  overfitting,
  probabilisticSharpe,
  sharpeRatio,
} from '../../src/research/index.js';
import { runs } from '../runs.js';
import { CDF, NOISE, QUANTILE, RETURNS, SKILLED } from './statistics.vectors.js';

const close = (received: number, expected: number, relative = 1e-12): void => {
  expect(Math.abs(received - expected), `${received} for ${expected}`).toBeLessThanOrEqual(
    relative * Math.max(Math.abs(expected), 1e-300),
  );
};

const columns = (rows: readonly (readonly number[])[]): number[][] =>
  (rows[0] as readonly number[]).map((_, column) => rows.map((row) => row[column] as number));

describe('the normal distribution', () => {
  test.each(CDF.filter(([x]) => x > -38))('cdf of %f', (x, probability) => close(normalCdf(x), probability));

  test.each(QUANTILE)('quantile of %f', (probability, x) => close(normalQuantile(probability), x));

  test('has the ends that it must have', () => {
    expect(normalCdf(Number.NEGATIVE_INFINITY)).toBe(0);
    expect(normalCdf(Number.POSITIVE_INFINITY)).toBe(1);
    expect(normalCdf(Number.NaN)).toBeNaN();
    expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
    for (const wrong of [-0.1, 1.1, Number.NaN]) expect(() => normalQuantile(wrong)).toThrow('from 0 to 1');
  });

  test('rises, is symmetric, and its quantile is its inverse', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -8, max: 8, noNaN: true }),
        fc.double({ min: 1e-9, max: 1, noNaN: true }),
        (x, step) => {
          // But for the last bits, where the one formula ends and the other begins.
          expect(normalCdf(x + step)).toBeGreaterThanOrEqual(normalCdf(x) * (1 - 1e-13));
          expect(Math.abs(normalCdf(x) + normalCdf(-x) - 1)).toBeLessThan(1e-15);
          if (x < -0.001) close(normalQuantile(normalCdf(x)), x, 1e-9);
        },
      ),
      { numRuns: runs(200) },
    );
  });
});

describe('Sharpe ratios', () => {
  const sharpe = sharpeRatio(RETURNS, '1d');

  test('say their period and how they were annualised', () => {
    expect(sharpe).toMatchObject({ period: 86_400_000, periodsPerYear: 365, count: 20 });
    close(sharpe.perPeriod, 0.3466382880854313);
    close(sharpe.annualised, 0.3466382880854313 * Math.sqrt(365));
    close(sharpe.skewness, -0.08691942939657298);
    close(sharpe.kurtosis, 2.2833860747591626);
    expect(sharpeRatio(RETURNS, '1d', 252).annualised).toBeCloseTo(0.3466382880854313 * Math.sqrt(252), 12);
  });

  test('probabilistic: as NumPy and SciPy have it', () => {
    close(probabilisticSharpe(sharpe), 0.9280748349241761);
    close(probabilisticSharpe(sharpe, 0.1), 0.8508187734524296);
  });

  test('deflated: as NumPy and SciPy have it, and as the paper says', () => {
    close(expectedMaximumSharpe(2, 0.01), 0.05197553442805939);
    close(expectedMaximumSharpe(10, 0.01), 0.157459830134575);
    close(expectedMaximumSharpe(100, 0.02), 0.3578812932546415);
    close(expectedMaximumSharpe(1_000, 0.5), 2.3017184958900594);
    expect(expectedMaximumSharpe(1, 0.5)).toBe(0);
    expect(expectedMaximumSharpe(Number.MAX_SAFE_INTEGER, 1)).toBeGreaterThan(8);
    expect(expectedMaximumSharpe(Number.MAX_SAFE_INTEGER, 1)).toBeLessThan(9);
    close(deflatedSharpe(sharpe, 10, 0.01), 0.7874695208881325);
    // The example of the paper: 2.5 a year of 250 days, 1,250 days, 100 trials: SR0 0.1132, DSR 0.9004.
    const paper = { perPeriod: 2.5 / Math.sqrt(250), count: 1_250, skewness: -3, kurtosis: 10 };
    expect(expectedMaximumSharpe(100, 0.5 / 250)).toBeCloseTo(0.1132, 4);
    expect(deflatedSharpe(paper, 100, 0.5 / 250)).toBeCloseTo(0.9004, 4);
    close(deflatedSharpe(paper, 100, 0.5 / 250), 0.9003968344493903, 1e-11);
  });

  test('minimum track record: as NumPy and SciPy have it', () => {
    close(minimumTrackRecord(sharpe), 25.063007676597817);
    close(minimumTrackRecord(sharpe, 0.05, 0.99), 66.72693225909954);
    expect(minimumTrackRecord(sharpe, 1)).toBe(Number.POSITIVE_INFINITY);
    expect(() => minimumTrackRecord(sharpe, 0, 1)).toThrow('minimumTrackRecord.confidence');
  });

  test('are unknown where nothing varies, and where there is nothing', () => {
    for (const returns of [
      [],
      [1],
      [2, 2, 2],
      [0.1, 0.1, 0.1],
      [1, Number.NaN],
      [1, Number.POSITIVE_INFINITY],
    ]) {
      const unknown = sharpeRatio(returns, '1h');
      expect(unknown.perPeriod, `${returns}`).toBeNaN();
      expect(probabilisticSharpe(unknown)).toBeNaN();
      expect(minimumTrackRecord(unknown)).toBeNaN();
    }
    expect(() => sharpeRatio([1, 2], 0)).toThrow('sharpeRatio.period');
    expect(() => sharpeRatio([1, 2], '1d', -1)).toThrow('sharpeRatio.periodsPerYear');
    expect(() => expectedMaximumSharpe(0, 1)).toThrow('expectedMaximumSharpe.trials');
    expect(() => expectedMaximumSharpe(2, Number.NaN)).toThrow('expectedMaximumSharpe.variance');
  });

  test('moments do not depend on the unit', () => {
    const scaled = moments(RETURNS.map((value) => value * 1e6));
    close(scaled.skewness, sharpe.skewness, 1e-11);
    close(scaled.kurtosis, sharpe.kurtosis, 1e-11);
  });
});

describe('multiple testing', () => {
  const values = [0.01, 0.04, 0.03, 0.005, 0.5, 0.02, 0.9];

  test('Holm and Benjamini-Hochberg as SciPy has them', () => {
    const expected = {
      holm: [0.06, 0.12, 0.12, 0.035, 1, 0.1, 1],
      benjamini: [0.035, 0.055999999999999994, 0.0525, 0.035, 0.5833333333333334, 0.04666666666666667, 0.9],
    };
    for (const [place, value] of holm(values).entries())
      expect(value).toBeCloseTo(expected.holm[place] as number, 14);
    for (const [place, value] of benjaminiHochberg(values).entries())
      expect(value).toBeCloseTo(expected.benjamini[place] as number, 14);
    expect(holm([])).toEqual([]);
    expect(() => holm([0.1, Number.NaN])).toThrow('holm[1]');
    expect(() => benjaminiHochberg([-0.1])).toThrow('benjaminiHochberg[0]');
  });

  test('adjusting keeps the order and never makes a value smaller; Holm is the stricter', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }), (given) => {
        const [strict, loose] = [holm(given), benjaminiHochberg(given)];
        for (const [place, value] of given.entries()) {
          expect(loose[place]).toBeGreaterThanOrEqual(value * (1 - 1e-12));
          expect(strict[place]).toBeGreaterThanOrEqual((loose[place] as number) * (1 - 1e-12));
          for (const [other, theirs] of given.entries())
            if (theirs > value) expect(strict[other]).toBeGreaterThanOrEqual(strict[place] as number);
        }
      }),
      { numRuns: runs(100) },
    );
  });

  test('the best of many without skill is warned of, the best of few with it is not', () => {
    const noise = columns(NOISE).map((returns) => sharpeRatio(returns, '1d'));
    const verdict = judgeSelection(noise, 500);
    expect(verdict.trials).toBe(500);
    expect(verdict.warning).toMatch(/The best of 500 trials .* unremarkable/);
    const skilled = sharpeRatio(
      Array.from({ length: 400 }, (_, nth) => 0.5 + Math.sin(nth * 1.7)),
      '1d',
    );
    const weaker = sharpeRatio(
      Array.from({ length: 400 }, (_, nth) => 0.45 + Math.sin(nth * 1.3)),
      '1d',
    );
    expect(judgeSelection([weaker, skilled])).toMatchObject({ best: 1, warning: undefined });
    expect(judgeSelection([weaker, skilled]).holm[1]).toBeLessThan(0.001);
  });

  test('nothing known is said to be unknown', () => {
    const flat = sharpeRatio([0, 0, 0], '1d');
    expect(judgeSelection([])).toMatchObject({ best: -1, trials: 0 });
    expect(judgeSelection([flat, flat]).warning).toMatch(/No trial has a Sharpe ratio/);
    const same = sharpeRatio(RETURNS, '1d');
    expect(judgeSelection([same, same]).warning).toMatch(/do not differ/);
    expect(judgeSelection([same, same], Number.MAX_SAFE_INTEGER).holm).toEqual([1, 1]);
    expect(() => judgeSelection([same, same], 1)).toThrow('judgeSelection.trials');
    expect(() => judgeSelection([same], 1, 1)).toThrow('judgeSelection.confidence');
  });
});

describe('backtest overfitting', () => {
  test('as itertools and NumPy have it', () => {
    const skilled = overfitting(columns(SKILLED), 6);
    expect(skilled).toMatchObject({ probability: 0.15, splits: 20 });
    close(skilled.logits.reduce((sum, each) => sum + each, 0) / 20, 1.1612638977318677, 1e-10);
    const noise = overfitting(columns(NOISE), 6);
    expect(noise.probability).toBe(0.95);
    close(noise.logits.reduce((sum, each) => sum + each, 0) / 20, -0.8282191376793371, 1e-10);
  });

  test('a trial that is always better is never overfitted; equal trials are a coin', () => {
    const better = Array.from({ length: 40 }, (_, nth) => Math.sin(nth) + 3);
    expect(overfitting([better, better.map((value) => value - 2)]).probability).toBe(0);
    expect(overfitting([better, better]).logits.every((logit) => logit === 0)).toBe(true);
  });

  test('refuses what it cannot compare', () => {
    const one = Array.from({ length: 40 }, (_, nth) => nth);
    expect(() => overfitting([one])).toThrow('at least two trials');
    expect(() => overfitting([one, one.slice(1)])).toThrow('overfitting.returns[1]');
    expect(() => overfitting([one, one], 7)).toThrow('overfitting.blocks');
    expect(() => overfitting([one, one], 22)).toThrow('overfitting.blocks');
    expect(() => overfitting([one.slice(0, 19), one.slice(0, 19)])).toThrow('at least 20 returns');
    expect(() => overfitting([one, one.map(() => Number.NaN)])).toThrow('finite numbers');
  });
});
