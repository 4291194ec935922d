import type { Feature, FeatureInput } from './feature.js';

/** Describes a feature without state. */
export interface MomentaryKind {
  readonly print: string;
  readonly unit: string;
  readonly source: string;
}

/** A feature that needs nothing but the present input. What is not finite comes out as `NaN`. */
export function momentary(kind: MomentaryKind, read: (input: FeatureInput) => number): Feature<null> {
  return {
    warmUp: 1,
    unit: kind.unit,
    source: kind.source,
    fingerprint: kind.print,
    init: () => null,
    update: (_state, input) => {
      const value = read(input);
      // The sum makes one zero of two.
      return Number.isFinite(value) ? value + 0 : Number.NaN;
    },
    save: () => null,
    restore: () => null,
  };
}
