/** Moments of a sample. */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  /** Of the sample: divided by one less than the count; `NaN` below two values. */
  readonly deviation: number;
  /** Third standardised moment, of the sample as it is (no correction of bias). `NaN` where nothing varies. */
  readonly skewness: number;
  /** Fourth standardised moment: 3 for a normal distribution. `NaN` where nothing varies. */
  readonly kurtosis: number;
}

/**
 * Mean, deviation, skewness and kurtosis; a value that is no finite number makes all of them `NaN`.
 *
 * @example
 * moments([0.01, -0.02, 0.03]).mean; // 0.00667
 */
export function moments(values: readonly number[]): Moments {
  const count = values.length;
  let sum = 0;
  for (const value of values) sum += value;
  const mean = count === 0 || !Number.isFinite(sum) ? Number.NaN : sum / count;
  let [second, third, fourth] = [0, 0, 0];
  for (const value of values) {
    const square = (value - mean) ** 2;
    second += square;
    third += square * (value - mean);
    fourth += square * square;
  }
  // What differs from its mean by rounding alone does not vary.
  const varies = second > count * (1e-15 * Math.abs(mean)) ** 2 && second > 0;
  const variance = second / count;
  return {
    count,
    mean,
    deviation: count < 2 || Number.isNaN(mean) ? Number.NaN : varies ? Math.sqrt(second / (count - 1)) : 0,
    skewness: varies ? third / count / variance ** 1.5 : Number.NaN,
    kurtosis: varies ? fourth / count / variance ** 2 : Number.NaN,
  };
}
