import type { Plain } from '../../domain/plain.js';

const WIDTH = 3;

/**
 * The last prices of an instrument, sorted by event time, for questions about the past. Rows that come late are put
 * where they belong; beyond its size the oldest is forgotten, and what would rest on a forgotten row is unknown.
 */
export class PriceHistory {
  readonly #size: number;
  /** Time, bid, ask; one row after the other, sorted by time and then by arrival. */
  readonly #rows: Float64Array;
  #first = 0;
  #count = 0;

  constructor(size: number) {
    this.#size = size;
    // Twice the room: forgetting is one move of the rows in every `size` insertions.
    this.#rows = new Float64Array(2 * size * WIDTH);
  }

  get latest(): number {
    return this.#count === 0 ? Number.NaN : this.time(this.#count - 1);
  }

  add(time: number, bid: number, ask: number): void {
    const rows = this.#rows;
    let place = this.#count;
    while (place > 0 && this.time(place - 1) > time) place--;
    if (this.#count === this.#size) {
      // Older than all that is kept: it would be forgotten at once.
      if (place === 0) return;
      this.#first++;
      this.#count--;
      place--;
      if (this.#first === this.#size) {
        rows.copyWithin(0, this.#first * WIDTH, (this.#first + this.#count) * WIDTH);
        this.#first = 0;
      }
    }
    const at = (this.#first + place) * WIDTH;
    rows.copyWithin(at + WIDTH, at, (this.#first + this.#count) * WIDTH);
    rows[at] = time;
    rows[at + 1] = bid;
    rows[at + 2] = ask;
    this.#count++;
  }

  /** Place of the last row at or before a time; -1: there is none, or it is forgotten. */
  find(time: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.time(middle) <= time) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** Whether the newest row says that nothing is known. */
  get endsUnknown(): boolean {
    return this.#count > 0 && Number.isNaN(this.bid(this.#count - 1));
  }

  /** Whether the last row of a time says these prices. */
  has(time: number, bid: number, ask: number): boolean {
    const place = this.find(time);
    return place >= 0 && this.time(place) === time && this.bid(place) === bid && this.ask(place) === ask;
  }

  time(place: number): number {
    return this.#rows[(this.#first + place) * WIDTH] as number;
  }

  bid(place: number): number {
    return this.#rows[(this.#first + place) * WIDTH + 1] as number;
  }

  ask(place: number): number {
    return this.#rows[(this.#first + place) * WIDTH + 2] as number;
  }

  save(): Plain {
    return this.#rows.slice(this.#first * WIDTH, (this.#first + this.#count) * WIDTH);
  }

  restore(saved: Plain): void {
    const rows = saved as Float64Array;
    this.#rows.set(rows);
    this.#first = 0;
    this.#count = rows.length / WIDTH;
  }
}
