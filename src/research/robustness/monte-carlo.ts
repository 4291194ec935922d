import { Chance } from '../../domain/chance.js';
import { integerAtLeast, knownKeys, oneOf, positiveNumber, refuse } from '../../domain/check.js';

/** How results are drawn anew. */
export interface MonteCarloOptions {
  /**
   * `shuffle`: the same results in another order, which changes the way and not the end. `bootstrap`: as many, drawn with
   * replacement. `blocks`: as that, in runs of consecutive results, so that what depends on its past stays together (the
   * stationary bootstrap of Politis and Romano, 1994). @default "bootstrap"
   */
  readonly method?: 'shuffle' | 'bootstrap' | 'blocks';
  /** Mean length of a block. @default the cube root of the number of results, at least 2 */
  readonly block?: number;
  /** @default 5,000 */
  readonly samples?: number;
  /** Share of the samples between the bounds of an interval. @default 0.95 */
  readonly confidence?: number;
  /** The same seed draws the same. @default 1 */
  readonly seed?: number;
}

/** A figure over all samples. */
export interface Distribution {
  readonly mean: number;
  readonly median: number;
  /** The interval that holds the confidence. */
  readonly low: number;
  readonly high: number;
  readonly least: number;
  readonly most: number;
}

/** What else the same results could have come to. Money as the results are. */
export interface MonteCarloResult {
  readonly method: 'shuffle' | 'bootstrap' | 'blocks';
  readonly results: number;
  readonly samples: number;
  readonly confidence: number;
  /** What was, for comparison. */
  readonly observed: { readonly netProfit: number; readonly maximumDrawdown: number };
  readonly netProfit: Distribution;
  readonly maximumDrawdown: Distribution;
  /** Share of the samples that end below 0. */
  readonly lossProbability: number;
  /** Share of the samples with a drawdown as deep as the observed one, or deeper. */
  readonly deeperProbability: number;
}

/**
 * Draws the results of trades (or of periods) anew, many times, and tells what else they could have come to: how deep a
 * drawdown is to be expected, and how sure the profit is.
 *
 * It knows nothing that the results do not show: a loss that never happened is in no sample.
 *
 * @param results in the order of time; finite numbers, at least two
 * @throws ConfigurationError for fewer, for results that are no numbers and for options that cannot be
 * @example
 * const { maximumDrawdown, lossProbability } = monteCarlo([120, -80, 40, -10, 65], { seed: 7 });
 */
export function monteCarlo(results: readonly number[], options: MonteCarloOptions = {}): MonteCarloResult {
  knownKeys('monteCarlo', options, ['method', 'block', 'samples', 'confidence', 'seed']);
  if (results.length < 2) refuse('monteCarlo.results', 'at least two results', results);
  for (const [place, value] of results.entries())
    if (!Number.isFinite(value)) refuse(`monteCarlo.results[${place}]`, 'a finite number', value);
  const method = oneOf('monteCarlo.method', options.method ?? 'bootstrap', [
    'shuffle',
    'bootstrap',
    'blocks',
  ]);
  const block = positiveNumber('monteCarlo.block', options.block ?? Math.max(2, Math.cbrt(results.length)));
  if (block < 1) refuse('monteCarlo.block', 'a mean length of at least 1', block);
  const samples = integerAtLeast('monteCarlo.samples', options.samples ?? 5_000, 1);
  const confidence = options.confidence ?? 0.95;
  if (!(confidence > 0 && confidence < 1))
    refuse('monteCarlo.confidence', 'a number above 0 and below 1', confidence);
  const chance = new Chance(integerAtLeast('monteCarlo.seed', options.seed ?? 1, 0), `monte-carlo:${method}`);
  const draw = DRAWS[method];
  const profits = new Float64Array(samples);
  const drawdowns = new Float64Array(samples);
  const observed = pathOf(results);
  let [losses, deeper] = [0, 0];
  for (let nth = 0; nth < samples; nth++) {
    const { netProfit, maximumDrawdown } = pathOf(draw(results, chance, block));
    profits[nth] = netProfit;
    drawdowns[nth] = maximumDrawdown;
    if (netProfit < 0) losses++;
    if (maximumDrawdown >= observed.maximumDrawdown) deeper++;
  }
  return {
    method,
    results: results.length,
    samples,
    confidence,
    observed,
    netProfit: distributionOf(profits, confidence),
    maximumDrawdown: distributionOf(drawdowns, confidence),
    lossProbability: losses / samples,
    deeperProbability: deeper / samples,
  };
}

type Draw = (results: readonly number[], chance: Chance, block: number) => readonly number[];

const DRAWS: Readonly<Record<'shuffle' | 'bootstrap' | 'blocks', Draw>> = {
  shuffle: (results, chance) => {
    const order = [...results];
    for (let place = order.length - 1; place > 0; place--) {
      const other = Math.floor(chance.draw() * (place + 1));
      [order[place], order[other]] = [order[other] as number, order[place] as number];
    }
    return order;
  },
  bootstrap: (results, chance) =>
    results.map(() => results[Math.floor(chance.draw() * results.length)] as number),
  blocks: (results, chance, block) => {
    let at = 0;
    return results.map((_, nth) => {
      // A new block begins by chance; behind the last result comes the first.
      if (nth === 0 || chance.draw() < 1 / block) at = Math.floor(chance.draw() * results.length);
      else at = (at + 1) % results.length;
      return results[at] as number;
    });
  },
};

function pathOf(results: readonly number[]): {
  readonly netProfit: number;
  readonly maximumDrawdown: number;
} {
  let [profit, peak, drawdown] = [0, 0, 0];
  for (const each of results) {
    profit += each;
    if (profit > peak) peak = profit;
    else if (peak - profit > drawdown) drawdown = peak - profit;
  }
  return { netProfit: profit, maximumDrawdown: drawdown };
}

function distributionOf(values: Float64Array, confidence: number): Distribution {
  const sorted = values.slice().sort();
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const low = sorted[Math.floor(place)] as number;
    const high = sorted[Math.ceil(place)] as number;
    return low + (high - low) * (place - Math.floor(place));
  };
  return {
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    median: at(0.5),
    low: at((1 - confidence) / 2),
    high: at((1 + confidence) / 2),
    least: sorted[0] as number,
    most: sorted.at(-1) as number,
  };
}
