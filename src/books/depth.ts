import type { PriceLevels } from './price-levels.js';

/** Lots of a side at `limit` ticks or better. */
export function lotsWithin(levels: PriceLevels, limit: number): number {
  const sign = levels.side === 'bid' ? 1 : -1;
  let sum = 0;
  for (let level = 0; level < levels.length; level++) {
    if (sign * (levels.priceAt(level) - limit) < 0) break;
    sum += levels.quantityAt(level);
  }
  return sum;
}

/** Average price in ticks at which `lots` can be taken from a side; `NaN` when it has fewer, or none are asked for. */
export function averagePrice(levels: PriceLevels, lots: number): number {
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
