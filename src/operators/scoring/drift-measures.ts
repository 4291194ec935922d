import { integerAtLeast, numberAtLeast } from '../../domain/check.js';
import type { Plain } from '../../domain/plain.js';

/** Where a bin begins: at a value, or behind it. */
interface Edge {
  readonly at: number;
  readonly behind: boolean;
}

/** Edges between bins of equal share; a value that fills more than one bin has one of its own, so that more than it is seen too. */
function edgesOf(sorted: readonly number[], bins: number): readonly Edge[] {
  const edges: Edge[] = [];
  for (let bin = 1; bin < bins; bin++) {
    const at = sorted[Math.floor((bin * sorted.length) / bins)] as number;
    const last = edges.at(-1);
    if (last === undefined || last.at !== at) edges.push({ at, behind: false });
    else if (!last.behind) edges.push({ at, behind: true });
  }
  return edges;
}

/**
 * Population stability index of a sample against a reference, over bins of equal share of the reference; a value that fills more than
 * one of them has a bin of its own. Empty bins count as half a value. Usual reading: below 0.1 stable, above 0.25 drifted, with at least 500 values on either side.
 *
 * @returns `NaN` for an empty side
 *
 * @example
 * if (populationStability(lastMonth, today) > 0.25) console.log('drifted');
 */
export function populationStability(
  reference: readonly number[],
  sample: readonly number[],
  bins: number = 10,
): number {
  integerAtLeast('populationStability.bins', bins, 2);
  if (reference.length === 0 || sample.length === 0) return Number.NaN;
  const sorted = [...reference].sort((a, b) => a - b);
  const edges = edgesOf(sorted, bins);
  const shares = (values: readonly number[]): readonly number[] => {
    const counts = new Array<number>(edges.length + 1).fill(0);
    for (const value of values) {
      let bin = 0;
      for (let edge = edges[bin]; edge !== undefined; edge = edges[bin]) {
        if (edge.behind ? value <= edge.at : value < edge.at) break;
        bin++;
      }
      counts[bin] = (counts[bin] as number) + 1;
    }
    return counts.map((count) => Math.max(count, 0.5) / values.length);
  };
  const expected = shares(reference);
  return shares(sample).reduce((sum, actual, bin) => {
    const was = expected[bin] as number;
    return sum + (actual - was) * Math.log(actual / was);
  }, 0);
}

/**
 * Largest distance between two empirical distributions (Kolmogorov and Smirnov), and how likely one so large is without a
 * difference (asymptotic, good from some 20 values a side).
 *
 * @example
 * const { distance, probability } = kolmogorovSmirnov(lastMonth, today);
 */
export function kolmogorovSmirnov(
  one: readonly number[],
  other: readonly number[],
): { readonly distance: number; readonly probability: number } {
  if (one.length === 0 || other.length === 0) return { distance: Number.NaN, probability: Number.NaN };
  const a = [...one].sort((x, y) => x - y);
  const b = [...other].sort((x, y) => x - y);
  let distance = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const value = Math.min(a[i] as number, b[j] as number);
    while (i < a.length && (a[i] as number) <= value) i++;
    while (j < b.length && (b[j] as number) <= value) j++;
    distance = Math.max(distance, Math.abs(i / a.length - j / b.length));
  }
  const effective = Math.sqrt((a.length * b.length) / (a.length + b.length));
  const lambda = (effective + 0.12 + 0.11 / effective) * distance;
  return { distance, probability: tail(lambda) };
}

function tail(lambda: number): number {
  // Below this the series converges slowly, to 1.
  if (lambda < 0.2) return 1;
  let sum = 0;
  for (let term = 1; term <= 100; term++) {
    const value = Math.exp(-2 * term * term * lambda * lambda);
    sum += term % 2 === 1 ? value : -value;
    if (value < 1e-12) break;
  }
  return Math.max(0, Math.min(1, 2 * sum));
}

