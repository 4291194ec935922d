import { type Feature, type FeatureInput, fingerprint } from './feature.js';
import { momentary } from './momentary.js';

/** The mid weighted by the quantity of the opposite side; `NaN` unless both sides are known and one has a quantity. */
export function midWeightedByQuantity({ bid, ask, bidQuantity, askQuantity }: FeatureInput): number {
  return bid + ((ask - bid) * bidQuantity) / (bidQuantity + askQuantity);
}

/**
 * The mid weighted by the quantity of the opposite side, as a plain price: a large bid pulls it towards the ask, which
 * is about to give way.
 *
 * @example
 * microprice(); // bid 100 for 3, ask 101 for 1: 100.75
 */
export function microprice(): Feature<null> {
  const kind = { print: fingerprint('microprice', {}), unit: 'price', source: 'weighted mid (Stoikov 2018)' };
  return momentary(kind, midWeightedByQuantity);
}
