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

interface Pending {
  readonly due: number;
  readonly mid: number;
  readonly direction: number;
  readonly tally: Tally;
}

interface Tally {
  readonly signal: string;
  readonly horizon: number;
  count: number;
  hits: number;
  misses: number;
  move: number;
}

/** Signals that wait for their horizon, of one instrument; the oldest are given up first. */
const MOST_PENDING = 5_000;

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
  readonly #pending = new Map<string, Pending[]>();

  /** A signal entered the pool while the mid of its instrument was this. */
  said({ name, instrument, direction, horizon }: Signal, ts: number, mid: number): void {
    if (direction === 0 || !(mid > 0)) return;
    const key = `${name} ${horizon}`;
    let tally = this.#tallies.get(key);
    if (tally === undefined) {
      tally = { signal: name, horizon, count: 0, hits: 0, misses: 0, move: 0 };
      this.#tallies.set(key, tally);
    }
    let pending = this.#pending.get(instrument);
    if (pending === undefined) {
      pending = [];
      this.#pending.set(instrument, pending);
    }
    if (pending.length >= MOST_PENDING) pending.shift();
    pending.push({ due: ts + horizon, mid, direction, tally });
  }

  /** The mid of an instrument at a time. */
  moved(instrument: string, ts: number, mid: number): void {
    const pending = this.#pending.get(instrument);
    if (pending === undefined || pending.length === 0 || !(mid > 0)) return;
    let kept = 0;
    for (const each of pending) {
      if (each.due > ts) {
        pending[kept++] = each;
        continue;
      }
      const { tally } = each;
      const move = (each.direction * (mid - each.mid)) / each.mid;
      tally.count++;
      tally.move += move;
      if (move > 0) tally.hits++;
      else if (move < 0) tally.misses++;
    }
    pending.length = kept;
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
}
