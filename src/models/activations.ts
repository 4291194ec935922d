/** Turns the sums of a model into its answer, in place. */
export type Activation = (values: Float64Array) => void;

const each =
  (change: (value: number) => number): Activation =>
  (values) => {
    for (let index = 0; index < values.length; index++) values[index] = change(values[index] as number);
  };

/** Without overflow on either side. */
function logistic(value: number): number {
  if (value >= 0) return 1 / (1 + Math.exp(-value));
  const power = Math.exp(value);
  return power / (1 + power);
}

/** The logistic function of a multiple. */
export const sigmoid = (slope = 1): Activation => each((value) => logistic(slope * value));
export const exponential: Activation = each(Math.exp);
export const identity: Activation = () => undefined;
export const rectified: Activation = each((value) => (value > 0 || Number.isNaN(value) ? value : 0));
export const hyperbolic: Activation = each(Math.tanh);

export const softmax: Activation = (values) => {
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) most = Math.max(most, value);
  let sum = 0;
  for (let index = 0; index < values.length; index++) {
    const power = Math.exp((values[index] as number) - most);
    values[index] = power;
    sum += power;
  }
  for (let index = 0; index < values.length; index++) values[index] = (values[index] as number) / sum;
};
