/** So many lines of a kind in so many milliseconds; those beyond are counted. Time is that of the log. */
export class FloodGuard {
  readonly #most: number;
  readonly #window: number;
  readonly #written = new Map<string, number>();
  readonly #suppressed = new Map<string, number>();
  #ends = Number.NEGATIVE_INFINITY;

  constructor(most: number, window: number) {
    this.#most = most;
    this.#window = window;
  }

  /** Whether a line of this kind is written. */
  passes(kind: string): boolean {
    const written = this.#written.get(kind) ?? 0;
    if (written < this.#most) {
      this.#written.set(kind, written + 1);
      return true;
    }
    this.#suppressed.set(kind, (this.#suppressed.get(kind) ?? 0) + 1);
    return false;
  }

  /** What was held back since the last window, when a new one begins; `undefined`: nothing, or not yet. */
  turn(ts: number): ReadonlyMap<string, number> | undefined {
    if (ts < this.#ends) return undefined;
    this.#ends = ts + this.#window;
    this.#written.clear();
    if (this.#suppressed.size === 0) return undefined;
    const held = new Map(this.#suppressed);
    this.#suppressed.clear();
    return held;
  }
}
