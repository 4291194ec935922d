import type { Plain } from '../../../domain/plain.js';
import type { Saveable } from './kernel.js';

const NONE = -1;

/** A one-to-one scramble of 32-bit numbers: places in the ring become priorities that look random. */
function scramble(place: number): number {
  let mixed = Math.imul(place ^ (place >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return mixed ^ (mixed >>> 16);
}

/**
 * The last `size` values in order: quantiles and absolute deviations at O(log size), since no O(1) is known for them.
 *
 * A treap whose nodes are the places of the ring. Its shape follows from the values and their places alone, so that a
 * restored one is the same to the bit, and each sum is made anew from the sums below it: nothing drifts.
 */
export class RollingOrder implements Saveable {
  readonly #values: Float64Array;
  readonly #sums: Float64Array;
  readonly #sizes: Int32Array;
  readonly #left: Int32Array;
  readonly #right: Int32Array;
  readonly #priorities: Int32Array;
  #root = NONE;
  #next = 0;
  #count = 0;

  constructor(size: number) {
    this.#values = new Float64Array(size);
    this.#sums = new Float64Array(size);
    this.#sizes = new Int32Array(size);
    this.#left = new Int32Array(size);
    this.#right = new Int32Array(size);
    this.#priorities = Int32Array.from({ length: size }, (_, place) => scramble(place));
  }

  get full(): boolean {
    return this.#count === this.#values.length;
  }

  push(value: number): void {
    const place = this.#next;
    if (this.full) this.#root = this.#erase(this.#root, place);
    else this.#count += 1;
    this.#values[place] = value;
    this.#root = this.#insert(this.#root, place);
    this.#next = place + 1 === this.#values.length ? 0 : place + 1;
    // The ring has gone round: there is another anchor.
    if (this.#next === 0) this.#tallyAll(this.#root);
  }

  /** The value of a rank, 0 being the least. */
  at(rank: number): number {
    let node = this.#root;
    let left = rank;
    for (;;) {
      const below = this.#sizeOf(this.#left[node] as number);
      if (left < below) node = this.#left[node] as number;
      else if (left === below) return this.#values[node] as number;
      else {
        left -= below + 1;
        node = this.#right[node] as number;
      }
    }
  }

  /** A value of the window, from which the sums are counted: prices near 60,000 that differ by cents would lose five digits. */
  get anchor(): number {
    return this.#values[this.full ? this.#values.length - 1 : 0] as number;
  }

  /** The sum of the distances of all values from a point, which lies so far above the anchor. */
  distanceFrom(point: number): number {
    const { anchor } = this;
    let node = this.#root;
    let below = 0;
    let sumBelow = 0;
    while (node !== NONE) {
      const left = this.#left[node] as number;
      const value = (this.#values[node] as number) - anchor;
      if (value <= point) {
        below += this.#sizeOf(left) + 1;
        sumBelow += this.#sumOf(left) + value;
        node = this.#right[node] as number;
      } else node = left;
    }
    const above = this.#count - below;
    return this.#sumOf(this.#root) - sumBelow - above * point + (below * point - sumBelow);
  }

  save(): Plain {
    return { values: this.#values.slice(), next: this.#next, count: this.#count };
  }

  load(saved: Plain): void {
    const { values, next, count } = saved as { values: Float64Array; next: number; count: number };
    this.#values.set(values);
    this.#next = next;
    this.#count = count;
    for (let place = 0; place < count; place++) this.#root = this.#insert(this.#root, place);
  }

  #tallyAll(node: number): void {
    if (node === NONE) return;
    this.#tallyAll(this.#left[node] as number);
    this.#tallyAll(this.#right[node] as number);
    this.#tally(node);
  }

  #sizeOf(node: number): number {
    return node === NONE ? 0 : (this.#sizes[node] as number);
  }

  #sumOf(node: number): number {
    return node === NONE ? 0 : (this.#sums[node] as number);
  }

  #tally(node: number): number {
    const left = this.#left[node] as number;
    const right = this.#right[node] as number;
    this.#sizes[node] = this.#sizeOf(left) + 1 + this.#sizeOf(right);
    this.#sums[node] =
      this.#sumOf(left) + ((this.#values[node] as number) - this.anchor) + this.#sumOf(right);
    return node;
  }

  /** Equal values are ordered by their places. */
  #before(a: number, b: number): boolean {
    const first = this.#values[a] as number;
    const second = this.#values[b] as number;
    return first < second || (first === second && a < b);
  }

  #insert(root: number, node: number): number {
    if (root === NONE) {
      this.#left[node] = NONE;
      this.#right[node] = NONE;
      return this.#tally(node);
    }
    if ((this.#priorities[node] as number) > (this.#priorities[root] as number)) {
      this.#split(root, node);
      return this.#tally(node);
    }
    if (this.#before(node, root)) this.#left[root] = this.#insert(this.#left[root] as number, node);
    else this.#right[root] = this.#insert(this.#right[root] as number, node);
    return this.#tally(root);
  }

  /** Parts a tree by a node, whose children the parts become. */
  #split(root: number, node: number): void {
    if (root === NONE) {
      this.#left[node] = NONE;
      this.#right[node] = NONE;
    } else if (this.#before(root, node)) {
      this.#split(this.#right[root] as number, node);
      this.#right[root] = this.#left[node] as number;
      this.#left[node] = this.#tally(root);
    } else {
      this.#split(this.#left[root] as number, node);
      this.#left[root] = this.#right[node] as number;
      this.#right[node] = this.#tally(root);
    }
  }

  #erase(root: number, node: number): number {
    if (root === node) return this.#merge(this.#left[node] as number, this.#right[node] as number);
    if (this.#before(node, root)) this.#left[root] = this.#erase(this.#left[root] as number, node);
    else this.#right[root] = this.#erase(this.#right[root] as number, node);
    return this.#tally(root);
  }

  #merge(left: number, right: number): number {
    if (left === NONE) return right;
    if (right === NONE) return left;
    if ((this.#priorities[left] as number) > (this.#priorities[right] as number)) {
      this.#right[left] = this.#merge(this.#right[left] as number, right);
      return this.#tally(left);
    }
    this.#left[right] = this.#merge(left, this.#left[right] as number);
    return this.#tally(right);
  }
}
