import type { Plain } from '../../../domain/plain.js';
import type { Saveable } from './kernel.js';
import { ScannedExtreme } from './scanned-extreme.js';

/** Up to so many values it is faster to look for a new extreme than to keep those that may become it. */
const FEW = 32;

/** The greatest or least of the last `size` values. */
export interface Extreme extends Saveable {
  readonly full: boolean;
  /** `NaN` before the first value. */
  readonly value: number;
  push(value: number): void;
}

/** The greatest or least of the last `size` values, as is fastest for so many. */
export function rollingExtreme(which: 'greatest' | 'least', size: number): Extreme {
  return size <= FEW ? new ScannedExtreme(which, size) : new RollingExtreme(which, size);
}

/**
 * The greatest (or least) of the last `size` values at amortised O(1): a deque of those that may still become it, each
 * less extreme than the one before it.
 */
export class RollingExtreme implements Extreme {
  readonly #sign: 1 | -1;
  readonly #values: Float64Array;
  /** The turn at which each value of the deque came. */
  readonly #turns: Float64Array;
  #first = 0;
  #held = 0;
  #turn = 0;

  constructor(which: 'greatest' | 'least', size: number) {
    this.#sign = which === 'greatest' ? 1 : -1;
    this.#values = new Float64Array(size);
    this.#turns = new Float64Array(size);
  }

  get full(): boolean {
    return this.#turn >= this.#values.length;
  }

  /** `NaN` before the first value. */
  get value(): number {
    return this.#held === 0 ? Number.NaN : this.#sign * (this.#values[this.#first] as number);
  }

  push(value: number): void {
    const size = this.#values.length;
    const signed = this.#sign * value;
    if (this.#held > 0 && (this.#turns[this.#first] as number) <= this.#turn - size) {
      this.#first = this.#first + 1 === size ? 0 : this.#first + 1;
      this.#held -= 1;
    }
    let at = this.#first + this.#held;
    if (at >= size) at -= size;
    while (this.#held > 0) {
      const last = at === 0 ? size - 1 : at - 1;
      if ((this.#values[last] as number) > signed) break;
      at = last;
      this.#held -= 1;
    }
    this.#values[at] = signed;
    this.#turns[at] = this.#turn;
    this.#held += 1;
    this.#turn += 1;
  }

  save(): Plain {
    const { length } = this.#values;
    const places = Array.from({ length: this.#held }, (_, index) => (this.#first + index) % length);
    return {
      turn: this.#turn,
      values: Float64Array.from(places, (at) => this.#values[at] as number),
      turns: Float64Array.from(places, (at) => this.#turns[at] as number),
    };
  }

  load(saved: Plain): void {
    const { turn, values, turns } = saved as { turn: number; values: Float64Array; turns: Float64Array };
    this.#turn = turn;
    this.#held = values.length;
    this.#values.set(values);
    this.#turns.set(turns);
  }
}
