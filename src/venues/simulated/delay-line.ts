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

  /** Sends something; without a delay it arrives at once, within this call. */
  send(item: T, delay: number): void {
    if (delay === 0) this.#arrive(item);
    else this.#schedule({ due: this.#clock.now() + delay, item });
  }

  /** What is on its way, in the order in which it was sent. */
  save(): Delayed<T>[] {
    return [...this.#pending.values()].map(({ due, item }) => ({ due, item }));
  }

  /** Sends again what had been on its way, in the same order: ties are broken as before. */
  restore(state: readonly Delayed<T>[]): void {
    for (const delayed of state) this.#schedule(delayed);
  }

  /** Drops everything. */
  close(): void {
    for (const { cancel } of this.#pending.values()) cancel();
    this.#pending.clear();
  }

  #schedule({ due, item }: Delayed<T>): void {
    const key = this.#count++;
    const cancel = this.#clock.schedule(due, this.#rank, () => {
      this.#pending.delete(key);
      this.#arrive(item);
    });
    this.#pending.set(key, { due, item, cancel });
  }
}
