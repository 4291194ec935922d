import type { ClientOrderId } from '../../domain/brand.js';
import { RecentMap } from '../../domain/recent-map.js';
import type { HistogramSeries } from '../metrics/series.js';

/** Readings of the clock that are remembered: an order of an event before all of them is not measured. */
const REMEMBERED = 1_024;
/** Orders that wait for the other half of their measurement. */
const MOST_WAITING = 1_000;

/**
 * Measures from the acceptance of an event to its order's leaving for a venue.
 *
 * The order's event tells which event caused it, the command when it left; which of both comes first depends on whether
 * the gate had to wait for acknowledgements.
 */
export class TickToOrder {
  /** Readings of the clock, and the place in the log of the event at which each was made: a ring. */
  readonly #times = new Float64Array(REMEMBERED);
  readonly #places = new Float64Array(REMEMBERED).fill(Number.POSITIVE_INFINITY);
  #newest = 0;
  readonly #left = new RecentMap<ClientOrderId, number>(MOST_WAITING);
  readonly #caused = new RecentMap<ClientOrderId, number>(MOST_WAITING);
  readonly #series: HistogramSeries;

  readonly #every: number;
  readonly #now: () => number;
  /** The newest order, which nearly always leaves before there is another. */
  #waiting: ClientOrderId | undefined;
  #waitingSince = 0;
  #stamp = Number.NaN;
  #untilRead = 0;

  /** @param series seconds */
  constructor(
    series: HistogramSeries,
    { clockEvery, now }: { readonly clockEvery: number; readonly now: () => number },
  ) {
    this.#series = series;
    this.#every = clockEvery;
    this.#now = now;
  }

  /**
   * An event from outside is about to pass, stamped `ts`.
   *
   * The clock is read when the stamp is another one than before, and at every so many events of one stamp: what is measured is
   * too long by at most the time that those took, and never too short. Between readings nothing is kept.
   */
  accepted(seq: number, ts: number): void {
    if (ts === this.#stamp && --this.#untilRead > 0) return;
    this.#stamp = ts;
    this.#untilRead = this.#every;
    const place = (this.#newest + 1) % REMEMBERED;
    this.#newest = place;
    this.#times[place] = this.#now();
    this.#places[place] = seq;
  }

  /** The core made an order from an event that was accepted at this reading of the clock; `NaN`: before all that are remembered. */
  submitted(id: ClientOrderId, accepted: number): void {
    if (Number.isNaN(accepted)) return;
    const left = this.#left.get(id);
    if (left === undefined) {
      if (this.#waiting !== undefined) this.#caused.set(this.#waiting, this.#waitingSince);
      this.#waiting = id;
      this.#waitingSince = accepted;
    } else {
      this.#left.delete(id);
      this.#series.observe((left - accepted) / 1_000);
    }
  }

  /** The order left for its venue. */
  left(id: ClientOrderId, now: number): void {
    if (id === this.#waiting) {
      this.#waiting = undefined;
      this.#series.observe((now - this.#waitingSince) / 1_000);
      return;
    }
    const accepted = this.#caused.get(id);
    if (accepted === undefined) this.#left.set(id, now);
    else {
      this.#caused.delete(id);
      this.#series.observe((now - accepted) / 1_000);
    }
  }

  /** The last reading at or before the event at `seq`, nearly always the newest; `NaN` where none is remembered. */
  acceptedAt(seq: number): number {
    for (let back = 0; back < REMEMBERED; back++) {
      const place = (this.#newest + REMEMBERED - back) % REMEMBERED;
      const read = this.#places[place] as number;
      if (read <= seq) return this.#times[place] as number;
      // Never read there.
      if (read === Number.POSITIVE_INFINITY) return Number.NaN;
    }
    return Number.NaN;
  }
}
