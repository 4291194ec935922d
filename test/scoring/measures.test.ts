import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Chance } from '../../src/domain/chance.js';
import {
  Adwin,
  correlation,
  kolmogorovSmirnov,
  populationStability,
  ranks,
} from '../../src/operators/index.js';
import { ScoreWindow } from '../../src/operators/scoring/score-window.js';

function normals(seed: number, count: number, shift = 0): readonly number[] {
  const chance = new Chance(seed, 'test');
  return Array.from(
    { length: count },
    () => shift + Math.sqrt(-2 * Math.log(1 - chance.draw())) * Math.cos(2 * Math.PI * chance.draw()),
  );
}

describe('figures', () => {
  test('of four predictions, by hand', () => {
    const window = new ScoreWindow(4);
    // The first falls out of the window.
    for (const [forecast, probability, outcome] of [
      [1, 1, 9],
      [1, 0.9, 0.02],
      [-1, 0.2, -0.01],
      [1, 0.6, -0.01],
      [-1, 0.4, 0],
    ] as const)
      window.push({ forecast, probability, outcome, profit: forecast * outcome });
    const figures = window.figures();
    expect(figures.count).toBe(4);
    expect(figures.hitRate).toBeCloseTo(2 / 3, 12);
    // (0.1² + 0.2² + 0.6² + 0.1²) / 4
    expect(figures.brier).toBeCloseTo(0.105, 12);
    // Rises: (1 + 0 + 0 + 0.5) / 4 = 0.375
    expect(figures.brierBaseline).toBeCloseTo((0.625 ** 2 + 2 * 0.375 ** 2 + 0.125 ** 2) / 4, 12);
    expect(figures.profit).toBeCloseTo(0.02, 12);
    expect(figures.informationCoefficient).toBeCloseTo(0.4082, 4);
    expect(figures.calibration.map(({ from, count, observed }) => [from, count, observed])).toEqual([
      [0.2, 1, 0],
      [0.4, 1, 0.5],
      [0.6, 1, 0],
      [0.9, 1, 1],
    ]);
  });

  test('of nothing are unknown', () => {
    const { count, hitRate, brier, informationCoefficient, rankCoefficient } = new ScoreWindow(3).figures();
    expect([count, hitRate, brier, informationCoefficient, rankCoefficient]).toEqual([0, NaN, NaN, NaN, NaN]);
  });

  test('correlation is of one scale, and between -1 and 1', () => {
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 3, maxLength: 20 });
    fc.assert(
      fc.property(values, (some) => {
        const other = some.map((value, index) => value * 3 + index);
        const found = correlation(some, other);
        expect(Number.isNaN(found) || (found >= -1 && found <= 1)).toBe(true);
        expect(correlation(other, some)).toBe(found);
      }),
    );
    expect(correlation([1, 2, 3], [2, 4, 6])).toBeCloseTo(1, 12);
    expect(correlation([1, 1, 1], [2, 4, 6])).toBeNaN();
    expect(ranks([10, 20, 10, 5])).toEqual([2.5, 4, 2.5, 1]);
  });
});

describe('populationStability', () => {
  test('is near 0 for the same, and grows with the shift', () => {
    const reference = normals(1, 2_000);
    expect(populationStability(reference, normals(2, 2_000))).toBeLessThan(0.05);
    // Two normals one deviation apart: the index tends to 1 with finer bins.
    expect(populationStability(reference, normals(3, 2_000, 1))).toBeGreaterThan(0.6);
    expect(populationStability(reference, normals(3, 2_000, 1))).toBeLessThan(1.4);
  });

  test('by hand: halves against a quarter and three', () => {
    const reference = [0, 0, 1, 1];
    expect(populationStability(reference, [0, 1, 1, 1], 2)).toBeCloseTo(0.25 * Math.log(0.75 / 0.25) + 0, 1);
    expect(populationStability(reference, reference, 2)).toBe(0);
    expect(populationStability([], [1])).toBeNaN();
    expect(populationStability([1, 1, 1], [1, 1])).toBeGreaterThanOrEqual(0);
  });

  test('values that repeat have a bin of their own: what is above them has drifted too', () => {
    const constant = new Array<number>(1_000).fill(5);
    expect(populationStability(constant, new Array(500).fill(5))).toBeLessThan(0.01);
    expect(populationStability(constant, new Array(500).fill(10))).toBeGreaterThan(1);
    expect(populationStability(constant, new Array(500).fill(1))).toBeGreaterThan(1);
    const seldom = constant.map((_, index) => (index % 20 === 0 ? 1 : 0));
    expect(populationStability(seldom, new Array(500).fill(1))).toBeGreaterThan(1);
    expect(populationStability(seldom, seldom.slice(0, 500))).toBeLessThan(0.01);
  });
});

