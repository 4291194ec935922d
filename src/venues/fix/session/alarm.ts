import type { Cancel, Clock } from '../../../core/clock.js';

/** Rings when something falls due. */
export class Alarm {
  readonly #clock: Clock;
  readonly #rank: number;
  readonly #rings: () => void;
  #timer: { readonly at: number; readonly cancel: Cancel } | undefined;

  constructor(clock: Clock, rank: number, rings: () => void) {
    this.#clock = clock;
    this.#rank = rank;
    this.#rings = rings;
  }

  /** @param due time, or infinity: nothing will be due */
  set(due: number): void {
    if (due === Number.POSITIVE_INFINITY) {
      this.stop();
      return;
    }
    // One that rings too early asks again: that is cheaper than a new timer for every message.
    if (this.#timer !== undefined && this.#timer.at <= due) return;
    this.#timer?.cancel();
    const cancel = this.#clock.schedule(due, this.#rank, () => {
      this.#timer = undefined;
      this.#rings();
    });
    this.#timer = { at: due, cancel };
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
