/** Counts intervals of event time, from the Unix epoch on. */
export class Intervals {
  readonly #every: number;
  /** End of the present interval, Unix milliseconds; `NaN` before the first event. */
  end: number = Number.NaN;

  constructor(every: number) {
    this.#every = every;
  }

  /** How many have ended at or before `ts` since it was last asked; 0 at first. */
  ended(ts: number): number {
    if (ts < this.end) return 0;
    const end = (Math.floor(ts / this.#every) + 1) * this.#every;
    const ended = Math.round((end - this.end) / this.#every);
    this.end = end;
    return Number.isNaN(ended) ? 0 : ended;
  }
}
