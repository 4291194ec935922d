import type { Plain } from '../domain/plain.js';
import type { BookSide } from './book-view.js';
import type { Levels } from './levels.js';
import { placeOf } from './place-of.js';

/** Up to so many levels a loop moves faster than the call of `copyWithin`. */
const FEW = 20;

/**
 * One side of a book: prices in ticks, each with its lots.
 *
 * Levels lie in two sorted `Float64Array`s with the best one at the end, because that is where markets move: a level that
 * comes or goes near the top shifts a few others. Asks are kept as negated prices, so that one order serves both.
 */
export class PriceLevels implements Levels {
  readonly side: BookSide;
  readonly #sign: 1 | -1;
  #keys: Float64Array;
  #quantities: Float64Array;
  #length = 0;

  constructor(side: BookSide, capacity = 64) {
    this.side = side;
    this.#sign = side === 'bid' ? 1 : -1;
    this.#keys = new Float64Array(capacity);
    this.#quantities = new Float64Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** Best price in ticks, or `NaN` when the side is empty. */
  get bestPrice(): number {
    return this.priceAt(0);
  }

  /** Lots at the best price, or 0 when the side is empty. */
  get bestQuantity(): number {
    return this.quantityAt(0);
  }

  /** Price of a level, 0 being the best; `NaN` beyond the last. */
  priceAt(level: number): number {
    if (!(level >= 0 && level < this.#length)) return Number.NaN;
    // Adding 0 turns a negative zero into a zero.
    return this.#sign * (this.#keys[this.#length - 1 - level] as number) + 0;
  }

  /** Lots of a level, 0 being the best; 0 beyond the last. */
  quantityAt(level: number): number {
    if (!(level >= 0 && level < this.#length)) return 0;
    return this.#quantities[this.#length - 1 - level] as number;
  }

  /** Lots at a price; 0 where there are none. */
  quantityOf(price: number): number {
    const key = this.#sign * price;
    const index = placeOf(this.#keys, this.#length, key);
    return index < this.#length && this.#keys[index] === key ? (this.#quantities[index] as number) : 0;
  }

  /** Sets the lots at a price; 0 removes the level. */
  set(price: number, quantity: number): void {
    const key = this.#sign * price + 0;
    const index = placeOf(this.#keys, this.#length, key);
    const length = this.#length;
    const present = index < length && this.#keys[index] === key;
    if (quantity > 0) {
      if (!present) this.#open(index, key);
      this.#quantities[index] = quantity;
    } else if (present) {
      this.#shift(index + 1, index, length);
      this.#length = length - 1;
    }
  }

  /** Adds lots (or takes them away) at a price; a level with none left goes. */
  add(price: number, quantity: number): void {
    this.set(price, this.quantityOf(price) + quantity);
  }

  /** Sets a list of price, quantity, price, quantity. */
  setAll(flat: readonly number[]): void {
    for (let index = 0; index + 1 < flat.length; index += 2) {
      this.set(flat[index] as number, flat[index + 1] as number);
    }
  }

  /**
   * Replaces everything by a list of price, quantity, price, quantity, in any order.
   *
   * It fills from the worst price to the best, so that every level lands at the end: a snapshot of 40,000 levels costs
   * milliseconds, not the second that it costs from the best price down.
   */
  load(flat: readonly number[]): void {
    this.clear();
    if (this.#bestFirst(flat)) {
      for (let index = flat.length - 2; index >= 0; index -= 2) {
        this.set(flat[index] as number, flat[index + 1] as number);
      }
      return;
    }
    const places = Array.from({ length: flat.length >> 1 }, (_, place) => place * 2);
    // Stable, so that of two entries for one price the later one counts.
    places.sort((a, b) => this.#sign * ((flat[a] as number) - (flat[b] as number)));
    for (const place of places) this.set(flat[place] as number, flat[place + 1] as number);
  }

  clear(): void {
    this.#length = 0;
  }

  /** Calls back for each level, best first. */
  forEach(visit: (price: number, quantity: number) => void): void {
    for (let level = 0; level < this.#length; level++) visit(this.priceAt(level), this.quantityAt(level));
  }

  /** Lots of the best `levels` levels. */
  total(levels: number = this.#length): number {
    const quantities = this.#quantities;
    let sum = 0;
    for (let index = this.#length - 1; index >= 0 && index >= this.#length - levels; index--) {
      sum += quantities[index] as number;
    }
    return sum;
  }

  /** The levels, worst price first: equal sides save equal. */
  save(): { readonly prices: Float64Array; readonly quantities: Float64Array } {
    const prices = new Float64Array(this.#length);
    for (let index = 0; index < this.#length; index++) {
      prices[index] = this.#sign * (this.#keys[index] as number) + 0;
    }
    return { prices, quantities: this.#quantities.slice(0, this.#length) };
  }

  /** Replaces everything by what {@link save} gave. */
  restore(saved: Plain): void {
    const { prices, quantities } = saved as ReturnType<PriceLevels['save']>;
    this.clear();
    for (let index = 0; index < prices.length; index++) {
      this.set(prices[index] as number, quantities[index] as number);
    }
  }

  /** Makes room for a level at an index. */
  #open(index: number, key: number): void {
    const length = this.#length;
    if (length === this.#keys.length) this.#grow();
    this.#shift(index, index + 1, length);
    this.#keys[index] = key;
    this.#length = length + 1;
  }

  /** Moves the levels from `from` to `end` by one place, so that they start at `to`. */
  #shift(from: number, to: number, end: number): void {
    const keys = this.#keys;
    const quantities = this.#quantities;
    if (end - from > FEW) {
      keys.copyWithin(to, from, end);
      quantities.copyWithin(to, from, end);
    } else if (to < from) {
      for (let index = from; index < end; index++) {
        keys[index - 1] = keys[index] as number;
        quantities[index - 1] = quantities[index] as number;
      }
    } else {
      for (let index = end; index > from; index--) {
        keys[index] = keys[index - 1] as number;
        quantities[index] = quantities[index - 1] as number;
      }
    }
  }

  #grow(): void {
    const keys = new Float64Array(Math.max(16, this.#keys.length * 2));
    keys.set(this.#keys);
    const quantities = new Float64Array(keys.length);
    quantities.set(this.#quantities);
    this.#keys = keys;
    this.#quantities = quantities;
  }

  #bestFirst(flat: readonly number[]): boolean {
    for (let index = 2; index < flat.length; index += 2) {
      if (!(this.#sign * ((flat[index - 2] as number) - (flat[index] as number)) > 0)) return false;
    }
    return true;
  }
}
