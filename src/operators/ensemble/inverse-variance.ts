import { knownKeys } from '../../domain/check.js';
import type { Plain } from '../../domain/plain.js';
import { type Joining, type Learner, type MemoryOptions, memorySettings, pooled } from './joining.js';

interface Moments {
  readonly [key: string]: number;
  count: number;
  weight: number;
  mean: number;
  /** Weighted sum of squares about the mean. */
  squares: number;
}

class VarianceLearner implements Learner {
  readonly #keep: number;
  readonly #warmUp: number;
  readonly #moments: Map<string, Moments>;

  constructor(keep: number, warmUp: number, saved: Plain | undefined) {
    this.#keep = keep;
    this.#warmUp = warmUp;
    this.#moments = new Map(
      ((saved ?? []) as readonly (readonly [string, Moments])[]).map(([agent, one]) => [agent, { ...one }]),
    );
  }

  observe(returns: ReadonlyMap<string, number>): void {
    for (const [agent, value] of returns) {
      let one = this.#moments.get(agent);
      if (one === undefined) {
        one = { count: 0, weight: 0, mean: 0, squares: 0 };
        this.#moments.set(agent, one);
      }
      one.count += 1;
      one.weight = one.weight * this.#keep + 1;
      const away = value - one.mean;
      one.mean += away / one.weight;
      one.squares = one.squares * this.#keep + away * (value - one.mean);
    }
  }

  /** 0: not known yet; a variance of nothing is taken for the least that a float can tell. */
  weightOf(agent: string): number {
    const one = this.#moments.get(agent);
    if (one === undefined || one.count < this.#warmUp) return Number.NaN;
    return 1 / Math.max(one.squares / one.weight, 1e-18);
  }

  save(): Plain {
    return [...this.#moments].sort(([a], [b]) => (a < b ? -1 : 1)).map(([agent, one]) => [agent, { ...one }]);
  }
}

/**
 * Every agent weighs by the inverse of the variance of what it would have earned: the steady ones more.
 *
 * weight = confidence / variance, with an exponentially weighted variance of the returns on paper (West 1979); the same
 * for all until each that speaks has warmed up.
 *
 * @example
 * ensemble({ joining: inverseVariance({ halfLife: 200 }) });
 */
export function inverseVariance(options: MemoryOptions = {}): Joining {
  knownKeys('inverseVariance', options, ['halfLife', 'warmUp']);
  const { keep, warmUp } = memorySettings('inverseVariance', options);
  return warming(
    pooledByLearner(
      'inverseVariance',
      `${keep},${warmUp}`,
      (saved) => new VarianceLearner(keep, warmUp, saved),
    ),
  );
}

/** Pools by confidence and learned weight. */
export const pooledByLearner = (
  name: string,
  fingerprint: string,
  learner: NonNullable<Joining['learner']>,
): Joining =>
  pooled(
    name,
    fingerprint,
    ({ agent, confidence }, learned) => confidence * (learned?.weightOf(agent) ?? 1),
    learner,
  );

/** While the weight of anybody who speaks is unknown (`NaN`), all weigh by their confidence alone. */
export function warming(joining: Joining): Joining {
  const known: Learner = { observe: () => undefined, weightOf: () => 1, save: () => null };
  return {
    ...joining,
    join: (decisions, gates, parts, learner) => {
      let warm = learner !== undefined;
      for (let at = 0; warm && at < decisions.length; at++) {
        const { agent, confidence } = decisions[at] as (typeof decisions)[number];
        const speaks = confidence > 0 && (gates[at] as number) > 0;
        if (speaks && Number.isNaN(learner?.weightOf(agent))) warm = false;
      }
      joining.join(decisions, gates, parts, warm ? learner : known);
    },
  };
}
