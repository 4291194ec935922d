import { integerAtLeast, numberAtLeast, refuse } from '../../domain/check.js';
import { type Duration, milliseconds } from '../../domain/duration.js';
import { moments } from './moments.js';
import { normalCdf, normalQuantile } from './normal.js';

/** Milliseconds of a year of 365 days, in which markets that never close trade. */
export const YEAR = 31_536_000_000;

/** A Sharpe ratio, with what it is of. */
export interface SharpeRatio {
  /** Mean by deviation of the returns, per period; nothing is taken off for a riskless rate. `NaN` where nothing varies. */
  readonly perPeriod: number;
  /** Milliseconds of a period. */
  readonly period: number;
  /** {@link perPeriod} times the root of the periods in a year: right only for returns that do not depend on each other. */
  readonly annualised: number;
  /** Periods that a year was taken to have. */
  readonly periodsPerYear: number;
  /** Returns that it is made of. */
  readonly count: number;
  readonly skewness: number;
  /** 3 for a normal distribution. */
  readonly kurtosis: number;
}

/**
 * The Sharpe ratio of returns of equal periods (money or shares: it has no unit).
 *
 * @param returns profit of each period, in order
 * @param period how long one is
 * @param periodsPerYear @default a year of 365 days by the period
 * @throws ConfigurationError for a period that is none, or a count of periods that is not above 0
 * @example
 * sharpeRatio([12, -4, 7, 1], '1d').perPeriod;
 */
export function sharpeRatio(
  returns: readonly number[],
  period: Duration,
  periodsPerYear: number = YEAR / milliseconds('sharpeRatio.period', period),
): SharpeRatio {
  if (!(periodsPerYear > 0) || !Number.isFinite(periodsPerYear))
    refuse('sharpeRatio.periodsPerYear', 'a number above 0', periodsPerYear);
  const { count, mean, deviation, skewness, kurtosis } = moments(returns);
  const perPeriod = deviation > 0 ? mean / deviation : Number.NaN;
  return {
    perPeriod,
    period: milliseconds('sharpeRatio.period', period),
    annualised: perPeriod * Math.sqrt(periodsPerYear),
    periodsPerYear,
    count,
    skewness,
    kurtosis,
  };
}

/** What the probabilities below know of a Sharpe ratio: all of it is per period. */
export type ObservedSharpe = Pick<SharpeRatio, 'perPeriod' | 'count' | 'skewness' | 'kurtosis'>;

/**
 * The probability that the true Sharpe ratio is above a benchmark, given so many returns of such skewness and kurtosis
 * (Bailey and López de Prado, "The Sharpe ratio efficient frontier", Journal of Risk 15(2), 2012).
 *
 *     PSR = Z[(SR - SR*) sqrt(n - 1) / sqrt(1 - skewness SR + (kurtosis - 1)/4 SR^2)]
 *
 * @param benchmark per period, as the ratio is
 * @returns from 0 to 1; `NaN` for fewer than two returns, or where nothing varies
 * @example
 * probabilisticSharpe(sharpeRatio(returns, '1d'), 0); // 0.93: quite surely above 0
 */
export function probabilisticSharpe(sharpe: ObservedSharpe, benchmark = 0): number {
  const { perPeriod, count } = sharpe;
  if (count < 2) return Number.NaN;
  return normalCdf(((perPeriod - benchmark) * Math.sqrt(count - 1)) / Math.sqrt(spreadOf(sharpe)));
}

/** Variance of the estimate, but for the count; with few returns of odd shape the formula can give less than nothing. */
function spreadOf({ perPeriod, skewness, kurtosis }: ObservedSharpe): number {
  const variance = 1 - skewness * perPeriod + ((kurtosis - 1) / 4) * perPeriod * perPeriod;
  return variance > 0 ? variance : Number.NaN;
}

/**
 * How many returns it takes until a Sharpe ratio is above a benchmark with a confidence (the minimum track record length
 * of the same paper).
 *
 *     n = 1 + (1 - skewness SR + (kurtosis - 1)/4 SR^2) (z / (SR - SR*))^2
 *
 * @param confidence @default 0.95
 * @returns a number of returns, not rounded; `Infinity` where the ratio is not above the benchmark
 * @throws ConfigurationError for a confidence that is not between 0.5 and 1
 * @example
 * Math.ceil(minimumTrackRecord(sharpeRatio(returns, '1d'))); // 26 days
 */
export function minimumTrackRecord(sharpe: ObservedSharpe, benchmark = 0, confidence = 0.95): number {
  if (!(confidence > 0.5 && confidence < 1))
    refuse('minimumTrackRecord.confidence', 'a number above 0.5 and below 1', confidence);
  const { perPeriod } = sharpe;
  if (Number.isNaN(perPeriod) || Number.isNaN(benchmark)) return Number.NaN;
  if (perPeriod <= benchmark) return Number.POSITIVE_INFINITY;
  return 1 + spreadOf(sharpe) * (normalQuantile(confidence) / (perPeriod - benchmark)) ** 2;
}

const EULER_MASCHERONI = 0.577_215_664_901_532_9;

/**
 * The Sharpe ratio that the best of so many trials is expected to show although none has any skill (Bailey and López de Prado,
 * "The deflated Sharpe ratio", Journal of Portfolio Management 40(5), 2014).
 *
 *     E[max] = sqrt(V) ((1 - g) z(1 - 1/N) + g z(1 - 1/(N e))),  g = 0.5772...
 *
 * @param trials how many were tried, at least 1: for one it is 0
 * @param variance of the trials' Sharpe ratios, per period
 * @throws ConfigurationError for fewer than one trial, or a variance below 0
 * @example
 * expectedMaximumSharpe(100, 0.02); // 0.358 per period
 */
export function expectedMaximumSharpe(trials: number, variance: number): number {
  integerAtLeast('expectedMaximumSharpe.trials', trials, 1);
  numberAtLeast('expectedMaximumSharpe.variance', variance, 0);
  if (trials === 1) return 0;
  // z(1 - p) is -z(p), which is exact for very many trials too.
  const first = -normalQuantile(1 / trials);
  const second = -normalQuantile(1 / (trials * Math.E));
  return Math.sqrt(variance) * ((1 - EULER_MASCHERONI) * first + EULER_MASCHERONI * second);
}

/**
 * The probability that the best of several trials is better than what luck alone would have shown: its
 * {@link probabilisticSharpe} against {@link expectedMaximumSharpe}.
 *
 * @param trials all that were tried, those that were thrown away included
 * @param variance of the Sharpe ratios of the trials, per period
 * @returns from 0 to 1; `NaN` where the ratio is unknown
 * @throws ConfigurationError as {@link expectedMaximumSharpe}
 * @example
 * deflatedSharpe(best, 100, moments(trials.map(({ perPeriod }) => perPeriod)).deviation ** 2);
 */
export function deflatedSharpe(sharpe: ObservedSharpe, trials: number, variance: number): number {
  return probabilisticSharpe(sharpe, expectedMaximumSharpe(trials, variance));
}
