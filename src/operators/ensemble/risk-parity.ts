import { knownKeys } from '../../domain/check.js';
import { ConfigurationError } from '../../domain/errors.js';
import { fromPlain, type Plain } from '../../domain/plain.js';
import { pooledByLearner, warming } from './inverse-variance.js';
import { type Joining, type Learner, type MemoryOptions, memorySettings } from './joining.js';

/** Rounds of coordinate descent, which soon comes near, and slowly nearer where parts are nearly opposite. */
const MOST_ROUNDS = 100;
/** Steps of Newton's method from there. */
const MOST_STEPS = 100;
const PRECISION = 1e-12;

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
  const at = (row: number, column: number): number =>
    (covariance[row] as readonly number[])[column] as number;
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

class CovarianceLearner implements Learner {
  readonly #keep: number;
  readonly #warmUp: number;
  /** Sorted; a matrix row each. */
  #agents: string[];
  #counts: number[];
  #weights: number[];
  #means: number[];
  /** Exponentially weighted sums of products, by row. */
  #products: number[][];
  #solved: ReadonlyMap<string, number> | undefined;

  constructor(keep: number, warmUp: number, saved: Plain | undefined) {
    this.#keep = keep;
    this.#warmUp = warmUp;
    const state = fromPlain<{
      readonly agents: readonly string[];
      readonly counts: readonly number[];
      readonly weights: readonly number[];
      readonly means: readonly number[];
      readonly products: readonly (readonly number[])[];
    }>(saved ?? { agents: [], counts: [], weights: [], means: [], products: [] });
    this.#agents = [...state.agents];
    this.#counts = [...state.counts];
    this.#weights = [...state.weights];
    this.#means = [...state.means];
    this.#products = state.products.map((row) => [...row]);
  }

  observe(returns: ReadonlyMap<string, number>): void {
    for (const agent of returns.keys()) if (!this.#agents.includes(agent)) this.#welcome(agent);
    const away = this.#agents.map(
      (agent, index) => (returns.get(agent) ?? 0) - (this.#means[index] as number),
    );
    for (let row = 0; row < this.#agents.length; row++) {
      if (returns.has(this.#agents[row] as string)) {
        this.#counts[row] = (this.#counts[row] as number) + 1;
      }
      const weight = (this.#weights[row] as number) * this.#keep + 1;
      this.#weights[row] = weight;
      // Who wants nothing held earns nothing: that is a return of 0, not one that is missing.
      this.#means[row] = (this.#means[row] as number) + (away[row] as number) / weight;
    }
    for (let row = 0; row < this.#agents.length; row++) {
      const products = this.#products[row] as number[];
      for (let column = 0; column < this.#agents.length; column++) {
        const after = (returns.get(this.#agents[column] as string) ?? 0) - (this.#means[column] as number);
        products[column] = (products[column] as number) * this.#keep + (away[row] as number) * after;
      }
    }
    this.#solved = undefined;
  }

  weightOf(agent: string): number {
    this.#solved ??= this.#solve();
    return this.#solved.get(agent) ?? Number.NaN;
  }

  save(): Plain {
    return {
      agents: [...this.#agents],
      counts: [...this.#counts],
      weights: [...this.#weights],
      means: [...this.#means],
      products: this.#products.map((row) => [...row]),
    };
  }

  #welcome(agent: string): void {
    let place = 0;
    while (place < this.#agents.length && (this.#agents[place] as string) < agent) place++;
    this.#agents.splice(place, 0, agent);
    this.#counts.splice(place, 0, 0);
    this.#weights.splice(place, 0, 0);
    this.#means.splice(place, 0, 0);
    for (const row of this.#products) row.splice(place, 0, 0);
    this.#products.splice(place, 0, new Array<number>(this.#agents.length).fill(0));
  }

  #solve(): ReadonlyMap<string, number> {
    const warm = this.#agents
      .map((_, index) => index)
      .filter((index) => (this.#counts[index] as number) >= this.#warmUp);
    if (warm.length === 0) return new Map();
    const covariance = warm.map((row) =>
      warm.map((column) => {
        const weight = Math.sqrt((this.#weights[row] as number) * (this.#weights[column] as number));
        // Both halves of the same number, which the order of summing made differ in the last bit.
        const product =
          (((this.#products[row] as number[])[column] as number) +
            ((this.#products[column] as number[])[row] as number)) /
          2;
        return row === column ? Math.max(product / weight, 1e-18) : product / weight;
      }),
    );
    const weights = riskParityWeights(covariance);
    return new Map(warm.map((index, place) => [this.#agents[index] as string, weights[place] as number]));
  }
}

/**
 * Weighs agents so that each brings the same share of the risk of the whole, with the covariance of their returns on paper.
 *
 * weight = confidence × {@link riskParityWeights}; the same for all until each that speaks has warmed up.
 *
 * @example
 * ensemble({ joining: riskParity({ halfLife: 200 }) });
 */
export function riskParity(options: MemoryOptions = {}): Joining {
  knownKeys('riskParity', options, ['halfLife', 'warmUp']);
  const { keep, warmUp } = memorySettings('riskParity', options);
  return warming(
    pooledByLearner('riskParity', `${keep},${warmUp}`, (saved) => new CovarianceLearner(keep, warmUp, saved)),
  );
}
