import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { riskParityWeights } from '../../src/operators/index.js';

/** What each part contributes to the variance of the whole, as a share. */
function contributions(
  covariance: readonly (readonly number[])[],
  weights: readonly number[],
): readonly number[] {
  const parts = weights.map((weight, row) =>
    weights.reduce(
      (sum, other, column) =>
        sum + weight * other * ((covariance[row] as readonly number[])[column] as number),
      0,
    ),
  );
  const total = parts.reduce((sum, part) => sum + part, 0);
  return parts.map((part) => part / total);
}

/** A covariance of some factors and some noise of each part's own. */
const covariances = fc
  .integer({ min: 1, max: 6 })
  .chain((size) =>
    fc.record({
      factors: fc.array(
        fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: size, maxLength: size }),
        {
          maxLength: 3,
        },
      ),
      own: fc.array(fc.double({ min: 1e-3, max: 1, noNaN: true }), { minLength: size, maxLength: size }),
    }),
  )
  .map(({ factors, own }) =>
    own.map((noise, row) =>
      own.map((_, column) =>
        factors.reduce(
          (sum, factor) => sum + (factor[row] as number) * (factor[column] as number),
          row === column ? noise : 0,
        ),
      ),
    ),
  );

describe('riskParityWeights', () => {
  test('every part contributes the same, whatever the covariance', () => {
    fc.assert(
      fc.property(covariances, (covariance) => {
        const weights = riskParityWeights(covariance);
        expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
        for (const weight of weights) expect(weight).toBeGreaterThan(0);
        for (const share of contributions(covariance, weights))
          expect(share).toBeCloseTo(1 / weights.length, 6);
      }),
    );
  });

  test('parts that are nearly opposite, too', () => {
    const covariance = [
      [0.17368259062494168, -0.4155509469301582],
      [-0.4155509469301582, 1.0009999934539404],
    ];
    for (const share of contributions(covariance, riskParityWeights(covariance)))
      expect(share).toBeCloseTo(0.5, 9);
  });

  test('budgets are shares of the variance', () => {
    const covariance = [
      [0.04, 0.01, 0],
      [0.01, 0.09, -0.02],
      [0, -0.02, 0.16],
    ];
    const shares = contributions(covariance, riskParityWeights(covariance, [1, 2, 5]));
    [1 / 8, 2 / 8, 5 / 8].forEach((share, index) => {
      expect(shares[index]).toBeCloseTo(share, 9);
    });
  });

  test('without correlation it is the inverse of the deviation, and the scale does not matter', () => {
    const [one, other] = riskParityWeights([
      [0.04, 0],
      [0, 0.01],
    ]);
    expect(one).toBeCloseTo(1 / 3, 12);
    expect(other).toBeCloseTo(2 / 3, 12);
    const tiny = riskParityWeights([
      [0.04e-12, 0],
      [0, 0.01e-12],
    ]);
    expect(tiny[0]).toBeCloseTo(1 / 3, 9);
    expect(riskParityWeights([])).toEqual([]);
  });

  test.each([
    [
      'rows that differ from columns',
      [
        [1, 0.5],
        [0.2, 1],
      ],
    ],
    [
      'a correlation above 1',
      [
        [1, 2],
        [2, 1],
      ],
    ],
    [
      'a variance of the whole below 0',
      [
        [1, -0.9, -0.9],
        [-0.9, 1, -0.9],
        [-0.9, -0.9, 1],
      ],
    ],
    ['a row that is missing', [[1, 0]]],
    ['what is no number', [[Number.NaN]]],
  ])('what is no covariance is refused: %s', (_what, covariance) => {
    expect(() => riskParityWeights(covariance)).toThrow('riskParityWeights.covariance must be');
  });

  test("parts that are one, or each other's opposite, have weights all the same", () => {
    for (const covariance of [
      [
        [1, 1],
        [1, 1],
      ],
      [
        [1, -1],
        [-1, 1],
      ],
    ]) {
      const [one, other] = riskParityWeights(covariance) as [number, number];
      expect(one).toBeCloseTo(0.5, 9);
      expect(other).toBeCloseTo(0.5, 9);
    }
  });

  // x with x·Σx = budgets, as published with the tests of QuantConnect LEAN (RiskParityPortfolioOptimizerTests), to six places.
  const [opposed, apart, alike, mild] = [
    [
      [0.25, -0.2],
      [-0.2, 0.25],
    ],
    [
      [0.01, 0],
      [0, 0.04],
    ],
    [
      [1, 0.45],
      [0.45, 0.25],
    ],
    [
      [0.25, 0.05],
      [0.05, 0.04],
    ],
  ] as const;
  test.each([
    [opposed, [0.5, 0.5], [3.162278, 3.162278]],
    [apart, [0.5, 0.5], [7.071068, 3.535534]],
    [alike, [0.5, 0.5], [0.512989, 1.025978]],
    [mild, [0.5, 0.5], [1.154701, 2.886751]],
    [opposed, [0.25, 0.75], [2.965685, 3.285618]],
    [apart, [0.25, 0.75], [5, 4.330127]],
    [alike, [0.25, 0.75], [0.264749, 1.510089]],
    [mild, [0.25, 0.75], [0.681774, 3.924933]],
  ])('agrees with published cases of two: %j with budgets %j', (covariance, budgets, unscaled) => {
    const sum = unscaled.reduce((all, value) => all + value, 0);
    riskParityWeights(covariance, budgets).forEach((weight, index) => {
      expect(weight).toBeCloseTo((unscaled[index] as number) / sum, 6);
    });
  });

  // By another method, in another language: x ← √(budget·x / Σx), element by element, 200,000 times, then scaled to 1.
  const three = [
    [0.04, 0.006, -0.012],
    [0.006, 0.09, 0.018],
    [-0.012, 0.018, 0.16],
  ];
  const four = [
    [1, 0.6, 0.2, 0.1],
    [0.6, 2, 0.3, 0.4],
    [0.2, 0.3, 3, 0.5],
    [0.1, 0.4, 0.5, 4],
  ];
  test.each([
    [three, [1, 1, 1], [0.485773569, 0.276254699, 0.237971732]],
    [three, [0.2, 0.3, 0.5], [0.415687601, 0.276421406, 0.307890993]],
    [four, [1, 1, 1, 1], [0.35147464, 0.236534679, 0.218746395, 0.193244285]],
    [four, [0.1, 0.2, 0.3, 0.4], [0.215526692, 0.237884006, 0.268499022, 0.278090281]],
  ])('agrees with a fixed point found elsewhere: %j with budgets %j', (covariance, budgets, expected) => {
    riskParityWeights(covariance, budgets).forEach((weight, index) => {
      expect(weight).toBeCloseTo(expected[index] as number, 8);
    });
  });

  test.each<[string, readonly (readonly number[])[], readonly number[] | undefined]>([
    ['row 0', [[0]], undefined],
    ['row 0', [[Number.NaN]], undefined],
    ['row 1', [[1, 0], [0]], undefined],
    ['budgets', [[1]], [0]],
    ['budgets', [[1]], [1, 1]],
  ])('refuses what is none: %s', (what, covariance, budgets) => {
    expect(() => riskParityWeights(covariance, budgets)).toThrow(what);
  });
});
