import type { Cancel, Clock } from '../../core/clock.js';

/** Something on its way: when it arrives, and what it is. */
export type Delayed<T> = { readonly due: number; readonly item: T };

/** Things on their way through time, as data that a snapshot can carry. */
export class DelayLine<T> {
  readonly #clock: Clock;
  readonly #rank: number;
  readonly #arrive: (item: T) => void;
  readonly #pending = new Map<number, Delayed<T> & { readonly cancel: Cancel }>();
  #count = 0;

  constructor(clock: Clock, rank: number, arrive: (item: T) => void) {
    this.#clock = clock;
    this.#rank = rank;
    this.#arrive = arrive;
  }

  get size(): number {
    return this.#pending.size;
  }

  /** Sends something that arrives at a time to come; what is returned takes it back. */
  send(item: T, due: number): Cancel {
    return this.#schedule({ due, item });
  }

  /** What is on its way, in the order in which it was sent. */
  save(): Delayed<T>[] {
    return [...this.#pending.values()].map(({ due, item }) => ({ due, item }));
  }

  /**
   * Sends again what had been on its way, in the same order: ties are broken as before.
   *
   * @param sent is told of each, with what takes it back
   */
  restore(state: readonly Delayed<T>[], sent: (item: T, takeBack: Cancel) => void): void {
    for (const delayed of state) sent(delayed.item, this.#schedule(delayed));
  }

  /** Drops everything. */
  close(): void {
    for (const { cancel } of this.#pending.values()) cancel();
    this.#pending.clear();
  }

  #schedule({ due, item }: Delayed<T>): Cancel {
    const key = this.#count++;
    const cancel = this.#clock.schedule(due, this.#rank, () => {
      this.#pending.delete(key);
      this.#arrive(item);
    });
    this.#pending.set(key, { due, item, cancel });
    return () => {
      cancel();
      this.#pending.delete(key);
    };
  }
}
