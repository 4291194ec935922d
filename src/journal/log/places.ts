/** Where a record of a segment begins. */
export interface Place {
  /** First seq of its block. */
  readonly seq: number;
  readonly at: number;
}

/** How far apart places are kept in mind, in bytes. */
const EVERY = 65_536;

/**
 * Places of some records of a segment, so that a reader begins near what it wants: a segment of small blocks has hundreds of
 * thousands of records, and a leader that read them all for each piece of a follower's tail never came to its end.
 *
 * @example
 * places.note(seq, at); // each record, in order
 * places.before(seq); // one that begins at or before seq, or undefined
 */
export class Places {
  readonly #kept: Place[] = [];

  /** A record begins here. */
  note(seq: number, at: number): void {
    if (at >= (this.#kept.at(-1)?.at ?? 0) + EVERY) this.#kept.push({ seq, at });
  }

  /** The last place that is known of a record at or before `seq`; `undefined`: begin with the segment. */
  before(seq: number): Place | undefined {
    let low = 0;
    let high = this.#kept.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#kept[middle] as Place).seq <= seq) low = middle + 1;
      else high = middle;
    }
    return this.#kept[low - 1];
  }

  /** The segment was written anew. */
  forget(): void {
    this.#kept.length = 0;
  }
}
