import type { Plain } from '../../domain/plain.js';

/**
 * The last `size` values with their mean and variance, at the same cost for every size.
 *
 * Sums are of distances from an anchor near the values, since the squares of prices would leave no digits for a small
 * variance. Each time the ring has gone round they are summed again from the values, so that rounding cannot pile up.
 */
export class RollingWindow {
  readonly #values: Float64Array;
  #next = 0;
  #count = 0;
  #anchor = 0;
  #sum = 0;
  #squares = 0;
  /** How many of the newest values in a row are equal. */
  #run = 0;
  #newest = Number.NaN;

  constructor(size: number) {
    this.#values = new Float64Array(size);
  }

  get full(): boolean {
    return this.#count === this.#values.length;
  }

  /** The value that the next push will push out; meaningful when full. */
  get oldest(): number {
    return this.#values[this.#next] as number;
  }

  get mean(): number {
    return this.#anchor + this.#sum / this.#count;
  }

  /** Variance of the population; exactly 0 when all values are equal. */
  get variance(): number {
    if (this.#run >= this.#count) return 0;
    const shift = this.#sum / this.#count;
    return Math.max(this.#squares / this.#count - shift * shift, 0);
  }

  push(value: number): void {
    const values = this.#values;
    if (this.#count === 0) this.#anchor = value;
    if (this.#count < values.length) this.#count += 1;
    else {
      const gone = (values[this.#next] as number) - this.#anchor;
      this.#sum -= gone;
      this.#squares -= gone * gone;
    }
    const distance = value - this.#anchor;
    this.#sum += distance;
    this.#squares += distance * distance;
    this.#run = value === this.#newest ? this.#run + 1 : 1;
    this.#newest = value;
    values[this.#next] = value;
    this.#next += 1;
    if (this.#next === values.length) {
      this.#next = 0;
      this.#sumAgain();
    }
  }

  save(): Plain {
    return {
      values: this.#values.slice(),
      next: this.#next,
      count: this.#count,
      anchor: this.#anchor,
      sum: this.#sum,
      squares: this.#squares,
      run: this.#run,
      newest: this.#newest,
    };
  }

  static restore(saved: Plain): RollingWindow {
    const state = saved as { readonly values: Float64Array } & Readonly<
      Record<'next' | 'count' | 'anchor' | 'sum' | 'squares' | 'run' | 'newest', number>
    >;
    const window = new RollingWindow(state.values.length);
    window.#values.set(state.values);
    window.#next = state.next;
    window.#count = state.count;
    window.#anchor = state.anchor;
    window.#sum = state.sum;
    window.#squares = state.squares;
    window.#run = state.run;
    window.#newest = state.newest;
    return window;
  }

  #sumAgain(): void {
    this.#anchor = this.mean;
    this.#sum = 0;
    this.#squares = 0;
    for (const value of this.#values) {
      const distance = value - this.#anchor;
      this.#sum += distance;
      this.#squares += distance * distance;
    }
  }
}
