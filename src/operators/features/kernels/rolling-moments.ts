import type { Plain } from '../../../domain/plain.js';
import type { Saveable } from './kernel.js';

/**
 * The last `size` values with their mean, variance and skewness, at the same amortised cost for every size.
 *
 * Nothing is ever subtracted, so nothing drifts and no outlier leaves a trace: the window is a queue of two stacks. The
 * older part has the moments of each of its tails, made when the ring goes round; the newer part is summed as it comes;
 * the two are merged. Moments are about the mean throughout (Welford 1962; merged as in Chan, Golub and LeVeque 1979,
 * the third as in Pébay 2008), and each part's mean is kept as the distance from one of its own values: the mean of prices
 * near 60,000 that differ by cents would lose five digits.
 */
export class RollingMoments implements Saveable {
  readonly #values: Float64Array;
  readonly #tailMean: Float64Array;
  readonly #tailM2: Float64Array;
  /** Empty unless the skewness is wanted. */
  readonly #tailM3: Float64Array;
  readonly #third: boolean;
  #next = 0;
  /** Whether the ring has gone round: from `next` on it then holds the older part. */
  #turned = false;
  #count = 0;
  #headMean = 0;
  #headM2 = 0;
  #headM3 = 0;
  /** A value of the window, and the distance of the mean from it. */
  #anchor = Number.NaN;
  #mean = 0;
  #m2 = 0;
  #m3 = 0;

  constructor(size: number, third = false) {
    this.#values = new Float64Array(size);
    this.#tailMean = new Float64Array(size);
    this.#tailM2 = new Float64Array(size);
    this.#tailM3 = new Float64Array(third ? size : 0);
    this.#third = third;
  }

  get full(): boolean {
    return this.#turned;
  }

  /** The value that the next push will push out; meaningful when full. */
  get oldest(): number {
    return this.#values[this.#next] as number;
  }

  get mean(): number {
    return this.#anchor + this.#mean;
  }

  /** How far a value lies above the mean, to more digits than the mean has. */
  above(value: number): number {
    return value - this.#anchor - this.#mean;
  }

  /** Variance of the population; exactly 0 when all values are equal. */
  get variance(): number {
    return this.#m2 / this.#count;
  }

  /** Skewness of the population; `NaN` when all values are equal. */
  get skewness(): number {
    const { variance } = this;
    return this.#m3 / this.#count / (variance * Math.sqrt(variance));
  }

  /** The sum of the distances of all values from the mean, one by one; meaningful when full. */
  distances(): number {
    const values = this.#values;
    const [anchor, mean] = [this.#anchor, this.#mean];
    let sum = 0;
    for (let at = 0; at < values.length; at++) sum += Math.abs((values[at] as number) - anchor - mean);
    return sum;
  }

  push(value: number): void {
    this.#take(value);
    if (this.#next === this.#values.length) {
      this.#turn(0);
      this.#next = 0;
      this.#turned = true;
      this.#headMean = 0;
      this.#headM2 = 0;
      this.#headM3 = 0;
    }
    this.#settle();
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
    if (turned || next > 0) this.#settle();
  }

  /** Adds a value to the newer part. */
  #take(value: number): void {
    this.#values[this.#next] = value;
    this.#next += 1;
    const count = this.#next;
    const step = value - (this.#values[0] as number) - this.#headMean;
    const share = step / count;
    const m2 = step * share * (count - 1);
    if (this.#third) this.#headM3 += m2 * share * (count - 2) - 3 * share * this.#headM2;
    this.#headMean += share;
    this.#headM2 += m2;
  }

  /** Moments of each tail of the ring from `from` on. */
  #turn(from: number): void {
    const values = this.#values;
    const anchor = values[values.length - 1] as number;
    let mean = 0;
    let m2 = 0;
    let m3 = 0;
    for (let at = values.length - 1, count = 1; at >= from; at--, count++) {
      const step = (values[at] as number) - anchor - mean;
      const share = step / count;
      const more = step * share * (count - 1);
      if (this.#third) {
        m3 += more * share * (count - 2) - 3 * share * m2;
        this.#tailM3[at] = m3;
      }
      mean += share;
      m2 += more;
      this.#tailMean[at] = mean;
      this.#tailM2[at] = m2;
    }
  }

  /** Merges the two parts. */
  #settle(): void {
    const head = this.#next;
    if (!this.#turned) {
      this.#count = head;
      this.#anchor = this.#values[0] as number;
      this.#mean = this.#headMean;
      this.#m2 = this.#headM2;
      this.#m3 = this.#headM3;
      return;
    }
    const count = this.#values.length;
    const tail = count - head;
    const tailMean = this.#tailMean[head] as number;
    const tailM2 = this.#tailM2[head] as number;
    this.#count = count;
    this.#anchor = this.#values[count - 1] as number;
    if (head === 0) {
      this.#mean = tailMean;
      this.#m2 = tailM2;
      this.#m3 = this.#third ? (this.#tailM3[0] as number) : 0;
      return;
    }
    const step = (this.#values[0] as number) - this.#anchor + this.#headMean - tailMean;
    const share = (step * head) / count;
    this.#mean = tailMean + share;
    this.#m2 = tailM2 + this.#headM2 + step * share * tail;
    if (this.#third)
      this.#m3 =
        (this.#tailM3[head] as number) +
        this.#headM3 +
        (step * share * step * tail * (tail - head)) / count +
        (3 * step * (tail * this.#headM2 - head * tailM2)) / count;
  }
}
