import type { Plain } from '../../../domain/plain.js';
import type { Saveable } from './kernel.js';

/**
 * The last `size` values in order, kept sorted in one array: a value that comes takes the place of the one that goes, and those between
 * the two move up by one. For windows of hundreds that is several times faster than a tree; the cost grows with the size.
 */
export class SortedWindow implements Saveable {
  readonly #values: Float64Array;
  readonly #sorted: Float64Array;
  #next = 0;
  #count = 0;

  constructor(size: number) {
    this.#values = new Float64Array(size);
    this.#sorted = new Float64Array(size);
  }

  get full(): boolean {
    return this.#count === this.#values.length;
  }

  /** The value of a rank, 0 being the least. */
  at(rank: number): number {
    return this.#sorted[rank] as number;
  }

  push(value: number): void {
    let hole = this.#count;
    if (this.full) hole = this.#find(this.#values[this.#next] as number);
    else this.#count += 1;
    this.#values[this.#next] = value;
    this.#next = this.#next + 1 === this.#values.length ? 0 : this.#next + 1;
    this.#fill(hole, value);
  }

  save(): Plain {
    return { values: this.#values.slice(), next: this.#next, count: this.#count };
  }

  load(saved: Plain): void {
    const { values, next, count } = saved as { values: Float64Array; next: number; count: number };
    this.#values.set(values);
    this.#next = next;
    this.#count = count;
    this.#sorted.set(values.slice(0, count).sort());
  }

  /** Where a value lies that is in the window. */
  #find(value: number): number {
    let [from, to] = [0, this.#count - 1];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#sorted[middle] as number) < value) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  /** Moves a hole to where a value belongs, and puts it there. */
  #fill(hole: number, value: number): void {
    const sorted = this.#sorted;
    let at = hole;
    while (at > 0 && (sorted[at - 1] as number) > value) {
      sorted[at] = sorted[at - 1] as number;
      at -= 1;
    }
    if (at === hole) {
      const last = this.#count - 1;
      while (at < last && (sorted[at + 1] as number) < value) {
        sorted[at] = sorted[at + 1] as number;
        at += 1;
      }
    }
    sorted[at] = value;
  }
}
