import { Bell } from '../bell.js';

/** More than so many are never held: the oldest go, since newer words replace them. */
const MOST = 100_000;

/** Holds what comes until it is taken. */
export class Mailbox<T> {
  readonly #bell = new Bell();
  #items: T[] = [];
  #taken = 0;

  put(item: T): void {
    this.#items.push(item);
    if (this.#items.length - this.#taken > MOST) this.#taken += 1;
    if (this.#taken > MOST) this.#compact();
    this.#bell.ring();
  }

  async next(): Promise<T> {
    for (;;) {
      const { next } = this.#bell;
      if (this.#taken < this.#items.length) {
        const item = this.#items[this.#taken] as T;
        this.#taken += 1;
        if (this.#taken > 1_000 && this.#taken * 2 > this.#items.length) this.#compact();
        return item;
      }
      await next;
    }
  }

  #compact(): void {
    this.#items = this.#items.slice(this.#taken);
    this.#taken = 0;
  }
}
