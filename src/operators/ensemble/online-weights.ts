import { Chance, type ChanceState } from '../../domain/chance.js';
import { integerAtLeast, knownKeys, numberAtLeast, positiveNumber } from '../../domain/check.js';
import { fromPlain, type Plain } from '../../domain/plain.js';
import { pooledByLearner } from './inverse-variance.js';
import { type Joining, type Learner, type MemoryOptions, memorySettings } from './joining.js';

/** How weights follow gains. */
export interface ExponentialWeightsOptions {
  /** How strongly a return moves a weight: the logarithm of the weight grows by rate × return. @default 50 */
  readonly rate?: number;
  /** Share of the whole weight that is dealt out equally each interval, so that nobody is lost for ever. @default 0.01 */
  readonly share?: number;
}

class ExponentialLearner implements Learner {
  readonly #rate: number;
  readonly #share: number;
  /** They add up to 1. */
  readonly #weights: Map<string, number>;

  constructor(rate: number, share: number, saved: Plain | undefined) {
    this.#rate = rate;
    this.#share = share;
    this.#weights = new Map(fromPlain<readonly (readonly [string, number])[]>(saved ?? []));
  }

  observe(returns: ReadonlyMap<string, number>): void {
    for (const agent of returns.keys()) if (!this.#weights.has(agent)) this.#welcome(agent);
    const agents = [...this.#weights.keys()].sort();
    const best = Math.max(0, ...[...returns.values()].map((value) => this.#rate * value));
    let total = 0;
    // Relative to the best, so that no exponent overflows.
    const grown = agents.map((agent) => {
      const weight =
        (this.#weights.get(agent) as number) * Math.exp(this.#rate * (returns.get(agent) ?? 0) - best);
      total += weight;
      return weight;
    });
    agents.forEach((agent, index) => {
      const weight = total > 0 ? (grown[index] as number) / total : 1 / agents.length;
      this.#weights.set(agent, (1 - this.#share) * weight + this.#share / agents.length);
    });
  }

  /** Who is new gets an equal part of the whole. */
  #welcome(agent: string): void {
    const size = this.#weights.size + 1;
    for (const [other, weight] of this.#weights) this.#weights.set(other, (weight * (size - 1)) / size);
    this.#weights.set(agent, 1 / size);
  }

  weightOf(agent: string): number {
    // Who has not been weighed yet counts as one of the many.
    return this.#weights.get(agent) ?? 1 / (this.#weights.size + 1);
  }

  save(): Plain {
    return [...this.#weights].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

/**
 * Weights that grow exponentially with what each agent would have earned: Hedge (Freund and Schapire 1997), with a fixed
 * share for everybody (Herbster and Warmuth 1998), so that an agent whose time comes is found again.
 *
 * @example
 * ensemble({ joining: exponentialWeights() });
 */
export function exponentialWeights(options: ExponentialWeightsOptions = {}): Joining {
  knownKeys('exponentialWeights', options, ['rate', 'share']);
  const rate = positiveNumber('exponentialWeights.rate', options.rate ?? 50);
  const share = numberAtLeast('exponentialWeights.share', options.share ?? 0.01, 0, 1);
  return pooledByLearner(
    'exponentialWeights',
    `${rate},${share}`,
    (saved) => new ExponentialLearner(rate, share, saved),
  );
}

/** How chances are taken. */
export interface ThompsonSamplingOptions extends Omit<MemoryOptions, 'warmUp'> {
  readonly seed: number;
  /** Draws in an interval: an agent's weight is the share of draws that it wins. @default 32 */
  readonly draws?: number;
}

interface SavedSampler {
  readonly beliefs: readonly (readonly [string, Belief])[];
  readonly wins: readonly (readonly [string, number])[];
  readonly chance: ChanceState;
}

interface Belief {
  readonly [key: string]: number;
  weight: number;
  mean: number;
  squares: number;
}

class ThompsonLearner implements Learner {
  readonly #keep: number;
  readonly #draws: number;
  readonly #chance: Chance;
  readonly #beliefs: Map<string, Belief>;
  #wins: ReadonlyMap<string, number>;

  constructor(keep: number, draws: number, seed: number, plain: Plain | undefined) {
    this.#keep = keep;
    this.#draws = draws;
    this.#chance = new Chance(seed, 'thompsonSampling');
    const saved = plain === undefined ? undefined : fromPlain<SavedSampler>(plain);
    this.#beliefs = new Map((saved?.beliefs ?? []).map(([agent, one]) => [agent, { ...one }]));
    this.#wins = new Map(saved?.wins ?? []);
    if (saved !== undefined) this.#chance.restore(saved.chance);
  }

  observe(returns: ReadonlyMap<string, number>): void {
    for (const [agent, value] of returns) {
      let one = this.#beliefs.get(agent);
      if (one === undefined) {
        one = { weight: 0, mean: 0, squares: 0 };
        this.#beliefs.set(agent, one);
      }
      one.weight = one.weight * this.#keep + 1;
      const away = value - one.mean;
      one.mean += away / one.weight;
      one.squares = one.squares * this.#keep + away * (value - one.mean);
    }
    this.#draw();
  }

  #draw(): void {
    const agents = [...this.#beliefs.keys()].sort();
    const wins = new Map(agents.map((agent) => [agent, 0]));
    for (let draw = 0; draw < this.#draws; draw++) {
      let best = Number.NEGATIVE_INFINITY;
      let winner: string | undefined;
      for (const agent of agents) {
        const { weight, mean, squares } = this.#beliefs.get(agent) as Belief;
        // One return says nothing of its own spread; it is as uncertain as it is large.
        const variance = weight > 1 ? squares / (weight - 1) : mean * mean;
        const value = mean + Math.sqrt(variance / weight) * this.#normal();
        if (value <= best) continue;
        best = value;
        winner = agent;
      }
      if (winner !== undefined) wins.set(winner, (wins.get(winner) as number) + 1);
    }
    this.#wins = wins;
  }

  /** Box and Muller; 1 - u is never 0. */
  #normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.#chance.draw()));
    return radius * Math.cos(2 * Math.PI * this.#chance.draw());
  }

  weightOf(agent: string): number {
    const wins = this.#wins.get(agent);
    // Who has no results yet is tried as one of the many.
    return wins === undefined ? 1 / (this.#wins.size + 1) : wins / this.#draws;
  }

  save(): Plain {
    return {
      beliefs: [...this.#beliefs]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([agent, one]) => [agent, { ...one }]),
      wins: [...this.#wins],
      chance: [...this.#chance.save()],
    };
  }
}

/**
 * Weighs each agent by the chance that it is the best, as far as its returns on paper can tell (Thompson 1933): each interval draws
 * from what is believed of everyone's mean. What is uncertain is tried, what is known to be worse is not.
 *
 * The draws come from the seed and are part of snapshots: the same log gives the same weights.
 *
 * @example
 * ensemble({ joining: thompsonSampling({ seed: 7 }) });
 */
export function thompsonSampling(options: ThompsonSamplingOptions): Joining {
  knownKeys('thompsonSampling', options, ['seed', 'draws', 'halfLife']);
  const seed = integerAtLeast('thompsonSampling.seed', options.seed, 0);
  const draws = integerAtLeast('thompsonSampling.draws', options.draws ?? 32, 1);
  const { halfLife } = options;
  const { keep } = memorySettings('thompsonSampling', halfLife === undefined ? {} : { halfLife });
  return pooledByLearner(
    'thompsonSampling',
    `${keep},${draws},${seed}`,
    (saved) => new ThompsonLearner(keep, draws, seed, saved),
  );
}
