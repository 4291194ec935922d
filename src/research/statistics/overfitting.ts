import { integerAtLeast, refuse } from '../../domain/check.js';
import { moments } from './moments.js';

/** How often the best of one half of the data was below the middle in the other. */
export interface Overfitting {
  /** Probability of backtest overfitting, from 0 to 1: about a half where selection is worth nothing. */
  readonly probability: number;
  /** Ways in which the data were halved. */
  readonly splits: number;
  /** Of each way, the logit of the relative rank that the best in sample had out of sample; at most 0: below the middle. */
  readonly logits: readonly number[];
}

/**
 * The probability of backtest overfitting, by combinatorially symmetric cross-validation (Bailey, Borwein, López de Prado
 * and Zhu, Journal of Computational Finance 20(4), 2017).
 *
 * Time is cut into blocks. Each half of the blocks in turn is in sample: the trial with the best Sharpe ratio there
 * is looked up in the ranking of the other half.
 *
 * ```
 * blocks   1 2 3 4
 * in       1 2      1   3    1     4 ...
 * out          3 4    2   4    2 3   ...
 * ```
 *
 * @param returns of each trial, per period; equally many of each
 * @param blocks an even number from 2 to 20: 16 blocks are 12,870 halves @default 10
 * @throws ConfigurationError for fewer than two trials, unequal lengths, fewer than two returns a block, or returns that are no numbers
 * @example
 * overfitting(results.map(({ returns }) => returns)).probability; // 0.41: the choice is worth little
 */
export function overfitting(returns: readonly (readonly number[])[], blocks = 10): Overfitting {
  integerAtLeast('overfitting.blocks', blocks, 2);
  if (blocks % 2 !== 0 || blocks > 20) refuse('overfitting.blocks', 'an even number from 2 to 20', blocks);
  if (returns.length < 2) refuse('overfitting.returns', 'those of at least two trials', returns);
  const length = (returns[0] as readonly number[]).length;
  for (const [place, each] of returns.entries()) {
    if (each.length !== length)
      refuse(`overfitting.returns[${place}]`, `${length} returns, as the first trial has`, each.length);
    const wrong = each.find((value) => !Number.isFinite(value));
    if (wrong !== undefined) refuse(`overfitting.returns[${place}]`, 'finite numbers', wrong);
  }
  if (length < 2 * blocks)
    refuse('overfitting.returns', `at least ${2 * blocks} returns of each trial, two a block`, length);
  // As even as can be; the first ones are longer by one.
  const edges = Array.from(
    { length: blocks + 1 },
    (_, nth) => nth * Math.floor(length / blocks) + Math.min(nth, length % blocks),
  );
  const logits: number[] = [];
  for (const chosen of halves(blocks)) {
    const inSample = returns.map((each) => sharpeOf(each, edges, chosen, true));
    const outOfSample = returns.map((each) => sharpeOf(each, edges, chosen, false));
    const best = inSample.indexOf(Math.max(...inSample));
    const relative = rankOf(outOfSample, best) / (returns.length + 1);
    logits.push(Math.log(relative / (1 - relative)));
  }
  return {
    probability: logits.filter((logit) => logit <= 0).length / logits.length,
    splits: logits.length,
    logits,
  };
}

/** All ways to choose half of the blocks, as bits. */
function* halves(blocks: number): Generator<number> {
  for (let bits = 0; bits < 2 ** blocks; bits++) {
    let count = 0;
    for (let rest = bits; rest > 0; rest >>= 1) count += rest & 1;
    if (count === blocks / 2) yield bits;
  }
}

function sharpeOf(
  returns: readonly number[],
  edges: readonly number[],
  chosen: number,
  inside: boolean,
): number {
  const part: number[] = [];
  for (let block = 0; block + 1 < edges.length; block++)
    if (((chosen >> block) & 1) === (inside ? 1 : 0))
      part.push(...returns.slice(edges[block], edges[block + 1]));
  const { mean, deviation } = moments(part);
  // What does not vary and does not pay is as good as nothing.
  return deviation > 0 ? mean / deviation : mean > 0 ? Number.MAX_VALUE : mean < 0 ? -Number.MAX_VALUE : 0;
}

/** From 1 for the worst; equal ones share the mean of their ranks. */
function rankOf(values: readonly number[], place: number): number {
  const own = values[place] as number;
  let [below, equal] = [0, 0];
  for (const value of values) {
    if (value < own) below++;
    else if (value === own) equal++;
  }
  return below + (equal + 1) / 2;
}
