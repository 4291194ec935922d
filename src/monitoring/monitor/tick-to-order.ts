import type { ClientOrderId } from '../../domain/brand.js';
import type { HistogramSeries } from '../metrics/series.js';

/** Events whose time of acceptance is remembered: an order of an older one is not measured. */
const REMEMBERED = 4_096;
/** Orders that wait for the other half of their measurement. */
const MOST_WAITING = 1_000;

/**
 * Measures from the acceptance of an event to its order's leaving for a venue.
 *
 * The order's event tells which event caused it, the command when it left; which of both comes first depends on whether
 * the gate had to wait for acknowledgements.
 */
export class TickToOrder {
  readonly #times = new Float64Array(REMEMBERED);
  readonly #places = new Float64Array(REMEMBERED);
  readonly #left = new Map<ClientOrderId, number>();
  readonly #caused = new Map<ClientOrderId, number>();
  readonly #series: HistogramSeries;

  readonly #every: number;
  readonly #now: () => number;
  #stamp = Number.NaN;
  #untilRead = 0;
  #time = 0;

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
   * too long by at most the time that those took, and never too short.
   */
  accepted(seq: number, ts: number): void {
    if (ts !== this.#stamp || --this.#untilRead <= 0) {
      this.#stamp = ts;
      this.#untilRead = this.#every;
      this.#time = this.#now();
    }
    const place = seq % REMEMBERED;
    this.#times[place] = this.#time;
    this.#places[place] = seq;
  }

  /** The core made an order from the event at `seq`. */
  submitted(seq: number, id: ClientOrderId): void {
    const place = seq % REMEMBERED;
    if (this.#places[place] !== seq) return;
    const accepted = this.#times[place] as number;
    const left = this.#left.get(id);
    if (left === undefined) remember(this.#caused, id, accepted);
    else {
      this.#left.delete(id);
      this.#series.observe((left - accepted) / 1_000);
    }
  }

  /** The order left for its venue. */
  left(id: ClientOrderId, now: number): void {
    const accepted = this.#caused.get(id);
    if (accepted === undefined) remember(this.#left, id, now);
    else {
      this.#caused.delete(id);
      this.#series.observe((now - accepted) / 1_000);
    }
  }
}

function remember(map: Map<ClientOrderId, number>, id: ClientOrderId, value: number): void {
  if (map.size >= MOST_WAITING) {
    const [oldest] = map.keys();
    map.delete(oldest as ClientOrderId);
  }
  map.set(id, value);
}
