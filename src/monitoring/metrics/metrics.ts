import { integerAtLeast, knownKeys, refuse } from '../../domain/check.js';
import { Family, type HistogramDescription, type MetricDescription } from './family.js';
import { HistogramSeries, Series } from './series.js';

/** How metrics are kept. */
export interface MetricsOptions {
  /** Before every name. @default "millrace_" */
  readonly prefix?: string;
  /** Most series of one metric; those beyond are counted as one, with labels `other`. @default 1000 */
  readonly maximumSeries?: number;
}

/** Any metric, for whoever reads them all. */
export type AnyFamily = Family<Series> | Family<HistogramSeries>;

/**
 * Counters, gauges and histograms of a process: plain numbers that the hot path adds to, read when somebody asks.
 *
 * A bound series is an object with a number: adding to it costs nanoseconds, where a client library looks labels up
 * at every observation.
 *
 * @example
 * const metrics = new Metrics();
 * const orders = metrics.counter({ name: 'orders_total', help: 'Orders sent.', labels: ['venue'] });
 * const binance = orders.bind('binance');
 * binance.value += 1;
 * @throws ConfigurationError for a prefix or a name that Prometheus does not take, or that is taken
 */
export class Metrics {
  readonly #prefix: string;
  readonly #most: number;
  readonly #families = new Map<string, AnyFamily>();
  /** Counts what was only noted so far. */
  readonly #settle: (() => void)[] = [];

  constructor(options: MetricsOptions = {}) {
    knownKeys('metrics', options, ['prefix', 'maximumSeries']);
    this.#prefix = options.prefix ?? 'millrace_';
    if (!/^[a-z_][a-z0-9_]*$|^$/.test(this.#prefix))
      refuse('metrics.prefix', 'small letters, digits and underscores', this.#prefix);
    this.#most = integerAtLeast('metrics.maximumSeries', options.maximumSeries ?? 1_000, 1);
  }

  /** Every metric, in the order in which they were made. */
  get families(): readonly AnyFamily[] {
    return [...this.#families.values()];
  }

  /** A metric by its full name. */
  find(name: string): AnyFamily | undefined {
    return this.#families.get(name);
  }

  /**
   * Calls this before any series is read: for whoever only notes on the hot path what happened, and counts it later.
   *
   * @example
   * metrics.beforeReading(() => notes.settle());
   */
  beforeReading(settle: () => void): void {
    this.#settle.push(settle);
  }

  /** Something that is counted and never becomes less. */
  counter(description: MetricDescription): Family<Series> {
    const full = this.#named(description);
    if (!full.name.endsWith('_total')) refuse('metric', 'a counter name that ends with _total', full.name);
    return this.#add(
      new Family(full, 'counter', this.#most, (labels) => new Series(labels, 0), this.#settle),
    );
  }

  /** A level. `NaN` until it is known. */
  gauge(description: MetricDescription): Family<Series> {
    const full = this.#named(description);
    return this.#add(
      new Family(full, 'gauge', this.#most, (labels) => new Series(labels, Number.NaN), this.#settle),
    );
  }

  /** Observations by size. */
  histogram(description: HistogramDescription): Family<HistogramSeries> {
    const full = this.#named(description);
    const bounds = [...description.bounds];
    const ascending = bounds.every(
      (bound, nth) => Number.isFinite(bound) && (nth === 0 || bound > (bounds[nth - 1] as number)),
    );
    if (bounds.length === 0 || !ascending)
      refuse(`metric ${full.name}`, 'finite bounds that ascend', description.bounds);
    return this.#add(
      new Family(
        full,
        'histogram',
        this.#most,
        (labels) => new HistogramSeries(labels, bounds),
        this.#settle,
      ),
    );
  }

  #named(description: MetricDescription): MetricDescription {
    const name = `${this.#prefix}${description.name}`;
    if (!/^[a-z_][a-z0-9_]*$/.test(name)) refuse('metric', 'small letters, digits and underscores', name);
    if (this.#families.has(name)) refuse('metric', 'a name that is not taken', name);
    for (const label of description.labels ?? []) {
      if (!/^[a-z][a-z0-9_]*$/.test(label) || label === 'le')
        refuse(`metric ${name}`, 'labels of small letters, digits and underscores, none of them "le"', label);
    }
    return { ...description, name };
  }

  #add<F extends AnyFamily>(family: F): F {
    this.#families.set(family.name, family);
    return family;
  }
}
