import type { Levels } from './levels.js';

/** Lots of a side at `limit` ticks or better. */
export function lotsWithin(levels: Levels, limit: number): number {
  const sign = levels.side === 'bid' ? 1 : -1;
  let sum = 0;
  for (let level = 0; level < levels.length; level++) {
    // Not `<`: nothing is within a limit that is no number.
    if (!(sign * (levels.priceAt(level) - limit) >= 0)) break;
    sum += levels.quantityAt(level);
  }
  return sum;
}

/** Price in ticks down to which a side must be taken to get `lots`; `NaN` when it has fewer, or none are asked for. */
export function priceOfDepth(levels: Levels, lots: number): number {
  if (!(lots > 0)) return Number.NaN;
  let left = lots;
  for (let level = 0; level < levels.length; level++) {
    left -= levels.quantityAt(level);
    if (left <= 0) return levels.priceAt(level);
  }
  return Number.NaN;
}

/** Average price in ticks at which `lots` can be taken from a side; `NaN` when it has fewer, or none are asked for. */
export function averagePrice(levels: Levels, lots: number): number {
  if (!(lots > 0)) return Number.NaN;
  const best = levels.bestPrice;
  let left = lots;
  // Distances from the best price keep the products small, so that they stay exact where ticks times lots would not.
  let beyondBest = 0;
  for (let level = 0; level < levels.length && left > 0; level++) {
    const taken = Math.min(left, levels.quantityAt(level));
    beyondBest += (levels.priceAt(level) - best) * taken;
    left -= taken;
  }
  return left > 0 ? Number.NaN : best + beyondBest / lots;
}

/** Writes the lots up to each level, best first, as far as there are levels and room; how many were written. */
export function writeCumulative(levels: Levels, into: Float64Array): number {
  const count = Math.min(levels.length, into.length);
  let sum = 0;
  for (let level = 0; level < count; level++) {
    sum += levels.quantityAt(level);
    into[level] = sum;
  }
  return count;
}
