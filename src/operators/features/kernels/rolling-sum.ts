import type { Plain } from '../../../domain/plain.js';
import type { Saveable } from './kernel.js';

/**
 * The sum of the last `size` values, and the same weighted 1, 2, … from the oldest on, at the same amortised cost for
 * every size. As in the moments nothing is subtracted: the older part of the ring has the sums of each of its tails.
 */
export class RollingSum implements Saveable {
  readonly #values: Float64Array;
  readonly #tails: Float64Array;
  /** Of each tail, its weighted sum; empty unless that is wanted. */
  readonly #weightedTails: Float64Array;
  readonly #weighs: boolean;
  #next = 0;
  #turned = false;
  #head = 0;
  #weightedHead = 0;

  constructor(size: number, weighted = false) {
    this.#values = new Float64Array(size);
    this.#tails = new Float64Array(size);
    this.#weightedTails = new Float64Array(weighted ? size : 0);
    this.#weighs = weighted;
  }

  get full(): boolean {
    return this.#turned;
  }

  /** The value that the next push will push out; meaningful when full. */
  get oldest(): number {
    return this.#values[this.#next] as number;
  }

  get sum(): number {
    return this.#turned ? (this.#tails[this.#next] as number) + this.#head : this.#head;
  }

  /** The oldest value once, the next twice, and so on. */
  get weighted(): number {
    if (!this.#turned) return this.#weightedHead;
    const before = this.#values.length - this.#next;
    return (this.#weightedTails[this.#next] as number) + this.#weightedHead + before * this.#head;
  }

  push(value: number): void {
    this.#take(value);
    if (this.#next < this.#values.length) return;
    this.#turn(0);
    this.#next = 0;
    this.#turned = true;
    this.#head = 0;
    this.#weightedHead = 0;
  }

  save(): Plain {
    return { values: this.#values.slice(), next: this.#next, turned: this.#turned };
  }

  load(saved: Plain): void {
    const { values, next, turned } = saved as { values: Float64Array; next: number; turned: boolean };
    this.#values.set(values);
    this.#turned = turned;
    while (this.#next < next) this.#take(values[this.#next] as number);
    if (turned) this.#turn(next);
  }

  #take(value: number): void {
    this.#values[this.#next] = value;
    this.#next += 1;
    this.#head += value;
    if (this.#weighs) this.#weightedHead += value * this.#next;
  }

  #turn(from: number): void {
    let sum = 0;
    let weighted = 0;
    for (let at = this.#values.length - 1; at >= from; at--) {
      const value = this.#values[at] as number;
      sum += value;
      this.#tails[at] = sum;
      // One place further back, each later value counts once more: that is the sum of the tail.
      if (this.#weighs) {
        weighted += sum;
        this.#weightedTails[at] = weighted;
      }
    }
  }
}
