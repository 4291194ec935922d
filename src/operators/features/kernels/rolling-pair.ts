import type { Plain } from '../../../domain/plain.js';
import type { Saveable } from './kernel.js';

/** Means, squares and products about the means of a part of a window of pairs. */
class Part {
  count = 0;
  meanX = 0;
  meanY = 0;
  squaresX = 0;
  squaresY = 0;
  products = 0;

  clear(): void {
    this.count = 0;
    this.meanX = 0;
    this.meanY = 0;
    this.squaresX = 0;
    this.squaresY = 0;
    this.products = 0;
  }

  add(x: number, y: number): void {
    this.count += 1;
    const stepX = x - this.meanX;
    const stepY = y - this.meanY;
    this.meanX += stepX / this.count;
    this.meanY += stepY / this.count;
    const share = (this.count - 1) / this.count;
    this.squaresX += stepX * stepX * share;
    this.squaresY += stepY * stepY * share;
    this.products += stepX * stepY * share;
  }
}

/**
 * The last `size` pairs with their correlation and slope, at the same amortised cost for every size, by the same two
 * stacks as the moments: nothing is subtracted, and means are kept as distances from a pair of their part.
 */
export class RollingPair implements Saveable {
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  /** Five numbers a tail: the fields of a part without its count. */
  readonly #tails: Float64Array;
  readonly #head: Part = new Part();
  #next = 0;
  #turned = false;
  #squaresX = 0;
  #squaresY = 0;
  #products = 0;

  constructor(size: number) {
    this.#x = new Float64Array(size);
    this.#y = new Float64Array(size);
    this.#tails = new Float64Array(size * 5);
  }

  get full(): boolean {
    return this.#turned;
  }

  /** Pearson's, from -1 to 1; `NaN` when either has not moved. */
  get correlation(): number {
    const value = this.#products / Math.sqrt(this.#squaresX) / Math.sqrt(this.#squaresY);
    return value > 1 ? 1 : value < -1 ? -1 : value;
  }

  /** The least-squares slope of y on x; `NaN` when x has not moved. */
  get slope(): number {
    return this.#products / this.#squaresX;
  }

  push(x: number, y: number): void {
    this.#take(x, y);
    if (this.#next === this.#x.length) {
      this.#turn(0);
      this.#next = 0;
      this.#turned = true;
      this.#head.clear();
    }
    this.#settle();
  }

  save(): Plain {
    return { x: this.#x.slice(), y: this.#y.slice(), next: this.#next, turned: this.#turned };
  }

  load(saved: Plain): void {
    const { x, y, next, turned } = saved as {
      x: Float64Array;
      y: Float64Array;
      next: number;
      turned: boolean;
    };
    this.#x.set(x);
    this.#y.set(y);
    this.#turned = turned;
    while (this.#next < next) this.#take(x[this.#next] as number, y[this.#next] as number);
    if (turned) this.#turn(next);
    this.#settle();
  }

  #take(x: number, y: number): void {
    this.#x[this.#next] = x;
    this.#y[this.#next] = y;
    this.#next += 1;
    this.#head.add(x - (this.#x[0] as number), y - (this.#y[0] as number));
  }

  #turn(from: number): void {
    const part = new Part();
    const last = this.#x.length - 1;
    const anchorX = this.#x[last] as number;
    const anchorY = this.#y[last] as number;
    for (let at = last; at >= from; at--) {
      part.add((this.#x[at] as number) - anchorX, (this.#y[at] as number) - anchorY);
      const { meanX, meanY, squaresX, squaresY, products } = part;
      this.#tails.set([meanX, meanY, squaresX, squaresY, products], at * 5);
    }
  }

  #settle(): void {
    const head = this.#head;
    if (!this.#turned) {
      this.#squaresX = head.squaresX;
      this.#squaresY = head.squaresY;
      this.#products = head.products;
      return;
    }
    const at = this.#next * 5;
    const tails = this.#tails;
    const share = (head.count * (this.#x.length - head.count)) / this.#x.length;
    const last = this.#x.length - 1;
    const stepX = (this.#x[0] as number) - (this.#x[last] as number) + head.meanX - (tails[at] as number);
    const stepY = (this.#y[0] as number) - (this.#y[last] as number) + head.meanY - (tails[at + 1] as number);
    this.#squaresX = (tails[at + 2] as number) + head.squaresX + stepX * stepX * share;
    this.#squaresY = (tails[at + 3] as number) + head.squaresY + stepY * stepY * share;
    this.#products = (tails[at + 4] as number) + head.products + stepX * stepY * share;
  }
}
