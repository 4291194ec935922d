import type { BookEvent } from '../domain/market-event.js';

/** What the ids of a delta say: it is the next one, it was known already, or something between is missing. */
export type Link = 'next' | 'stale' | 'gap';

/** Whether the venue numbers its deltas, so that a gap can be seen in them. */
export const isNumbered = (event: BookEvent): boolean => event.previous >= 0 || event.first >= 0;

/**
 * Follows the ids of one instrument's deltas.
 *
 * A snapshot is taken between two deltas or in the middle of one, so the first delta after it need only reach across
 * its id; quantities are absolute, so nothing is counted twice. From then on each delta must continue exactly: futures
 * by naming their predecessor, spot by starting one after it. Feeds without ids are in order by themselves.
 */
export class DeltaChain {
  /** Id of the last update in the book, or -1. */
  lastId = -1;
  /** Whether the next delta may overlap what is known. */
  joining = true;

  /** Goes on from a snapshot. */
  start(id: number): void {
    this.lastId = id;
    this.joining = true;
  }

  /** Judges a delta and, when it is the next one, moves on to it. */
  follow(event: BookEvent): Link {
    const link = event.previous >= 0 ? this.#futures(event) : event.first >= 0 ? this.#spot(event) : 'next';
    if (link === 'next') {
      this.lastId = event.last;
      this.joining = false;
    }
    return link;
  }

  #futures({ last, previous }: BookEvent): Link {
    if (previous === this.lastId || this.lastId < 0) return 'next';
    // It holds every change after `previous`. One that ends on the snapshot's own id is kept, as the venue asks.
    if (this.joining && previous < this.lastId && this.lastId <= last) return 'next';
    return last <= this.lastId ? 'stale' : 'gap';
  }

  #spot({ first, last }: BookEvent): Link {
    if (last <= this.lastId) return 'stale';
    if (first === this.lastId + 1 || this.lastId < 0) return 'next';
    return this.joining && first <= this.lastId ? 'next' : 'gap';
  }
}
