import type { StageContext } from '../core/context.js';
import { fromPlain, type Plain } from '../domain/plain.js';
import { reasonOf } from '../domain/reason-of.js';

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 300_000;

/**
 * Contains user code that throws: it is left alone for a while, then tried again; the pause doubles with every failure.
 *
 * ```
 * calls    ok ok throws (1s pause) throws (2s pause) ok ok
 * faults   ------f-----------------f----------------------
 * ```
 *
 * Pauses are event time, in milliseconds: 1 s, doubling up to 5 minutes; a success resets them.
 */
export class Quarantine {
  #failures = 0;
  #until = Number.NEGATIVE_INFINITY;

  /** Whether the code is to be left alone at this time. */
  holds(ts: number): boolean {
    return ts < this.#until;
  }

  /** The code ran well. */
  passed(): void {
    if (this.#failures !== 0) this.#failures = 0;
  }

  /** The code threw, or spoke nonsense. */
  failed(context: StageContext, component: string, ts: number, error: unknown, code: string = 'threw'): void {
    const pause = Math.min(FIRST_PAUSE * 2 ** this.#failures, LONGEST_PAUSE);
    this.#failures++;
    this.#until = ts + pause;
    context.fault(component, code, `${reasonOf(error)}; left alone for ${pause / 1_000} s`, 'quarantine');
  }

  save(): Plain {
    return [this.#failures, this.#until];
  }

  static restore(saved: Plain): Quarantine {
    const quarantine = new Quarantine();
    [quarantine.#failures, quarantine.#until] = fromPlain<[number, number]>(saved);
    return quarantine;
  }
}
