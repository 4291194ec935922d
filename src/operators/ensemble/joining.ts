import { integerAtLeast, knownKeys, numberAtLeast, positiveNumber } from '../../domain/check.js';
import type { Decision } from '../../domain/decision.js';
import type { Plain } from '../../domain/plain.js';

/** What is learned of agents from what their decisions would have earned on paper. */
export interface Learner {
  /** The returns of one interval, by agent, sorted by name: only of those that wanted something held. */
  observe(returns: ReadonlyMap<string, number>): void;
  /** At least 0; only ratios count. */
  weightOf(agent: string): number;
  save(): Plain;
}

/** How the decisions about one thing become one. */
export interface Joining {
  readonly name: string;
  readonly fingerprint: string;
  /** A fresh learner, or one that goes on from what it saved. */
  readonly learner?: (saved: Plain | undefined) => Learner;
  /**
   * Fills each decision's part of the exposure, `NaN` where it has none.
   *
   * @param gates how far each agent counts now, from 0; one with 0 has no part
   */
  readonly join: (
    decisions: readonly Decision[],
    gates: readonly number[],
    parts: number[],
    learner: Learner | undefined,
  ) => void;
}

/** Σ weight·exposure / Σ weight; who has no weight abstains. */
export function pool(decisions: readonly Decision[], weights: readonly number[], parts: number[]): void {
  let total = 0;
  for (const weight of weights) total += weight;
  for (let at = 0; at < decisions.length; at++) {
    const weight = weights[at] as number;
    parts[at] = weight > 0 ? (weight / total) * (decisions[at] as Decision).exposure : Number.NaN;
  }
}

/** A joining that pools, each agent weighing as the learner says. */
export function pooled(
  name: string,
  fingerprint: string,
  weigh: (decision: Decision, learner: Learner | undefined) => number,
  learner?: Joining['learner'],
): Joining {
  const weights: number[] = [];
  return {
    name,
    fingerprint,
    ...(learner === undefined ? {} : { learner }),
    join: (decisions, gates, parts, learned) => {
      weights.length = decisions.length;
      for (let at = 0; at < decisions.length; at++) {
        const made = decisions[at] as Decision;
        weights[at] = made.confidence > 0 ? weigh(made, learned) * (gates[at] as number) : 0;
      }
      pool(decisions, weights, parts);
    },
  };
}

/**
 * Every agent that is sure of anything weighs the same.
 *
 * ```
 * decisions  a---b---      1 (confidence 0.2), -0.5 (confidence 1)
 * exposure   x---y---      1, then (1 − 0.5) / 2 = 0.25
 * ```
 *
 * @example
 * ensemble({ joining: equalWeights() });
 */
export const equalWeights = (): Joining => pooled('equalWeights', '', () => 1);

/**
 * Every agent weighs as much as it is sure: Σ confidence·exposure / Σ confidence.
 *
 * @example
 * ensemble({ joining: confidenceWeights() });
 */
export const confidenceWeights = (): Joining =>
  pooled('confidenceWeights', '', ({ confidence }) => confidence);

/** When a vote carries. */
export interface VoteOptions {
  /** Exposures smaller than this are a vote for flat. @default 0.05 */
  readonly deadBand?: number;
}

/**
 * The side that more than half of the voters want, at the mean of what its voters want; otherwise flat.
 *
 * ```
 * decisions  a---b---c---      1, -1, 0.5
 * exposure   x---z---y---      1; flat, since one against one is no majority; (1 + 0.5) / 2
 * ```
 *
 * @example
 * ensemble({ joining: majorityVote() });
 */
export function majorityVote(options: VoteOptions = {}): Joining {
  knownKeys('majorityVote', options, ['deadBand']);
  const deadBand = numberAtLeast('majorityVote.deadBand', options.deadBand ?? 0.05, 0, 1);
  return vote('majorityVote', `${deadBand}`, deadBand, (side, voters) => 2 * side > voters);
}

/**
 * As {@link majorityVote}; at least `atLeast` voters must want the side, and fewer the other.
 *
 * @example
 * ensemble({ joining: quorumVote({ atLeast: 3 }) });
 */
export function quorumVote(options: VoteOptions & { readonly atLeast: number }): Joining {
  knownKeys('quorumVote', options, ['deadBand', 'atLeast']);
  const deadBand = numberAtLeast('quorumVote.deadBand', options.deadBand ?? 0.05, 0, 1);
  const atLeast = integerAtLeast('quorumVote.atLeast', options.atLeast, 1);
  return vote(
    'quorumVote',
    `${deadBand},${atLeast}`,
    deadBand,
    (side, _voters, other) => side >= atLeast && side > other,
  );
}

function vote(
  name: string,
  fingerprint: string,
  deadBand: number,
  carries: (side: number, voters: number, other: number) => boolean,
): Joining {
  return {
    name,
    fingerprint,
    join: (decisions, gates, parts) => {
      let long = 0;
      let short = 0;
      let voters = 0;
      for (let at = 0; at < decisions.length; at++) {
        const { exposure, confidence } = decisions[at] as Decision;
        parts[at] = Number.NaN;
        if (!(confidence > 0 && (gates[at] as number) > 0)) continue;
        parts[at] = 0;
        voters++;
        if (exposure >= deadBand && exposure > 0) long++;
        else if (exposure <= -deadBand && exposure < 0) short++;
      }
      const side = carries(long, voters, short) ? 1 : carries(short, voters, long) ? -1 : 0;
      if (side === 0) return;
      const winners = side > 0 ? long : short;
      for (let at = 0; at < decisions.length; at++) {
        const { exposure } = decisions[at] as Decision;
        const wins =
          !Number.isNaN(parts[at]) && Math.sign(exposure) === side && Math.abs(exposure) >= deadBand;
        if (wins) parts[at] = exposure / winners;
      }
    },
  };
}

/** What the learners share: how fast they forget, and how much they must have seen. */
export interface MemoryOptions {
  /** Intervals after which a return counts half. @default 100 */
  readonly halfLife?: number;
  /** Returns of an agent before it is weighed by them; until all that speak have so many, they weigh the same. @default 20 */
  readonly warmUp?: number;
}

/** Checks {@link MemoryOptions}; `keep` is what a return is worth one interval later. */
export function memorySettings(
  at: string,
  { halfLife = 100, warmUp = 20 }: MemoryOptions,
): { readonly keep: number; readonly warmUp: number } {
  return {
    keep: 2 ** (-1 / positiveNumber(`${at}.halfLife`, halfLife)),
    warmUp: integerAtLeast(`${at}.warmUp`, warmUp, 1),
  };
}
