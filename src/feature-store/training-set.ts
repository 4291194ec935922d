import { InputError, show } from '../domain/errors.js';
import type { Columns } from './arrow.js';
import type { FeatureView } from './feature-view.js';
import { expired } from './online-features.js';

/** A time at which a model would have been asked about an instrument. */
export interface Label {
  readonly instrument: string;
  /** Unix milliseconds. */
  readonly at: number;
}

/** For each label the row that was known then, column by column; `NaN` where there was none, or only an expired one. */
export interface TrainingSet<N extends string = string> {
  readonly size: number;
  readonly columns: Readonly<Record<N, Float64Array>>;
  readonly eventTimes: Float64Array;
  readonly knownTimes: Float64Array;
  /** Labels for which there was a row. */
  readonly found: number;
  /** The values for a label in the order of the view's columns. */
  row(label: number): Float64Array;
}

/** The rows of one instrument without their values. */
class Times {
  readonly eventTimes: number[] = [];
  readonly knownTimes: number[] = [];
  /** Place of each row among all rows. */
  readonly places: number[] = [];
  sorted = true;

  add(eventTime: number, knownTime: number, place: number): void {
    const last = this.knownTimes.at(-1);
    if (last !== undefined && knownTime < last) this.sorted = false;
    this.eventTimes.push(eventTime);
    this.knownTimes.push(knownTime);
    this.places.push(place);
  }

  /** Places in the order in which they became known; what was written first comes first. */
  order(): ArrayLike<number> {
    const order = Int32Array.from({ length: this.places.length }, (_, index) => index);
    if (!this.sorted)
      order.sort((a, b) => (this.knownTimes[a] as number) - (this.knownTimes[b] as number) || a - b);
    return order;
  }
}

/**
 * Joins labels with what was known at their times: of the rows known by then, the one of the greatest event time, unless
 * it has expired. This is what `asOf` answers live, to the bit.
 *
 * The files are read twice: once for the times, which are merged with the labels, once for the values of the rows that
 * are wanted. Memory holds the times of all rows, never all values.
 *
 * @throws InputError for a label without a time
 */
export async function trainingSet<N extends string>(
  view: FeatureView<N>,
  labels: readonly Label[],
  read: (wanted?: 'times') => AsyncIterable<Columns>,
): Promise<TrainingSet<N>> {
  const wanted = new Map<string, number[]>();
  labels.forEach(({ instrument, at }, index) => {
    if (!Number.isFinite(at))
      throw new InputError(`label ${index}: at must be Unix milliseconds, not ${show(at)}`);
    const list = wanted.get(instrument);
    if (list === undefined) wanted.set(instrument, [index]);
    else list.push(index);
  });
  const byInstrument = new Map<string, Times>();
  let place = 0;
  for await (const { count, instruments, eventTimes, knownTimes } of read('times')) {
    for (let row = 0; row < count; row++, place++) {
      const instrument = instruments[row] as string;
      if (!wanted.has(instrument)) continue;
      let times = byInstrument.get(instrument);
      if (times === undefined) {
        times = new Times();
        byInstrument.set(instrument, times);
      }
      times.add(eventTimes[row] as number, knownTimes[row] as number, place);
    }
  }
  const picked = new Float64Array(labels.length).fill(Number.NaN);
  const repeated = new Map<number, number>();
  for (const [instrument, indices] of wanted) {
    const times = byInstrument.get(instrument);
    if (times !== undefined) merge(view, labels, indices, times, picked, repeated);
  }
  const set = await fill(view, labels.length, picked, read);
  if (repeated.size > 0) await knowEarlier(set, picked, repeated, read);
  return set;
}

/**
 * Walks an instrument's rows and labels together in the order of their times. `repeated` gets, for a row of the same event time as the
 * best one before it, the place of that one: a correction, or the same row once more.
 */
function merge(
  view: FeatureView,
  labels: readonly Label[],
  indices: number[],
  times: Times,
  picked: Float64Array,
  repeated: Map<number, number>,
): void {
  const { eventTimes, knownTimes, places } = times;
  const order = times.order();
  indices.sort((a, b) => (labels[a] as Label).at - (labels[b] as Label).at);
  let row = 0;
  let best = -1;
  for (const index of indices) {
    const { at } = labels[index] as Label;
    for (; row < order.length && (knownTimes[order[row] as number] as number) <= at; row++) {
      const candidate = order[row] as number;
      if (best >= 0 && (eventTimes[candidate] as number) < (eventTimes[best] as number)) continue;
      if (best >= 0 && eventTimes[candidate] === eventTimes[best])
        repeated.set(places[candidate] as number, places[best] as number);
      best = candidate;
    }
    if (best >= 0 && !expired(view, eventTimes[best] as number, at)) picked[index] = places[best] as number;
  }
}

async function fill<N extends string>(
  view: FeatureView<N>,
  size: number,
  picked: Float64Array,
  read: () => AsyncIterable<Columns>,
): Promise<TrainingSet<N>> {
  const unknown = (): Float64Array => new Float64Array(size).fill(Number.NaN);
  const features = view.columns.map(unknown);
  const eventTimes = unknown();
  const knownTimes = unknown();
  const order = Array.from({ length: size }, (_, index) => index)
    .filter((index) => !Number.isNaN(picked[index]))
    .sort((a, b) => (picked[a] as number) - (picked[b] as number));
  let first = 0;
  let next = 0;
  for await (const batch of read()) {
    for (; next < order.length; next++) {
      const index = order[next] as number;
      const row = (picked[index] as number) - first;
      if (row >= batch.count) break;
      eventTimes[index] = batch.eventTimes[row] as number;
      knownTimes[index] = batch.knownTimes[row] as number;
      features.forEach((column, at) => {
        column[index] = batch.features[at]?.[row] as number;
      });
    }
    first += batch.count;
    if (next === order.length) break;
  }
  return {
    size,
    columns: Object.fromEntries(view.columns.map((name, at) => [name, features[at]])) as Record<
      N,
      Float64Array
    >,
    eventTimes,
    knownTimes,
    found: order.length,
    row: (label) => Float64Array.from(features, (column) => column[label] as number),
  };
}

/** A row that came more than once was known when it first came, as live. */
async function knowEarlier(
  set: TrainingSet,
  picked: Float64Array,
  repeated: ReadonlyMap<number, number>,
  read: () => AsyncIterable<Columns>,
): Promise<void> {
  const wanted = new Set<number>();
  for (const place of picked) {
    let at = repeated.has(place) ? place : undefined;
    for (; at !== undefined && !wanted.has(at); at = repeated.get(at)) wanted.add(at);
  }
  if (wanted.size === 0) return;
  const rows = new Map<number, { readonly knownTime: number; readonly values: readonly number[] }>();
  let first = 0;
  for await (const { count, knownTimes, features } of read()) {
    for (let row = 0; row < count; row++)
      if (wanted.has(first + row))
        rows.set(first + row, {
          knownTime: knownTimes[row] as number,
          values: features.map((column) => column[row] as number),
        });
    first += count;
  }
  // In the order in which rows became known: what is repeated has its time before what repeats it.
  const since = new Map<number, number>();
  for (const [place, before] of repeated) {
    const row = rows.get(place);
    const former = rows.get(before);
    if (row === undefined || former === undefined) continue;
    const repeats = row.values.every((value, column) => Object.is(value, former.values[column]));
    since.set(place, repeats ? (since.get(before) ?? former.knownTime) : row.knownTime);
  }
  for (let label = 0; label < picked.length; label++) {
    const known = since.get(picked[label] as number);
    if (known !== undefined) set.knownTimes[label] = known;
  }
}
