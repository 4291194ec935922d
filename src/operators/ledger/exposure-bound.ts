import type { InstrumentTable } from '../../domain/instrument-table.js';
import type { PositionBook } from './position-book.js';
import type { Valuation } from './valuation.js';

/** After so many changes the running sums are made afresh, so that rounding does not pile up. */
const CHANGES_PER_SUM = 1_024;
/** Of the largest sum since it was made afresh: thousands of times what so many roundings can be off by. */
const MARGIN = 1e-9;

/**
 * A bound from above of what is held, desk and venue by venue, kept up to date in O(1) a mark.
 *
 * Rules that look at every event ask it first, and walk the positions only where it is beyond their limit. So what they decide is
 * what a walk decides, and the running sums are part of no snapshot.
 */
export class ExposureBound {
  readonly #book: PositionBook;
  readonly #valuation: Valuation;
  /** Place of each instrument's venue among the sums; the desk's sum is the last. */
  readonly #venueOf: Uint32Array;
  readonly #places: ReadonlyMap<string, number>;
  readonly #held: Float64Array;
  readonly #sums: Float64Array;
  readonly #largest: Float64Array;
  #changes = 0;

  constructor({ list, venues }: InstrumentTable, book: PositionBook, valuation: Valuation) {
    this.#book = book;
    this.#valuation = valuation;
    this.#places = new Map(venues.map((venue, place) => [venue, place]));
    this.#venueOf = Uint32Array.from(list, ({ definition }) => this.#places.get(definition.venue) as number);
    this.#held = new Float64Array(list.length);
    this.#sums = new Float64Array(venues.length + 1);
    this.#largest = new Float64Array(venues.length + 1);
  }

  /** What is held at a venue, or everywhere, is at most this; `NaN` while a mark or a rate of it is unknown. */
  atMost(venue: string | undefined): number {
    const place = venue === undefined ? this.#sums.length - 1 : this.#places.get(venue);
    if (place === undefined) return 0;
    return (this.#sums[place] as number) + MARGIN * (this.#largest[place] as number);
  }

  /** The mark of an instrument held has changed. */
  changed(index: number): void {
    const before = this.#held[index] as number;
    const after = this.#valuation.notional(index, this.#book.lots[index] as number);
    if (Number.isNaN(before) && Number.isNaN(after)) return;
    const difference = after - before;
    if (Number.isNaN(difference) || ++this.#changes >= CHANGES_PER_SUM) {
      this.refresh();
      return;
    }
    this.#held[index] = after;
    this.#add(this.#venueOf[index] as number, difference);
    this.#add(this.#sums.length - 1, difference);
  }

  /** Sums everything afresh: after fills and changed rates. */
  refresh(): void {
    this.#changes = 0;
    this.#sums.fill(0);
    this.#largest.fill(0);
    for (const index of this.#book.traded) {
      const notional = this.#valuation.notional(index, this.#book.lots[index] as number);
      this.#held[index] = notional;
      this.#add(this.#venueOf[index] as number, notional);
      this.#add(this.#sums.length - 1, notional);
    }
  }

  #add(place: number, notional: number): void {
    const sum = (this.#sums[place] as number) + notional;
    this.#sums[place] = sum;
    if (sum > (this.#largest[place] as number)) this.#largest[place] = sum;
  }
}
