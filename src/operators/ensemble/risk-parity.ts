import { knownKeys } from '../../domain/check.js';
import { fromPlain, type Plain } from '../../domain/plain.js';
import { pooledByLearner, warming } from './inverse-variance.js';
import { type Joining, type Learner, type MemoryOptions, memorySettings } from './joining.js';
import { solveRiskParity } from './risk-parity-weights.js';

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
    const variances = warm.map((row) =>
      Math.max(((this.#products[row] as number[])[row] as number) / (this.#weights[row] as number), 1e-18),
    );
    const covariance = warm.map((row, place) =>
      warm.map((column, other) => {
        if (row === column) return variances[place] as number;
        const weight = Math.sqrt((this.#weights[row] as number) * (this.#weights[column] as number));
        // Both halves of the same number, which the order of summing made differ in the last bit.
        const product =
          (((this.#products[row] as number[])[column] as number) +
            ((this.#products[column] as number[])[row] as number)) /
          2;
        // A newcomer's own variance is known later than what he has in common with others.
        const most = Math.sqrt(variances[place] as number) * Math.sqrt(variances[other] as number);
        return Math.max(-most, Math.min(most, product / weight));
      }),
    );
    const weights = solveRiskParity(covariance);
    return new Map(warm.map((index, place) => [this.#agents[index] as string, weights[place] as number]));
  }
}

/**
 * Weighs agents so that each brings the same share of the risk of the whole, with the covariance of their returns on paper.
 *
 * weight = confidence × `riskParityWeights`; the same for all until each that speaks has warmed up.
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
