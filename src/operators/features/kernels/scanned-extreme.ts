import type { Plain } from '../../../domain/plain.js';
import type { Saveable } from './kernel.js';

/**
 * The greatest (or least) of the last `size` values of a short window: it is known until it leaves the window, and looked for
 * among the others then. That is seldom, and at worst `size` steps; for a few dozen values it is faster than a deque.
 */
export class ScannedExtreme implements Saveable {
  readonly #sign: 1 | -1;
  readonly #values: Float64Array;
  #next = 0;
  #count = 0;
  /** Where the extreme lies, of equal ones the newest. */
  #at = 0;

  constructor(which: 'greatest' | 'least', size: number) {
    this.#sign = which === 'greatest' ? 1 : -1;
    this.#values = new Float64Array(size);
  }

  get full(): boolean {
    return this.#count === this.#values.length;
  }

  /** `NaN` before the first value. */
  get value(): number {
    return this.#count === 0 ? Number.NaN : this.#sign * (this.#values[this.#at] as number);
  }

  push(value: number): void {
    const values = this.#values;
    const place = this.#next;
    const signed = this.#sign * value;
    const leaves = this.#count === values.length && place === this.#at;
    const beats = this.#count === 0 || signed >= (values[this.#at] as number);
    values[place] = signed;
    this.#next = place + 1 === values.length ? 0 : place + 1;
    if (this.#count < values.length) this.#count += 1;
    if (beats) this.#at = place;
    else if (leaves) this.#scan();
  }

  save(): Plain {
    return { values: this.#values.slice(), next: this.#next, count: this.#count };
  }

  load(saved: Plain): void {
    const { values, next, count } = saved as { values: Float64Array; next: number; count: number };
    this.#values.set(values);
    this.#next = next;
    this.#count = count;
    if (count > 0) this.#scan();
  }

  /** From the oldest on, so that of equal ones the newest is found. */
  #scan(): void {
    const values = this.#values;
    const { length } = values;
    let at = this.#count < length ? 0 : this.#next;
    let found = at;
    for (let step = 1; step < this.#count; step++) {
      at = at + 1 === length ? 0 : at + 1;
      if ((values[at] as number) >= (values[found] as number)) found = at;
    }
    this.#at = found;
  }
}
