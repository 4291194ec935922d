import type { Plain } from '../../../domain/plain.js';
import type { Saveable } from './kernel.js';

/** Gives each value back after `size` more. */
export class Delay implements Saveable {
  readonly #values: Float64Array;
  #next = 0;
  #full = false;

  constructor(size: number) {
    this.#values = new Float64Array(size);
  }

  /** The value of `size` pushes ago, before the next push; `NaN` while there is none. */
  get oldest(): number {
    return this.#full ? (this.#values[this.#next] as number) : Number.NaN;
  }

  push(value: number): void {
    this.#values[this.#next] = value;
    this.#next += 1;
    if (this.#next < this.#values.length) return;
    this.#next = 0;
    this.#full = true;
  }

  save(): Plain {
    return { values: this.#values.slice(), next: this.#next, full: this.#full };
  }

  load(saved: Plain): void {
    const { values, next, full } = saved as { values: Float64Array; next: number; full: boolean };
    this.#values.set(values);
    this.#next = next;
    this.#full = full;
  }
}
