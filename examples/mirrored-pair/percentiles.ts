/** Several percentiles of some numbers, by the nearest rank. */
export function percentiles(values: readonly number[], ...shares: readonly number[]): readonly number[] {
  const sorted = [...values].sort((a, b) => a - b);
  return shares.map(
    (share) => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN,
  );
}
