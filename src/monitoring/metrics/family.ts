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

/** Series by the value of their first label, then of their second, and so on: found without a text made of all of them. */
type Tree<S> = Map<string, Tree<S> | S>;

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
  readonly #settle: readonly (() => void)[];
  readonly #series: S[] = [];
  readonly #tree: Tree<S> = new Map();
  /** Called before the series are read: for what is looked up only when somebody asks. */
  collect: (() => void) | undefined = undefined;

  constructor(
    description: MetricDescription,
    type: MetricType,
    most: number,
    make: (labels: Labels) => S,
    settle: readonly (() => void)[] = [],
  ) {
    this.name = description.name;
    this.help = description.help;
    this.labels = description.labels ?? [];
    this.type = type;
    this.#most = most;
    this.#make = make;
    this.#settle = settle;
  }

  get series(): Iterable<S> {
    for (const settle of this.#settle) settle();
    return this.#series;
  }

  /** The series with these values of the labels, in their order: made when it is new. */
  bind(...values: readonly string[]): S {
    if (values.length !== this.labels.length)
      refuse(`metric ${this.name}`, `a value for each of its labels (${this.labels.join(', ')})`, values);
    // The key of a metric without labels is the empty text.
    const last = values.length === 0 ? '' : (values[values.length - 1] as string);
    let branch: Tree<S> | undefined = this.#tree;
    for (let nth = 0; nth < values.length - 1 && branch !== undefined; nth++)
      branch = branch.get(values[nth] as string) as Tree<S> | undefined;
    return (branch?.get(last) as S | undefined) ?? this.#made(values, last);
  }

  /** As `bind`, for a metric with one label: for events that are not rare. */
  of(value: string): S {
    return (this.#tree.get(value) as S | undefined) ?? this.bind(value);
  }

  /** Forgets all series: for levels of which only those of this moment count. */
  clear(): void {
    this.#series.length = 0;
    this.#tree.clear();
  }

  #made(values: readonly string[], last: string): S {
    if (this.#series.length >= this.#most && values.some((value) => value !== OTHER))
      return this.bind(...values.map(() => OTHER));
    const labels = Object.fromEntries(this.labels.map((label, nth) => [label, values[nth] as string]));
    const made = this.#make(Object.freeze(labels));
    this.#series.push(made);
    let branch = this.#tree;
    for (const value of values.slice(0, -1)) {
      const known = branch.get(value) as Tree<S> | undefined;
      const next = known ?? new Map();
      if (known === undefined) branch.set(value, next);
      branch = next;
    }
    branch.set(last, made);
    return made;
  }
}
