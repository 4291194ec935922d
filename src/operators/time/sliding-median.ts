import type { Plain } from '../../domain/plain.js';

/**
 * Median and minimum of the last `size` values: a ring of arrival, and the same values sorted. An arrival moves some of
 * the sorted ones by one place, which for a few hundred is cheaper than any tree.
 */
export class SlidingMedian {
  readonly #ring: Float64Array;
  readonly #sorted: Float64Array;
  #next = 0;
  #count = 0;

  constructor(size: number) {
    this.#ring = new Float64Array(size);
    this.#sorted = new Float64Array(size);
  }

  get count(): number {
    return this.#count;
  }

  /** The lower of the two middle values of an even number; `NaN` without values. */
  get median(): number {
    return this.#count === 0 ? Number.NaN : (this.#sorted[(this.#count - 1) >> 1] as number);
  }

  get least(): number {
    return this.#count === 0 ? Number.NaN : (this.#sorted[0] as number);
  }

  push(value: number): void {
    const ring = this.#ring;
    const sorted = this.#sorted;
    if (this.#count === ring.length) {
      const gone = this.#lowerBound(ring[this.#next] as number);
      sorted.copyWithin(gone, gone + 1, this.#count);
      this.#count--;
    }
    const place = this.#lowerBound(value);
    sorted.copyWithin(place + 1, place, this.#count);
    sorted[place] = value;
    this.#count++;
    ring[this.#next] = value;
    this.#next = (this.#next + 1) % ring.length;
  }

  save(): Plain {
    return { ring: this.#ring.slice(), next: this.#next, count: this.#count };
  }

  restore(saved: Plain): void {
    const { ring, next, count } = saved as {
      readonly ring: Float64Array;
      readonly next: number;
      readonly count: number;
    };
    this.#ring.set(ring);
    this.#next = next;
    this.#count = count;
    this.#sorted.set(ring.slice(0, count).sort());
  }

  #lowerBound(value: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sorted[middle] as number) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
