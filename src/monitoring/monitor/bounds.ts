/** Bounds of histograms, in base units: a step of about two and a half, so that a quantile is off by less than that. */

/** From a local simulator to a venue in trouble: a millisecond to a minute. Seconds. */
export const ORDER_LATENCY: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
];

/** From one stage in a microsecond to an event loop that was held up. Seconds. */
export const PROCESSING: readonly number[] = [
  1e-6, 2.5e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 5e-2, 0.1, 0.5,
];

/** From one percent in favour to five percent against. Shares of the price. */
export const SLIPPAGE: readonly number[] = [
  -0.01, -0.001, -0.0005, -0.0001, 0, 0.0001, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05,
];

/** From a few trees to a language model in trouble: a microsecond to a minute. Seconds. */
export const INFERENCE: readonly number[] = [
  1e-6, 1e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
  30, 60,
];
