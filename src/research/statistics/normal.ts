import { refuse } from '../../domain/check.js';

const SQRT_TWO_PI = Math.sqrt(2 * Math.PI);

/** Density of the standard normal distribution. */
const density = (x: number): number => Math.exp(-0.5 * x * x) / SQRT_TWO_PI;

/**
 * Probability that a standard normal variable is at most `x`; `NaN` for `NaN`. Its relative error is below 1e-12, in the
 * lower tail too.
 *
 * By the series about 0 (Abramowitz and Stegun 26.2.11) near the middle, by the continued fraction of the tail (26.2.14) elsewhere.
 *
 * @example
 * normalCdf(1.959963984540054); // 0.975
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  if (x > 0) return 1 - lowerTail(-x);
  return lowerTail(x);
}

/** For x of at most 0. */
function lowerTail(x: number): number {
  const distance = -x;
  if (distance > 38.6) return 0;
  if (distance < 3) {
    // 1/2 - density * (d + d^3/3 + d^5/(3*5) + ...)
    let term = distance;
    let sum = distance;
    for (let nth = 1; term > sum * 1e-17; nth++) {
      term *= (distance * distance) / (2 * nth + 1);
      sum += term;
    }
    return 0.5 - density(distance) * sum;
  }
  // 1/(d + 1/(d + 2/(d + 3/(d + ...)))), from the inside.
  let fraction = distance;
  for (let nth = 200; nth >= 1; nth--) fraction = distance + nth / fraction;
  return density(distance) / fraction;
}

// Coefficients of a rational first guess (P. J. Acklam), good to 1.2e-9; Halley's method does the rest.
const A = [
  -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1,
  2.506628277459239,
] as const;
const B = [
  -5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1,
  1,
] as const;
const C = [
  -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
] as const;
const D = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1] as const;

const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);

/**
 * The value that a standard normal variable stays below with a probability: the inverse of {@link normalCdf}, with a
 * relative error below 1e-12 (absolute near 0).
 *
 * @throws ConfigurationError for a probability that is not from 0 to 1; 0 and 1 give infinities
 * @example
 * normalQuantile(0.975); // 1.959963984540054
 */
export function normalQuantile(probability: number): number {
  if (!(probability >= 0 && probability <= 1))
    refuse('the probability of a quantile', 'a number from 0 to 1', probability);
  if (probability === 0) return Number.NEGATIVE_INFINITY;
  if (probability === 1) return Number.POSITIVE_INFINITY;
  if (probability === 0.5) return 0;
  // 1 - p is exact from a half on.
  return probability > 0.5 ? -lowerQuantile(1 - probability) : lowerQuantile(probability);
}

/** For probabilities below a half. */
function lowerQuantile(probability: number): number {
  let x: number;
  if (probability < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(probability));
    x = polynomial(C, q) / polynomial(D, q);
  } else {
    const q = probability - 0.5;
    x = (polynomial(A, q * q) * q) / polynomial(B, q * q);
  }
  for (let round = 0; round < 2; round++) {
    const error = (lowerTail(Math.min(x, 0)) - probability) / density(x);
    x -= error / (1 + (x * error) / 2);
  }
  return x;
}
