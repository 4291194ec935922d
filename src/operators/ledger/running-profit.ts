import type { PositionBook } from './position-book.js';

/** After so many changes the running sum is made afresh, so that rounding does not pile up. */
const CHANGES_PER_SUM = 1_024;
const DAY = 86_400_000;

export type SavedProfit = {
  readonly sum: number;
  readonly changes: number;
  readonly lastKnown: number;
  readonly peak: number;
  readonly dayStart: number;
  readonly nextDay: number;
};

/**
 * The desk's profit in the reporting currency, kept up to date in O(1) a mark, with its peak and the
 * profit at the start of the trading day. `NaN` while any part of it is unknown; peak and day go by the
 * last known profit meanwhile.
 */
export class RunningProfit {
  readonly #book: PositionBook;
  readonly #dayOffset: number;
  /** Per instrument, as summed. */
  readonly #worth: Float64Array;
  #sum = 0;
  #changes = 0;
  #unknown = 0;
  #fees = 0;
  #interest = 0;
  #lastKnown = 0;
  #peak = 0;
  #dayStart = 0;
  #nextDay = 0;

  constructor(book: PositionBook, dayOffset: number) {
    this.#book = book;
    this.#dayOffset = dayOffset;
    this.#worth = new Float64Array(book.lots.length);
  }

  get value(): number {
    return this.#unknown > 0 ? Number.NaN : this.#sum - this.#fees + this.#interest;
  }

  get fees(): number {
    return this.#fees;
  }

  get interest(): number {
    return this.#interest;
  }

  /** Highest profit so far, at least 0, where every desk begins. */
  get peak(): number {
    return this.#peak;
  }

  /** When the next trading day begins (Unix milliseconds). */
  get nextDay(): number {
    return this.#nextDay;
  }

  get sinceDayStart(): number {
    return this.value - this.#dayStart;
  }

  /** Tells the time; the first call in a new trading day takes the profit as that day's start. */
  at(ts: number): void {
    if (ts < this.#nextDay) return;
    this.#nextDay = (Math.floor((ts - this.#dayOffset) / DAY) + 1) * DAY + this.#dayOffset;
    this.#dayStart = this.#lastKnown;
  }

  /** The mark of one instrument held has changed. */
  changed(index: number): void {
    const before = this.#worth[index] as number;
    const after = this.#book.worth(index);
    if (Number.isNaN(before) && Number.isNaN(after)) return;
    this.#changes++;
    const difference = after - before;
    if (Number.isNaN(difference) || this.#changes >= CHANGES_PER_SUM) {
      this.refresh();
      return;
    }
    this.#worth[index] = after;
    this.#sum += difference;
    this.#observe();
  }

  /** Sums everything afresh: after fills and changed rates. */
  refresh(): void {
    this.#sumUp();
    this.#changes = 0;
    this.#observe();
  }

  save(): SavedProfit {
    return {
      sum: this.#sum,
      changes: this.#changes,
      lastKnown: this.#lastKnown,
      peak: this.#peak,
      dayStart: this.#dayStart,
      nextDay: this.#nextDay,
    };
  }

  /** To be called when book, marks and rates are restored. */
  restore(saved: SavedProfit): void {
    this.#sumUp();
    // The sum as it had run, not as it would be afresh: the same to the bit.
    this.#sum = saved.sum;
    this.#changes = saved.changes;
    this.#lastKnown = saved.lastKnown;
    this.#peak = saved.peak;
    this.#dayStart = saved.dayStart;
    this.#nextDay = saved.nextDay;
  }

  #sumUp(): void {
    this.#sum = 0;
    this.#unknown = 0;
    for (const index of this.#book.traded) {
      const worth = this.#book.worth(index);
      this.#worth[index] = worth;
      if (Number.isNaN(worth)) this.#unknown++;
      else this.#sum += worth;
    }
    this.#fees = this.#book.feesPaid();
    this.#interest = this.#book.interestReceived();
  }

  #observe(): void {
    const profit = this.value;
    if (Number.isNaN(profit)) return;
    this.#lastKnown = profit;
    if (profit > this.#peak) this.#peak = profit;
  }
}
