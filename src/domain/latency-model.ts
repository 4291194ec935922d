import { knownKeys, numberAtLeast, positiveNumber, refuse } from './check.js';

/**
 * How long one word takes, in milliseconds: always the same, evenly between two bounds, scattered about a median with
 * a long tail, or whatever a function makes of chance (`random` is even from 0 to 1; draw from nothing else, or two
 * runs differ).
 */
export type LatencyModel =
  | number
  | { readonly kind: 'uniform'; readonly from: number; readonly to: number }
  | { readonly kind: 'lognormal'; readonly median: number; readonly sigma: number; readonly most?: number }
  | ((random: () => number) => number);

/**
 * Draws one delay. Whole microseconds: `Math.log` and `Math.exp` may differ between engines in the last bit, which
 * must not decide who comes first.
 *
 * @throws ConfigurationError when a function answers no time
 */
export function delayOf(model: LatencyModel, random: () => number): number {
  if (typeof model === 'number') return model;
  if (typeof model === 'function') {
    return wholeMicroseconds(numberAtLeast('the delay that a latency function gave', model(random), 0));
  }
  if (model.kind === 'uniform') return wholeMicroseconds(model.from + (model.to - model.from) * random());
  const { median, sigma, most = Number.POSITIVE_INFINITY } = model;
  // Box and Muller; 1 - u is never 0.
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return wholeMicroseconds(Math.min(most, median * Math.exp(sigma * normal)));
}

/** Time of the pipeline has a fraction of microseconds and no finer. */
export const wholeMicroseconds = (time: number): number => Math.round(time * 1_000) / 1_000;

/** @throws ConfigurationError naming the setting, the value and what would be right */
export function latencyModel(name: string, model: LatencyModel): LatencyModel {
  if (typeof model === 'function') return model;
  if (typeof model !== 'object' || model === null) return numberAtLeast(name, model, 0);
  if (model.kind === 'uniform') {
    knownKeys(name, model, ['kind', 'from', 'to']);
    const from = numberAtLeast(`${name}.from`, model.from, 0);
    return { kind: 'uniform', from, to: numberAtLeast(`${name}.to`, model.to, from) };
  }
  if (model.kind !== 'lognormal') {
    refuse(name, 'a number, a function, or of kind uniform or lognormal', model);
  }
  knownKeys(name, model, ['kind', 'median', 'sigma', 'most']);
  const median = positiveNumber(`${name}.median`, model.median);
  const most = model.most === undefined ? {} : { most: numberAtLeast(`${name}.most`, model.most, median) };
  return { kind: 'lognormal', median, sigma: numberAtLeast(`${name}.sigma`, model.sigma, 0), ...most };
}
