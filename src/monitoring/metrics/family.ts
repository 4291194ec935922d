import { refuse } from '../../domain/check.js';
import type { HistogramSeries, Labels, Series } from './series.js';

/** What a metric is, without its numbers. */
export interface MetricDescription {
  /** In base units and with their name at its end, such as `order_ack_latency_seconds`; counters end with `_total`. */
  readonly name: string;
  /** One sentence for people. */
  readonly help: string;
  /** @default none */
  readonly labels?: readonly string[];
}

/** Upper bounds, ascending. */
export interface HistogramDescription extends MetricDescription {
  readonly bounds: readonly number[];
}

/** What a metric is: a count that only grows, a level, or observations counted by size. */
export type MetricType = 'counter' | 'gauge' | 'histogram';

/** What stands for a label value that is one too many, or unknown to the configuration. */
export const OTHER = 'other';

/**
 * All series of one metric. `bind` is for start-up and for rare events: keep what it gives.
 *
 * There are never more than so many series: those beyond share one whose labels say `other`.
 *
 * @example
 * const orders = metrics.counter({ name: 'orders_total', help: 'Orders sent.', labels: ['venue'] });
 * const here = orders.bind('binance');
 * here.value++;
 */
export class Family<S extends Series | HistogramSeries> {
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  readonly labels: readonly string[];
  readonly #make: (labels: Labels) => S;
  readonly #most: number;
  readonly #series = new Map<string, S>();
  /** Called before the series are read: for what is looked up only when somebody asks. */
  collect: (() => void) | undefined = undefined;

  constructor(description: MetricDescription, type: MetricType, most: number, make: (labels: Labels) => S) {
    this.name = description.name;
    this.help = description.help;
    this.labels = description.labels ?? [];
    this.type = type;
    this.#most = most;
    this.#make = make;
  }

  get series(): Iterable<S> {
    return this.#series.values();
  }

  /** The series with these values of the labels, in their order: made when it is new. */
  bind(...values: readonly string[]): S {
    if (values.length !== this.labels.length)
      refuse(`metric ${this.name}`, `a value for each of its labels (${this.labels.join(', ')})`, values);
    const key = values.join('\n');
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    if (this.#series.size >= this.#most && values.some((value) => value !== OTHER))
      return this.bind(...values.map(() => OTHER));
    const labels = Object.fromEntries(this.labels.map((label, nth) => [label, values[nth] as string]));
    const made = this.#make(Object.freeze(labels));
    this.#series.set(key, made);
    return made;
  }

  /** As `bind`, for a metric with one label: for events that are not rare. */
  of(value: string): S {
    return this.#series.get(value) ?? this.bind(value);
  }

  /** Forgets all series: for levels of which only those of this moment count. */
  clear(): void {
    this.#series.clear();
  }
}
