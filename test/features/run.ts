import type { Feature, FeatureInput } from '../../src/operators/features/index.js';

/** The values that a feature gives for inputs, from a fresh state. */
export function valuesOf<State>(feature: Feature<State>, inputs: readonly FeatureInput[]): number[] {
  const state = feature.init();
  return inputs.map((input) => feature.update(state, input));
}
