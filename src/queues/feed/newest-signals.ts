import { MOST_AHEAD, type Signal } from '../../domain/signal.js';

/** How many more than twice the live ones may be held before the expired are looked for. */
const SLACK = 64;

/** The newest word of each signal on each instrument: what a feed has told, or would tell who joins. */
export class NewestSignals {
  readonly #signals = new Map<string, { readonly signal: Signal; readonly bytes: string }>();
  #sweepAt = SLACK;

  /**
   * Takes a word; false for one that has expired, is older than what is known, or says the same. One from the future is told, so that
   * who hears it can name it, and not kept: every word of its name would be late until its time has come.
   */
  take(signal: Signal, now: number): boolean {
    if (signal.validUntil <= now) return false;
    if (signal.eventTime > now + MOST_AHEAD) return true;
    const key = `${signal.name}\n${signal.instrument}`;
    const known = this.#signals.get(key);
    if (known !== undefined && known.signal.eventTime > signal.eventTime) return false;
    const { knownTime: _known, ...said } = signal;
    const bytes = JSON.stringify(said);
    if (known?.bytes === bytes) return false;
    this.#signals.set(key, { signal, bytes });
    if (this.#signals.size > this.#sweepAt) {
      this.#sweep(now);
      this.#sweepAt = 2 * this.#signals.size + SLACK;
    }
    return true;
  }

  /** What counts at a time. */
  active(now: number): readonly Signal[] {
    this.#sweep(now);
    return [...this.#signals.values()].map(({ signal }) => signal);
  }

  #sweep(now: number): void {
    for (const [key, { signal }] of this.#signals) if (signal.validUntil <= now) this.#signals.delete(key);
  }
}
