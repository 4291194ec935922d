/**
 * Keeps an even choice of what goes by, never more than so many: every item at first, then every second, every fourth.
 *
 * @throws RangeError when it may keep fewer than two
 */
export class Thinned<T> {
  readonly #most: number;
  #items: T[] = [];
  #stride = 1;
  #seen = 0;

  constructor(most: number) {
    if (!(most >= 2)) throw new RangeError(`at least two items have to be kept, not ${most}`);
    this.#most = most;
  }

  get items(): readonly T[] {
    return this.#items;
  }

  /** All that went by. */
  get seen(): number {
    return this.#seen;
  }

  add(item: T): void {
    if (this.#seen++ % this.#stride !== 0) return;
    if (this.#items.length >= this.#most) {
      this.#items = this.#items.filter((_, index) => index % 2 === 0);
      this.#stride *= 2;
      if ((this.#seen - 1) % this.#stride !== 0) return;
    }
    this.#items.push(item);
  }
}
