import { numberAtLeast } from '../../domain/check.js';

/** Waits between attempts, in milliseconds. */
export interface BackOffOptions {
  /** @default 250 */
  readonly first?: number;
  /** @default 30,000 */
  readonly longest?: number;
  /** How much of a wait is left to chance, from 0 to 1. @default 0.5 */
  readonly jitter?: number;
}

/**
 * Waits that double up to a longest one, each shortened by chance: members that lost the same venue do not come back
 * at the same moment.
 *
 * ```
 * attempts   x-x--x----x--------x        with `jitter` 0: 250, 500, 1000, 2000 ms
 * ```
 *
 * @throws ConfigurationError naming the setting, the value and what would be right
 *
 * @example
 * const waits = new BackOff(Math.random);
 * await sleep(waits.next()); // milliseconds
 * waits.reset();
 */
export class BackOff {
  readonly #first: number;
  readonly #longest: number;
  readonly #jitter: number;
  readonly #random: () => number;
  #attempts = 0;

  constructor(random: () => number, options: BackOffOptions = {}, at: string = 'backOff') {
    this.#first = numberAtLeast(`${at}.first`, options.first ?? 250, 1);
    this.#longest = numberAtLeast(`${at}.longest`, options.longest ?? 30_000, this.#first);
    this.#jitter = numberAtLeast(`${at}.jitter`, options.jitter ?? 0.5, 0, 1);
    this.#random = random;
  }

  /** Milliseconds to wait before the next attempt. */
  next(): number {
    // An exponent without bound would make the wait infinite times zero.
    const wait = Math.min(this.#first * 2 ** Math.min(this.#attempts, 40), this.#longest);
    this.#attempts++;
    return wait * (1 - this.#jitter * this.#random());
  }

  /** It worked: the next failure waits the shortest again. */
  reset(): void {
    this.#attempts = 0;
  }
}