interface Bucket {
  readonly [key: string]: number;
  readonly count: number;
  readonly total: number;
  readonly squares: number;
}

const MOST_OF_A_SIZE = 5;
/** Least values on either side of a cut. */
const LEAST = 5;
/** Share of a mean below which a difference is rounding. */
const ROUNDING = 1e-9;

/**
 * Finds changes of the mean of a stream: ADWIN2 (Bifet and Gavaldà 2007). It keeps as long a window as shows no change, in
 * exponential buckets, so that memory grows with the logarithm of the window. The unit of the values does not matter.
 *
 * @example
 * const detector = new Adwin(0.002);
 * if (detector.push(0.7)) console.log('the mean is another', detector.mean);
 */
export class Adwin {
  readonly #delta: number;
  /** Oldest first; sizes never grow towards the new. */
  #buckets: Bucket[] = [];

  /** @param delta chance of a false alarm at each value, roughly */
  constructor(delta: number = 0.002) {
    this.#delta = numberAtLeast('adwin.delta', delta, Number.MIN_VALUE, 1);
  }

  get count(): number {
    return this.#buckets.reduce((sum, { count }) => sum + count, 0);
  }

  get mean(): number {
    const { count, total } = sumOf(this.#buckets);
    return total / count;
  }

  /** Takes a value; whether it shows that the mean has changed. What was before is forgotten then. `NaN` is passed over. */
  push(value: number): boolean {
    if (!Number.isFinite(value)) return false;
    this.#buckets.push({ count: 1, total: value, squares: 0 });
    this.#compress();
    let changed = false;
    while (this.#cut()) changed = true;
    return changed;
  }

  save(): Plain {
    return this.#buckets.map((bucket) => ({ ...bucket }));
  }

  restore(plain: Plain): void {
    this.#buckets = (plain as readonly Bucket[]).map((bucket) => ({ ...bucket }));
  }

  #compress(): void {
    for (let size = 1; ; size *= 2) {
      const first = this.#buckets.findIndex(({ count }) => count === size);
      if (first < 0) return;
      const same = this.#buckets.filter(({ count }) => count === size).length;
      if (same <= MOST_OF_A_SIZE) return;
      const merged = sumOf(this.#buckets.slice(first, first + 2));
      this.#buckets.splice(first, 2, merged);
    }
  }

  /** Drops the oldest bucket where some cut parts two different means. */
  #cut(): boolean {
    const whole = sumOf(this.#buckets);
    if (whole.count < 2 * LEAST) return false;
    const deviation = Math.sqrt(whole.squares / whole.count);
    const least = ROUNDING * Math.abs(whole.total / whole.count);
    const risk = Math.log((2 * Math.log(whole.count)) / this.#delta);
    let count = 0;
    let total = 0;
    for (const bucket of this.#buckets) {
      count += bucket.count;
      total += bucket.total;
      const rest = whole.count - count;
      if (count < LEAST) continue;
      if (rest < LEAST) return false;
      const harmonic = 1 / (1 / (count - LEAST + 1) + 1 / (rest - LEAST + 1));
      // The authors' values lie between 0 and 1; for any others the deviation is their unit, in the second term too.
      const bound = deviation * (Math.sqrt((2 / harmonic) * risk) + ((2 / 3) * risk) / harmonic) + least;
      const difference = Math.abs(total / count - (whole.total - total) / rest);
      if (difference > bound) {
        this.#buckets.shift();
        return true;
      }
    }
    return false;
  }
}

function sumOf(buckets: readonly Bucket[]): Bucket {
  let count = 0;
  let total = 0;
  let squares = 0;
  for (const bucket of buckets) {
    if (count > 0) {
      const apart = bucket.total / bucket.count - total / count;
      squares += (apart * apart * count * bucket.count) / (count + bucket.count);
    }
    count += bucket.count;
    total += bucket.total;
    squares += bucket.squares;
  }
  return { count, total, squares };
}
