import { ConfigurationError } from '../../domain/errors.js';

/** Rounds of coordinate descent, which soon comes near, and slowly nearer where parts are nearly opposite. */
const MOST_ROUNDS = 100;
/** Steps of Newton's method from there. */
const MOST_STEPS = 100;
const PRECISION = 1e-12;
/** Share by which rounding may miss. */
const SLACK = 1e-9;

/**
 * The weights, above 0 and adding up to 1, with which every part contributes the same share of the variance, or a budget's share.
 *
 * Solved by coordinate descent on ½ wᵀΣw − Σ budget·ln w (Griveau-Billion, Richard, Roncalli 2013), which has one minimum
 * for any covariance that is one, and by Newton's method (Spinu 2013) where that is slow.
 *
 * @param covariance symmetric, row by row; variances above 0
 * @param budgets shares of the variance, above 0 @default equal
 * @throws ConfigurationError for what is no covariance
 * @example
 * riskParityWeights([[0.04, 0], [0, 0.01]]); // [1/3, 2/3]
 */
export function riskParityWeights(
  covariance: readonly (readonly number[])[],
  budgets: readonly number[] = covariance.map(() => 1),
): readonly number[] {
  const size = covariance.length;
  if (budgets.length !== size || budgets.some((budget) => !(budget > 0 && Number.isFinite(budget))))
    throw new ConfigurationError(
      `riskParityWeights.budgets must be ${size} numbers above 0, not ${budgets.join(', ')}`,
    );
  for (let row = 0; row < size; row++) {
    const values = covariance[row] as readonly number[];
    if (values.length !== size || !values.every(Number.isFinite) || !((values[row] as number) > 0))
      throw new ConfigurationError(
        `riskParityWeights.covariance must be ${size} rows of ${size} numbers with variances above 0; row ${row} is ${values.join(', ')}`,
      );
  }
  const at = entryOf(covariance);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < row; column++) {
      // Apart, since the product of two small variances may be none.
      const most = Math.sqrt(at(row, row)) * Math.sqrt(at(column, column));
      if (Math.abs(at(row, column)) > most * (1 + SLACK))
        throw notACovariance(`row ${row} and column ${column} are correlated beyond 1`);
      if (Math.abs(at(row, column) - at(column, row)) > most * SLACK)
        throw notACovariance(`row ${row} and column ${column} tell another number than column and row`);
    }
  }
  const weights = solveRiskParity(covariance, budgets);
  let whole = 0;
  let parts = 0;
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      const part = (weights[row] as number) * at(row, column) * (weights[column] as number);
      whole += part;
      parts += Math.abs(part);
    }
  if (!(whole >= -SLACK * parts)) throw notACovariance('some weights would have a variance below 0');
  return weights;
}

const notACovariance = (why: string): ConfigurationError =>
  new ConfigurationError(`riskParityWeights.covariance must be that of something: ${why}`);

const entryOf =
  (covariance: readonly (readonly number[])[]) =>
  (row: number, column: number): number =>
    (covariance[row] as readonly number[])[column] as number;

/** As {@link riskParityWeights}, of what is nearly a covariance too; `NaN` where there is no answer. */
export function solveRiskParity(
  covariance: readonly (readonly number[])[],
  budgets: readonly number[] = covariance.map(() => 1),
): readonly number[] {
  const size = covariance.length;
  const at = entryOf(covariance);
  const total = budgets.reduce((sum, budget) => sum + budget, 0);
  const weights = budgets.map((_, index) => 1 / Math.sqrt(at(index, index)));
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let moved = 0;
    for (let index = 0; index < size; index++) {
      let others = 0;
      for (let other = 0; other < size; other++)
        if (other !== index) others += at(index, other) * (weights[other] as number);
      const variance = at(index, index);
      const share = (budgets[index] as number) / total;
      const weight = (Math.sqrt(others * others + 4 * variance * share) - others) / (2 * variance);
      moved = Math.max(moved, Math.abs(weight - (weights[index] as number)) / weight);
      weights[index] = weight;
    }
    if (moved < PRECISION) break;
    if (round === MOST_ROUNDS - 1)
      refine(
        covariance,
        budgets.map((budget) => budget / total),
        weights,
      );
  }
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** Newton's method, each step as long as it leads down and all weights stay above 0. */
function refine(
  covariance: readonly (readonly number[])[],
  shares: readonly number[],
  weights: number[],
): void {
  const times = (of: readonly number[]): readonly number[] =>
    covariance.map((row) => row.reduce((sum, value, column) => sum + value * (of[column] as number), 0));
  const height = (of: readonly number[]): number => {
    const products = times(of);
    return of.reduce((sum, weight, index) => {
      const share = shares[index] as number;
      return sum + (weight * (products[index] as number)) / 2 - share * Math.log(weight);
    }, 0);
  };
  for (let step = 0; step < MOST_STEPS; step++) {
    const products = times(weights);
    const rows = covariance.map((row, index) => {
      const weight = weights[index] as number;
      const share = shares[index] as number;
      const curved = row.map((value, column) =>
        column === index ? value + share / (weight * weight) : value,
      );
      return [...curved, share / weight - (products[index] as number)];
    });
    const way = solve(rows);
    const from = height(weights);
    let length = 1;
    let next = weights;
    for (let halving = 0; halving < 60; halving++, length /= 2) {
      const tried = weights.map((weight, index) => weight + length * (way[index] as number));
      if (!tried.every((weight) => weight > 0) || !(height(tried) <= from)) continue;
      next = tried;
      break;
    }
    if (next === weights) return;
    const moved = Math.max(...next.map((weight, index) => Math.abs(weight / (weights[index] as number) - 1)));
    next.forEach((weight, index) => {
      weights[index] = weight;
    });
    if (moved < PRECISION) return;
  }
}

/** Solves linear equations, the right side in the last column, by elimination with pivots. */
function solve(rows: number[][]): readonly number[] {
  const size = rows.length;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++)
      if (Math.abs(rows[row]?.[column] as number) > Math.abs(rows[pivot]?.[column] as number)) pivot = row;
    const chosen = rows[pivot] as number[];
    rows[pivot] = rows[column] as number[];
    rows[column] = chosen;
    for (let row = 0; row < size; row++) {
      if (row === column) continue;
      const other = rows[row] as number[];
      const factor = (other[column] as number) / (chosen[column] as number);
      for (let at = column; at <= size; at++)
        other[at] = (other[at] as number) - factor * (chosen[at] as number);
    }
  }
  return rows.map((row, index) => (row[size] as number) / (row[index] as number));
}
