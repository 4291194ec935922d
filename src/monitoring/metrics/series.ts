/** Values of the labels of one series, by label. */
export type Labels = Readonly<Record<string, string>>;

/**
 * One number with its labels: a count that only grows, or a level that goes up and down.
 *
 * @example
 * const orders = new Series({ venue: 'binance' }, 0);
 * orders.value++;
 */
export class Series {
  readonly labels: Labels;
  value: number;

  constructor(labels: Labels, value: number) {
    this.labels = labels;
    this.value = value;
  }
}

/**
 * Observations of one kind, counted by size. Bounds are upper bounds, ascending, the last one is followed by infinity.
 *
 * @example
 * const latency = new HistogramSeries({ venue: 'binance' }, [0.001, 0.01, 0.1]);
 * latency.observe(0.004); // counted under 0.01
 */
export class HistogramSeries {
  readonly labels: Labels;
  readonly bounds: readonly number[];
  /** Observations at or below each bound and above the one before; the last entry counts what is above all bounds. */
  readonly counts: Float64Array;
  sum = 0;
  /** Observations that were not a number, and are in no bucket. */
  unknown = 0;

  constructor(labels: Labels, bounds: readonly number[]) {
    this.labels = labels;
    this.bounds = bounds;
    this.counts = new Float64Array(bounds.length + 1);
  }

  /** Counts an observation. One that is not finite is set aside: it must not spoil the sum. */
  observe(value: number): void {
    if (!Number.isFinite(value)) {
      this.unknown++;
      return;
    }
    const { bounds, counts } = this;
    let low = 0;
    let high = bounds.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((bounds[middle] as number) < value) low = middle + 1;
      else high = middle;
    }
    counts[low] = (counts[low] as number) + 1;
    this.sum += value;
  }

  get count(): number {
    let count = 0;
    for (const each of this.counts) count += each;
    return count;
  }
}