describe('kolmogorovSmirnov', () => {
  test('the largest distance, and its likelihood', () => {
    expect(kolmogorovSmirnov([1, 2, 3], [1, 2, 3])).toEqual({ distance: 0, probability: 1 });
    expect(kolmogorovSmirnov([1, 2], [3, 4]).distance).toBe(1);
    expect(kolmogorovSmirnov([1, 1, 2], [1, 2, 2]).distance).toBeCloseTo(1 / 3, 12);
    expect(kolmogorovSmirnov([], [1])).toEqual({ distance: NaN, probability: NaN });
    expect(kolmogorovSmirnov(normals(1, 500), normals(2, 500)).probability).toBeGreaterThan(0.05);
    expect(kolmogorovSmirnov(normals(1, 500), normals(2, 500, 0.5)).probability).toBeLessThan(1e-6);
  });

  test('is a distance: symmetric, from 0 to 1', () => {
    const some = fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(some, some, (one, other) => {
        const { distance } = kolmogorovSmirnov(one, other);
        expect(distance).toBeGreaterThanOrEqual(0);
        expect(distance).toBeLessThanOrEqual(1);
        expect(kolmogorovSmirnov(other, one).distance).toBeCloseTo(distance, 12);
      }),
    );
  });
});

describe('Adwin', () => {
  test('hardly ever alarms over what does not change, and finds a shift of one deviation within 100 values', () => {
    let alarms = 0;
    const found: number[] = [];
    for (let seed = 0; seed < 20; seed++) {
      const adwin = new Adwin();
      for (const value of normals(seed, 1_000)) if (adwin.push(value)) alarms++;
      const after = normals(seed + 100, 300, 1).findIndex((value) => adwin.push(value));
      found.push(after < 0 ? 300 : after);
    }
    expect(alarms).toBe(0);
    expect(found.sort((a, b) => a - b)[10]).toBeLessThan(100);
  });

  test.each([1e-9, 1e-4, 1e6])('does not care in which unit values are told: one of %s', (unit) => {
    const plain = new Adwin();
    const scaled = new Adwin();
    [...normals(7, 600), ...normals(8, 200, 1)].forEach((value) => {
      expect(scaled.push(value * unit)).toBe(plain.push(value));
    });
    expect(scaled.count).toBe(plain.count);
    expect(scaled.count).toBeLessThan(800);
  });

  test.each([0, 0.1, -1 / 3, 1e8 + 0.1])(
    'a constant has no change point: %s; a step has one, within a few values',
    (constant) => {
      const adwin = new Adwin();
      for (let nth = 0; nth < 3_000; nth++) expect(adwin.push(constant)).toBe(false);
      const found = [...new Array(20).keys()].findIndex(() => adwin.push(constant + 1));
      expect(found).toBeGreaterThanOrEqual(0);
      expect(found).toBeLessThan(10);
    },
  );

  test('keeps what it was shown in few buckets, and goes on from what it saved', () => {
    const values = normals(4, 5_000);
    const whole = new Adwin();
    let parted = new Adwin();
    values.forEach((value, index) => {
      if (index === 1_234) {
        const next = new Adwin();
        next.restore(structuredClone(parted.save()));
        parted = next;
      }
      expect(parted.push(value)).toBe(whole.push(value));
    });
    expect(whole.count).toBe(5_000);
    expect((whole.save() as readonly unknown[]).length).toBeLessThan(80);
    expect(whole.mean).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / 5_000, 9);
    expect(whole.push(Number.NaN)).toBe(false);
    expect(whole.count).toBe(5_000);
  });
});
