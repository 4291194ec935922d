import { InputError } from '../../domain/errors.js';

/** A level as the venue wrote it: checksums are taken over these very digits. */
export interface RawLevel {
  readonly price: string;
  readonly quantity: string;
}

/** A level with the tick by which it is ordered. */
interface Level extends RawLevel {
  readonly ticks: number;
}

/** How a venue sums up the top of its book. */
export interface BookChecksum {
  /** Levels of a side that go into it. */
  readonly depth: number;
  /** Levels of a side that the venue keeps; those beyond fall out without a word. 0: it says so itself. */
  readonly kept: number;
  /** @param bids from the best on, at most `depth`; so the asks */
  of(bids: readonly RawLevel[], asks: readonly RawLevel[]): number;
}

const MOST_LEVELS = 100_000;

/**
 * A book of the venue's own strings, kept only to verify the checksums that come with it.
 *
 * @example
 * book.clear();
 * book.set('bid', 19_000, '190.00', '1.5');
 * if (book.checksum() !== said) distrust();
 */
export class ChecksummedBook {
  readonly #checksum: BookChecksum;
  /** From the best on. */
  #bids: Level[] = [];
  #asks: Level[] = [];

  constructor(checksum: BookChecksum) {
    this.#checksum = checksum;
  }

  clear(): void {
    this.#bids = [];
    this.#asks = [];
  }

  /** Sets a level; without a quantity it is removed. @throws InputError beyond 100,000 levels of a side */
  set(side: 'bid' | 'ask', ticks: number, price: string, quantity: string | undefined): void {
    const levels = side === 'bid' ? this.#bids : this.#asks;
    const sign = side === 'bid' ? -1 : 1;
    let low = 0;
    let high = levels.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sign * (levels[middle] as Level).ticks < sign * ticks) low = middle + 1;
      else high = middle;
    }
    const present = levels[low]?.ticks === ticks ? 1 : 0;
    if (quantity === undefined) levels.splice(low, present);
    else levels.splice(low, present, { ticks, price, quantity });
    if (levels.length > MOST_LEVELS)
      throw new InputError(`a book of more than ${MOST_LEVELS} levels on a side`);
  }

  /** To be called when all levels of a message are set; tells of each level that falls out. */
  trim(fallen: (side: 'bid' | 'ask', ticks: number) => void = () => undefined): void {
    const { kept } = this.#checksum;
    if (kept === 0) return;
    for (const { ticks } of this.#bids.splice(kept)) fallen('bid', ticks);
    for (const { ticks } of this.#asks.splice(kept)) fallen('ask', ticks);
  }

  checksum(): number {
    const { depth } = this.#checksum;
    return this.#checksum.of(this.#bids.slice(0, depth), this.#asks.slice(0, depth));
  }
}
