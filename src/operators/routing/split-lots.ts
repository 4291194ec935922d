/**
 * Splits signed lots by weights so that the parts are whole lots and add up exactly (largest remainder).
 *
 * @param weights signed, with a sum of the sign of `lots`; a part may oppose the sum
 * @example
 * splitLots([3, -1], 4) // [6, -2]
 */
export function splitLots(weights: readonly number[], lots: number): readonly number[] {
  let total = 0;
  for (const weight of weights) total += weight;
  if (weights.length === 0) return [];
  // Weights that cancel out say nothing about who caused it: the first takes it all.
  if (total === 0 || !Number.isFinite(total)) return weights.map((_, index) => (index === 0 ? lots : 0));
  const exact = weights.map((weight) => (weight / total) * lots);
  const parts = exact.map(Math.floor);
  let left = lots;
  for (const part of parts) left -= part;
  const order = exact.map((_, index) => index);
  order.sort((a, b) => remainder(exact, parts, b) - remainder(exact, parts, a) || a - b);
  for (let turn = 0; left > 0; turn++, left--) {
    const index = order[turn % order.length] as number;
    parts[index] = (parts[index] as number) + 1;
  }
  return parts.map((part) => part + 0);
}

const remainder = (exact: readonly number[], parts: readonly number[], index: number): number =>
  (exact[index] as number) - (parts[index] as number);
