import type { Calendar } from '../../domain/calendar.js';

/** Intervals of one length: on multiples of it in UTC, or counted from each session's open and cut by its close. */
export class TimeGrid {
  /** The interval that was located last. */
  start: number = Number.NaN;
  end: number = Number.NaN;
  readonly #every: number;
  readonly #calendar: Calendar | undefined;

  constructor(every: number, calendar: Calendar | undefined) {
    this.#every = every;
    this.#calendar = calendar;
  }

  /** Finds the interval of a time; false when the market is closed then. */
  locate(time: number): boolean {
    const every = this.#every;
    let origin = 0;
    let limit = Number.POSITIVE_INFINITY;
    if (this.#calendar !== undefined) {
      const session = this.#calendar.sessionOf(time);
      if (session === undefined) return false;
      origin = session.open;
      limit = session.close;
    }
    this.start = origin + Math.floor((time - origin) / every) * every;
    this.end = Math.min(this.start + every, limit);
    return true;
  }

  /** Finds the first interval that is not over at a time; false when none is in sight. */
  locateFrom(time: number): boolean {
    if (this.locate(time)) return true;
    const open = this.#calendar?.nextOpen(time) ?? time;
    return open < Number.POSITIVE_INFINITY && this.locate(open);
  }
}
