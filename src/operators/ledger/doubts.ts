import type { ClientOrderId } from '../../domain/brand.js';
import type { Plain } from '../../domain/plain.js';

/** An order whose state somebody must make sure of. Times in Unix milliseconds of the log. */
export interface Doubt {
  /** Whether it is in doubt already; otherwise a word is merely awaited. */
  doubted: boolean;
  /** Only answers to look-ups from then on count. */
  since: number;
  /** When it is looked up next. */
  due: number;
  /** Milliseconds until the look-up after that. */
  wait: number;
  /** What was said of it already, so that it is said once. */
  said: 'nothing' | 'repeatable' | 'quarantined';
}

/** Doubts by order, and the timer that the earliest of them waits for. */
export class Doubts {
  readonly #doubts = new Map<ClientOrderId, Doubt>();
  /** When the timer that was asked for is due; `Infinity`: none is. */
  timer: number = Number.POSITIVE_INFINITY;
  /** Something is to be looked up within this pass. */
  urgent = false;

  get size(): number {
    return this.#doubts.size;
  }

  find(id: ClientOrderId): Doubt | undefined {
    return this.#doubts.get(id);
  }

  set(id: ClientOrderId, doubt: Doubt): void {
    this.#doubts.set(id, doubt);
  }

  delete(id: ClientOrderId): void {
    this.#doubts.delete(id);
  }

  /** A copy, the oldest first: they may be deleted on the way. */
  all(): readonly (readonly [ClientOrderId, Doubt])[] {
    return [...this.#doubts];
  }

  /** How many orders are in doubt, and not merely awaited. */
  count(): number {
    let count = 0;
    for (const { doubted } of this.#doubts.values()) if (doubted) count++;
    return count;
  }

  save(): Plain {
    return { doubts: [...this.#doubts].map(([id, doubt]) => [id, { ...doubt }]), timer: this.timer };
  }

  restore(saved: Plain): this {
    const { doubts, timer } = saved as {
      readonly doubts: readonly (readonly [ClientOrderId, Doubt])[];
      readonly timer: number;
    };
    for (const [id, doubt] of doubts) this.#doubts.set(id, { ...doubt });
    this.timer = timer;
    return this;
  }
}
