import { InputError } from '../domain/errors.js';
import type { Plain } from '../domain/plain.js';

/** Why there is no row. */
export type NoRow = 'missing' | 'evicted';

/**
 * The rows of one instrument in the order in which they became known: a ring of typed arrays.
 *
 * Each row remembers which row so far has the greatest event time. What was known at a time is then one binary search on
 * the known time, also with late rows; rows that come later cannot change it. When the ring drops a row that is still the
 * best one for rows behind it, that row is carried in a place of its own: there is never more than one such row, since
 * a row behind it either still goes by it or by one that is in the ring.
 *
 * ```
 * known at   1    2    3    4
 * event at   1    3    2    4     the row known at 3 is late
 * best       1    3    3    4     as of 3.5 the answer is the row of event time 3
 * ```
 */
export class KnownRows {
  readonly #capacity: number;
  readonly #width: number;
  /** The last place is that of the carried row. */
  readonly #eventTimes: Float64Array;
  readonly #knownTimes: Float64Array;
  readonly #values: Float64Array;
  /** Number of the best row, by place. */
  readonly #best: Float64Array;
  /** Rows ever stored: the number of the next. */
  #next = 0;

  constructor(capacity: number, width: number) {
    this.#capacity = capacity;
    this.#width = width;
    this.#eventTimes = new Float64Array(capacity + 1);
    this.#knownTimes = new Float64Array(capacity + 1);
    this.#values = new Float64Array((capacity + 1) * width);
    this.#best = new Float64Array(capacity + 1);
  }

  get size(): number {
    return Math.min(this.#next, this.#capacity);
  }

  /**
   * Takes a row; false for one that repeats the best row so far.
   *
   * @throws InputError when it became known before the row before it
   */
  write(eventTime: number, knownTime: number, values: ArrayLike<number>): boolean {
    const number = this.#next;
    const capacity = this.#capacity;
    let best = number;
    if (number > 0) {
      const lastKnown = this.#knownTimes[(number - 1) % capacity] as number;
      if (knownTime < lastKnown)
        throw new InputError(
          `a row known at ${knownTime} comes after one known at ${lastKnown}: rows are written as they become known`,
        );
      const held = this.#best[(number - 1) % capacity] as number;
      const heldAt = this.#placeOf(held);
      const heldTime = this.#eventTimes[heldAt] as number;
      if (heldTime === eventTime && this.#repeats(heldAt, values)) return false;
      if (heldTime > eventTime) best = held;
    }
    const place = number % capacity;
    const oldest = number - capacity;
    if (oldest >= 0) {
      // The next oldest may go by the row that is overwritten now.
      const next = capacity === 1 ? best : (this.#best[(oldest + 1) % capacity] as number);
      if (next === oldest) this.#carry(place);
    }
    this.#eventTimes[place] = eventTime;
    this.#knownTimes[place] = knownTime;
    this.#best[place] = best;
    const at = place * this.#width;
    for (let column = 0; column < this.#width; column++) this.#values[at + column] = values[column] as number;
    this.#next = number + 1;
    return true;
  }

  /** Place of the row that was the best known one at a time, or why there is none. */
  find(time: number): number | NoRow {
    const first = this.#next - this.size;
    let low = first;
    let high = this.#next;
    while (low < high) {
      const middle = low + Math.floor((high - low) / 2);
      if ((this.#knownTimes[middle % this.#capacity] as number) <= time) low = middle + 1;
      else high = middle;
    }
    if (low === first) return first > 0 ? 'evicted' : 'missing';
    return this.#placeOf(this.#best[(low - 1) % this.#capacity] as number);
  }

  eventTimeAt(place: number): number {
    return this.#eventTimes[place] as number;
  }

  knownTimeAt(place: number): number {
    return this.#knownTimes[place] as number;
  }

  /** The values of a row, without a copy: valid until the next write. */
  valuesAt(place: number): Float64Array {
    return this.#values.subarray(place * this.#width, (place + 1) * this.#width);
  }

  save(): Plain {
    return {
      next: this.#next,
      eventTimes: this.#eventTimes.slice(),
      knownTimes: this.#knownTimes.slice(),
      best: this.#best.slice(),
      values: this.#values.slice(),
    };
  }

  load(saved: Plain): void {
    const { next, eventTimes, knownTimes, best, values } = saved as { readonly next: number } & Readonly<
      Record<'eventTimes' | 'knownTimes' | 'best' | 'values', Float64Array>
    >;
    this.#next = next;
    this.#eventTimes.set(eventTimes);
    this.#knownTimes.set(knownTimes);
    this.#best.set(best);
    this.#values.set(values);
  }

  /** Where a row is: behind the ring's end it is the carried one. */
  #placeOf(number: number): number {
    return number < this.#next - this.#capacity ? this.#capacity : number % this.#capacity;
  }

  #carry(place: number): void {
    const to = this.#capacity;
    this.#eventTimes[to] = this.#eventTimes[place] as number;
    this.#knownTimes[to] = this.#knownTimes[place] as number;
    this.#values.copyWithin(to * this.#width, place * this.#width, (place + 1) * this.#width);
  }

  #repeats(place: number, values: ArrayLike<number>): boolean {
    const at = place * this.#width;
    for (let column = 0; column < this.#width; column++)
      if (!Object.is(this.#values[at + column], values[column])) return false;
    return true;
  }
}
