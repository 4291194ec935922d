import type { BookSide } from '../../books/book-view.js';
import type { RecordedBook } from './recorded-book.js';

type Taken = { readonly displayed: number; readonly taken: number };

/** For each side price, displayed lots and taken lots by turns, sorted by price. */
export type TakenState = { readonly ask: readonly number[]; readonly bid: readonly number[] };

/**
 * What our own orders took of displayed levels. The recording does not know of us and goes on showing it; until
 * the recording changes a level, what we took of it is gone.
 */
export class TakenLiquidity {
  readonly #book: RecordedBook;
  readonly #sides: Readonly<Record<BookSide, Map<number, Taken>>> = { ask: new Map(), bid: new Map() };

  constructor(book: RecordedBook) {
    this.#book = book;
  }

  /** Lots at a price that are still there for us. */
  available(side: BookSide, price: number): number {
    const taken = this.#sides[side].get(price);
    return this.#book.displayed(side, price) - (taken?.taken ?? 0);
  }

  take(side: BookSide, price: number, quantity: number): void {
    const taken = (this.#sides[side].get(price)?.taken ?? 0) + quantity;
    this.#sides[side].set(price, { displayed: this.#book.displayed(side, price), taken });
  }

  /** Forgets the levels that the recording has changed. Call after every change of the book. */
  refresh(): void {
    // While the book is unsynced nobody knows whether a level changed: the next snapshot tells.
    if (!this.#book.synced) return;
    for (const side of ['ask', 'bid'] as const) {
      for (const [price, { displayed }] of this.#sides[side]) {
        if (this.#book.displayed(side, price) !== displayed) this.#sides[side].delete(price);
      }
    }
  }

  save(): TakenState {
    return { ask: flat(this.#sides.ask), bid: flat(this.#sides.bid) };
  }

  restore(state: TakenState): void {
    for (const side of ['ask', 'bid'] as const) {
      const numbers = state[side];
      for (let index = 0; index + 2 < numbers.length; index += 3) {
        const [price, displayed, taken] = numbers.slice(index, index + 3) as [number, number, number];
        this.#sides[side].set(price, { displayed, taken });
      }
    }
  }
}

function flat(side: ReadonlyMap<number, Taken>): number[] {
  return [...side]
    .sort(([one], [two]) => one - two)
    .flatMap(([price, { displayed, taken }]) => [price, displayed, taken]);
}
