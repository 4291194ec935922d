import type { Feature, FeatureInput } from './feature.js';

/** A feature that needs nothing but the present input. What is not finite comes out as `NaN`. */
export function momentary(print: string, read: (input: FeatureInput) => number): Feature<null> {
  return {
    warmUp: 1,
    fingerprint: print,
    init: () => null,
    update: (_state, input) => {
      const value = read(input);
      return Number.isFinite(value) ? value : Number.NaN;
    },
    save: () => null,
    restore: () => null,
  };
}
