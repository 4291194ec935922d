import { refuse } from '../../domain/check.js';
import { moments } from './moments.js';
import { deflatedSharpe, expectedMaximumSharpe, probabilisticSharpe, type SharpeRatio } from './sharpe.js';

/**
 * Adjusts p-values so that the chance of even one false discovery is no more than what they are held against (Holm 1979).
 *
 * @returns in the order given; none above 1
 * @throws ConfigurationError for a value that is not from 0 to 1
 * @example
 * holm([0.01, 0.04, 0.03]); // [0.03, 0.06, 0.06]
 */
export function holm(values: readonly number[]): readonly number[] {
  const order = ranked('holm', values);
  const adjusted = new Array<number>(values.length);
  let most = 0;
  for (const [rank, place] of order.entries()) {
    most = Math.max(most, Math.min(1, (values.length - rank) * (values[place] as number)));
    adjusted[place] = most;
  }
  return adjusted;
}

/**
 * Adjusts p-values so that of those that stay below a bound no larger share is expected to be false (Benjamini and
 * Hochberg 1995).
 *
 * @returns in the order given; none above 1
 * @throws ConfigurationError for a value that is not from 0 to 1
 * @example
 * benjaminiHochberg([0.01, 0.04, 0.03]); // [0.03, 0.04, 0.04]
 */
export function benjaminiHochberg(values: readonly number[]): readonly number[] {
  const order = ranked('benjaminiHochberg', values);
  const adjusted = new Array<number>(values.length);
  let least = 1;
  for (let rank = order.length - 1; rank >= 0; rank--) {
    const place = order[rank] as number;
    least = Math.min(least, ((values[place] as number) * values.length) / (rank + 1));
    adjusted[place] = least;
  }
  return adjusted;
}

/** Places by value, smallest first; equal ones as they stand. */
function ranked(name: string, values: readonly number[]): readonly number[] {
  for (const [place, value] of values.entries())
    if (!(value >= 0 && value <= 1)) refuse(`${name}[${place}]`, 'a probability from 0 to 1', value);
  return values
    .map((_, place) => place)
    .sort((a, b) => (values[a] as number) - (values[b] as number) || a - b);
}

/** What is left of the best result when the number of trials is told. */
export interface SelectionVerdict {
  readonly trials: number;
  /** Place of the best in the list, or -1 when none has a Sharpe ratio. */
  readonly best: number;
  /** Sharpe ratio of the best, per period. */
  readonly sharpe: number;
  /** What the best of so many without skill is expected to show, per period. */
  readonly expectedByLuck: number;
  /** Probability that the best is better than luck: its deflated Sharpe ratio. */
  readonly deflated: number;
  /** Of each trial: the chance to look so good or better without skill, adjusted for the number of trials. `NaN`: unknown. */
  readonly holm: readonly number[];
  /** A sentence to print beside the best result, or `undefined` where nothing is to be warned of. */
  readonly warning: string | undefined;
}

/**
 * Judges the best of several trials: how good it had to be by luck alone, what is left of it, and whether to warn.
 *
 * @param sharpes of all trials that have one
 * @param trials all that were tried, those that failed or were thrown away included @default as many as there are
 * @param confidence below which a warning is given @default 0.95
 * @throws ConfigurationError for fewer trials than ratios, or a confidence that is not between 0 and 1
 * @example
 * judgeSelection(results.map(({ sharpe }) => sharpe)).warning;
 */
export function judgeSelection(
  sharpes: readonly SharpeRatio[],
  trials: number = sharpes.length,
  confidence = 0.95,
): SelectionVerdict {
  if (!Number.isSafeInteger(trials) || trials < sharpes.length)
    refuse(
      'judgeSelection.trials',
      `an integer of at least ${sharpes.length}, the number of results`,
      trials,
    );
  if (!(confidence > 0 && confidence < 1))
    refuse('judgeSelection.confidence', 'a number above 0 and below 1', confidence);
  const known = sharpes.filter(({ perPeriod }) => Number.isFinite(perPeriod));
  let best = -1;
  for (const [place, { perPeriod }] of sharpes.entries()) {
    if (!Number.isFinite(perPeriod)) continue;
    if (best < 0 || perPeriod > (sharpes[best] as SharpeRatio).perPeriod) best = place;
  }
  const chances = sharpes.map((sharpe) => 1 - probabilisticSharpe(sharpe));
  const adjusted = adjustKnown(chances, trials);
  if (best < 0)
    return {
      trials,
      best,
      sharpe: Number.NaN,
      expectedByLuck: Number.NaN,
      deflated: Number.NaN,
      holm: adjusted,
      warning: 'No trial has a Sharpe ratio: their returns do not vary, or there are fewer than two.',
    };
  const winner = sharpes[best] as SharpeRatio;
  const { deviation } = moments(known.map(({ perPeriod }) => perPeriod));
  const variance = Number.isNaN(deviation) ? 0 : deviation * deviation;
  const expectedByLuck = expectedMaximumSharpe(trials, variance);
  const deflated = deflatedSharpe(winner, trials, variance);
  return {
    trials,
    best,
    sharpe: winner.perPeriod,
    expectedByLuck,
    deflated,
    holm: adjusted,
    warning: warningOf(winner, { trials, variance, expectedByLuck, deflated, confidence }),
  };
}

/** Holm's adjustment for all trials: those of which nothing is known count as tests, and are found by nobody. */
function adjustKnown(chances: readonly number[], trials: number): readonly number[] {
  const adjusted = chances.map(() => Number.NaN);
  const order = chances
    .flatMap((chance, place) => (Number.isNaN(chance) ? [] : [place]))
    .sort((a, b) => (chances[a] as number) - (chances[b] as number) || a - b);
  let most = 0;
  for (const [rank, place] of order.entries()) {
    most = Math.max(most, Math.min(1, (trials - rank) * (chances[place] as number)));
    adjusted[place] = most;
  }
  return adjusted;
}

function warningOf(
  { perPeriod, count }: SharpeRatio,
  of: {
    readonly trials: number;
    readonly variance: number;
    readonly expectedByLuck: number;
    readonly deflated: number;
    readonly confidence: number;
  },
): string | undefined {
  const { trials, variance, expectedByLuck, deflated, confidence } = of;
  if (deflated >= confidence) return undefined;
  const shown = `The best of ${trials} trial${trials === 1 ? '' : 's'} has a Sharpe ratio of ${perPeriod.toFixed(3)} per period`;
  if (trials > 1 && variance === 0)
    return `${shown}; the trials do not differ, so nothing can be said of luck among them.`;
  if (Number.isNaN(deflated)) return `${shown}; ${count} returns do not tell how sure that is.`;
  const luck = trials === 1 ? '' : `; luck alone would show ${expectedByLuck.toFixed(3)}`;
  const verdict =
    perPeriod <= expectedByLuck
      ? 'It is unremarkable'
      : `It is better than that with a probability of only ${(100 * deflated).toFixed(0)}%`;
  return `${shown}${luck}. ${verdict}: do not trade it for its rank.`;
}
