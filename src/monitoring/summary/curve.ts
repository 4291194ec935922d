import { integerAtLeast } from '../../domain/check.js';

/** One point of a curve over event time. */
export interface CurvePoint {
  /** Unix milliseconds. */
  readonly ts: number;
  readonly value: number;
}

/** A silence counts for no more than this: two recordings that lie years apart still make one readable curve. */
const LONGEST_SILENCE = 60_000;

/**
 * A curve that never holds more than so many points, however long the run is.
 *
 * ```
 * due()    t--tt---t-----t     every interval of time in which anything happened
 * at most 4 points:  1 2 3 4  ->  1 3  (every other one goes, the interval doubles)
 * ```
 */
export class Curve {
  readonly #most: number;
  #points: CurvePoint[] = [];
  #interval = 100;
  #active = 0;
  #nextAt = 0;
  #last = Number.NaN;

  /** @throws ConfigurationError when it may hold fewer than 4 points */
  constructor(most: number) {
    this.#most = integerAtLeast('curve.most', most, 4);
  }

  get points(): readonly CurvePoint[] {
    return this.#points;
  }

  /** Moves on to a time; true when a point is due there. */
  due(ts: number): boolean {
    const elapsed = ts - this.#last;
    this.#last = ts;
    if (elapsed > 0) this.#active += elapsed < LONGEST_SILENCE ? elapsed : LONGEST_SILENCE;
    return this.#active >= this.#nextAt;
  }

  /** Adds the point that is due. */
  add(ts: number, value: number): void {
    if (this.#points.length === this.#most) {
      this.#points = this.#points.filter((_, index) => index % 2 === 0);
      this.#interval *= 2;
    }
    this.#points.push({ ts, value });
    this.#nextAt = this.#active + this.#interval;
  }

  /** The points, and where the curve ended. */
  upTo(ts: number, value: number): readonly CurvePoint[] {
    const last = this.#points.at(-1);
    return last !== undefined && last.ts === ts ? this.#points : [...this.#points, { ts, value }];
  }
}
