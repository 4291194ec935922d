import type { Signal } from '../../domain/signal.js';

/** How often a signal was right at its horizon. */
export interface HitRate {
  readonly signal: string;
  /** Milliseconds. */
  readonly horizon: number;
  /** Signals with a direction whose outcome is known. */
  readonly count: number;
  /** Share of them after which the mid moved their way; one that did not move counts for neither. `NaN`: none moved. */
  readonly hitRate: number;
  /** Mean move of the mid in their direction, as a share of the price; before costs. */
  readonly meanMove: number;
}

interface Tally {
  readonly signal: string;
  readonly horizon: number;
  count: number;
  hits: number;
  misses: number;
  move: number;
}

/** Signals of one name and horizon, of one instrument, that wait for it; the oldest are given up first. */
const MOST_PENDING = 5_000;

/** A signal that waits for its horizon. */
interface Pending {
  readonly due: number;
  readonly mid: number;
  readonly direction: number;
}

/** Signals of one name, horizon and instrument: they fall due in the order in which they were said, so that only the oldest is looked at. */
class Waiting {
  readonly tally: Tally;
  #queue: Pending[] = [];
  #head = 0;

  constructor(tally: Tally) {
    this.tally = tally;
  }

  push(pending: Pending): void {
    if (this.#queue.length - this.#head >= MOST_PENDING) this.#head++;
    if (this.#head >= MOST_PENDING) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
    this.#queue.push(pending);
  }

  /** Holds what is due against a mid. */
  settle(ts: number, mid: number): void {
    for (;;) {
      const oldest = this.#queue[this.#head];
      if (oldest === undefined || oldest.due > ts) return;
      this.#head++;
      const { tally } = this;
      const move = (oldest.direction * (mid - oldest.mid)) / oldest.mid;
      tally.count++;
      tally.move += move;
      if (move > 0) tally.hits++;
      else if (move < 0) tally.misses++;
    }
  }
}

/**
 * Holds signals against what the mid did until their horizon.
 *
 * ```
 * signal  --U---------        up, horizon 5
 * mid     --100--101--
 * outcome -------H----        a hit: the first mid at or after the horizon is above
 * ```
 *
 * @example
 * const outcomes = new SignalOutcomes();
 * outcomes.said(signal, 1_000, 100);
 * outcomes.moved(signal.instrument, 6_000, 101);
 * outcomes.result();
 */
export class SignalOutcomes {
  readonly #tallies = new Map<string, Tally>();
  /** By instrument. */
  readonly #waiting = new Map<string, Waiting[]>();

  /** A signal entered the pool while the mid of its instrument was this. */
  said({ name, instrument, direction, horizon }: Signal, ts: number, mid: number): void {
    if (direction === 0 || !(mid > 0)) return;
    this.#of(instrument, name, horizon).push({ due: ts + horizon, mid, direction });
  }

  /** The mid of an instrument at a time. */
  moved(instrument: string, ts: number, mid: number): void {
    const waiting = this.#waiting.get(instrument);
    if (waiting === undefined || !(mid > 0)) return;
    for (const each of waiting) each.settle(ts, mid);
  }

  /** By signal and horizon. */
  result(): readonly HitRate[] {
    return [...this.#tallies.values()]
      .map(({ signal, horizon, count, hits, misses, move }) => ({
        signal,
        horizon,
        count,
        hitRate: hits / (hits + misses),
        meanMove: move / count,
      }))
      .sort((a, b) => (a.signal < b.signal ? -1 : a.signal > b.signal ? 1 : a.horizon - b.horizon));
  }

  #of(instrument: string, name: string, horizon: number): Waiting {
    let own = this.#waiting.get(instrument);
    if (own === undefined) {
      own = [];
      this.#waiting.set(instrument, own);
    }
    // A handful, and the text of a key for each signal would cost more.
    for (const each of own) if (each.tally.signal === name && each.tally.horizon === horizon) return each;
    const key = `${name} ${horizon}`;
    let tally = this.#tallies.get(key);
    if (tally === undefined) {
      tally = { signal: name, horizon, count: 0, hits: 0, misses: 0, move: 0 };
      this.#tallies.set(key, tally);
    }
    const made = new Waiting(tally);
    own.push(made);
    return made;
  }
}
