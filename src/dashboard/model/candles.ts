import type { Candle } from '../view.js';

/**
 * Bars of the mid of every instrument, the last so many of each.
 *
 * ```
 * mid      --5--7--4--|--6---     |: a bar ends, by the time of events
 * bars                B           open 5, high 7, low 4, close 4
 * ```
 */
export class Candles {
  readonly every: number;
  readonly #most: number;
  readonly #closed: Candle[][];
  readonly #starts: Float64Array;
  readonly #opens: Float64Array;
  readonly #highs: Float64Array;
  readonly #lows: Float64Array;
  readonly #closes: Float64Array;

  /** @param every milliseconds of a bar */
  constructor(instruments: number, every: number, most: number) {
    this.every = every;
    this.#most = most;
    this.#closed = Array.from({ length: instruments }, () => []);
    this.#starts = new Float64Array(instruments).fill(Number.NaN);
    this.#opens = new Float64Array(instruments);
    this.#highs = new Float64Array(instruments);
    this.#lows = new Float64Array(instruments);
    this.#closes = new Float64Array(instruments);
  }

  /** The mid of an instrument at a time; one that is no number is passed over. */
  observe(index: number, ts: number, mid: number): void {
    if (!Number.isFinite(mid)) return;
    if (ts < (this.#starts[index] as number) + this.every) {
      if (mid > (this.#highs[index] as number)) this.#highs[index] = mid;
      if (mid < (this.#lows[index] as number)) this.#lows[index] = mid;
      this.#closes[index] = mid;
      return;
    }
    const last = this.current(index);
    if (last !== null) {
      const closed = this.#closed[index] as Candle[];
      closed.push(last);
      if (closed.length >= this.#most) closed.shift();
    }
    this.#starts[index] = Math.floor(ts / this.every) * this.every;
    this.#opens[index] = mid;
    this.#highs[index] = mid;
    this.#lows[index] = mid;
    this.#closes[index] = mid;
  }

  /** The bar that is not closed yet. */
  current(index: number): Candle | null {
    const start = this.#starts[index] as number;
    if (Number.isNaN(start)) return null;
    return [
      start,
      this.#opens[index] as number,
      this.#highs[index] as number,
      this.#lows[index] as number,
      this.#closes[index] as number,
    ];
  }

  /** All that are remembered, the oldest first, and the one that is not closed. */
  all(index: number): readonly Candle[] {
    const last = this.current(index);
    return last === null ? [] : [...(this.#closed[index] as Candle[]), last];
  }
}
