import type { StageContext } from '../../core/context.js';
import type { TimerEvent } from '../../domain/event.js';
import type { InstrumentTable } from '../../domain/instrument-table.js';
import type { Plain } from '../../domain/plain.js';

/**
 * One deadline an instrument, kept by timers.
 *
 * What is awaited is remembered here too: timers are a leader's, so whoever takes over asks for them again.
 */
export class Deadlines {
  readonly #names: readonly string[];
  readonly #indexes = new Map<string, number>();
  /** `NaN`: nothing is awaited. */
  readonly #dues: Float64Array;

  constructor(table: InstrumentTable, purpose: string) {
    this.#names = table.list.map(({ id }) => `books:${purpose}:${id}`);
    this.#names.forEach((name, index) => {
      this.#indexes.set(name, index);
    });
    this.#dues = new Float64Array(table.size).fill(Number.NaN);
  }

  awaited(index: number): boolean {
    return !Number.isNaN(this.#dues[index] as number);
  }

  set(index: number, due: number, context: StageContext): void {
    this.#dues[index] = due;
    context.request({ kind: 'timer', name: this.#names[index] as string, due });
  }

  /** Awaits nothing any more. The timer still comes, and counts for nothing. */
  clear(index: number): void {
    this.#dues[index] = Number.NaN;
  }

  /** The instrument whose deadline a timer is, which is over then; -1 when it is another's, or was cleared. */
  take(event: TimerEvent): number {
    const index = this.#indexes.get(event.name) ?? -1;
    if (index < 0 || this.#dues[index] !== event.due) return -1;
    this.clear(index);
    return index;
  }

  /** Asks for every timer again: those of the last leader are gone with it. */
  reissue(context: StageContext): void {
    for (let index = 0; index < this.#dues.length; index++) {
      if (this.awaited(index)) this.set(index, this.#dues[index] as number, context);
    }
  }

  save(): Float64Array {
    return this.#dues.slice();
  }

  restore(saved: Plain): void {
    this.#dues.set(saved as Float64Array);
  }
}
