import type { Cancel, Clock } from '../../src/core/clock.js';

interface Entry {
  readonly at: number;
  readonly rank: number;
  readonly order: number;
  readonly action: () => void;
}

/** A clock that stands still until it is told to go on. */
export class ManualClock implements Clock {
  #now: number;
  #order = 0;
  #entries: Entry[] = [];

  constructor(now = 0) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  /** Actions that wait. */
  get waiting(): number {
    return this.#entries.length;
  }

  schedule(at: number, rank: number, action: () => void): Cancel {
    const entry: Entry = { at, rank, order: this.#order++, action };
    this.#entries.push(entry);
    this.#entries.sort((one, two) => one.at - two.at || one.rank - two.rank || one.order - two.order);
    return () => {
      this.#entries = this.#entries.filter((other) => other !== entry);
    };
  }

  /** Goes on to a time, running what falls due on the way (and at that time). */
  goTo(time: number): void {
    for (let next = this.#entries[0]; next !== undefined && next.at <= time; next = this.#entries[0]) {
      this.#entries.shift();
      this.#now = Math.max(this.#now, next.at);
      next.action();
    }
    this.#now = Math.max(this.#now, time);
  }
}
