import type { StageContext } from '../../core/context.js';
import type { TimerEvent } from '../../domain/event.js';
import type { InstrumentTable } from '../../domain/instrument-table.js';
import type { Plain } from '../../domain/plain.js';
import { Deadlines } from './deadlines.js';

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 60_000;

/**
 * Asks venues for fresh books: once when a book is lost, and again with growing patience until it is whole.
 *
 * ```
 * lost      x
 * asks      q-q--q----q--------q      after 1 s, 2 s, 4 s, and so on up to 1 min
 * ```
 */
export class BookAsks {
  readonly #deadlines: Deadlines;
  /** Asks of the present gap. */
  readonly #counts: Float64Array;
  /** Before this time nothing is asked; 0: nothing is outstanding. */
  readonly #notBefore: Float64Array;

  constructor(table: InstrumentTable) {
    this.#deadlines = new Deadlines(table, 'ask');
    this.#counts = new Float64Array(table.size);
    this.#notBefore = new Float64Array(table.size);
  }

  /** A book was lost: it is asked for at once, unless that was done lately and in vain. */
  lost(index: number, ts: number, context: StageContext): void {
    if (ts >= (this.#notBefore[index] as number)) this.#ask(index, ts, context);
    else this.#deadlines.set(index, this.#notBefore[index] as number, context);
  }

  /** A book has not come yet: the venue sends it unasked, but is not relied upon to. */
  awaited(index: number, ts: number, context: StageContext): void {
    this.#notBefore[index] = ts + FIRST_WAIT;
    this.#deadlines.set(index, ts + FIRST_WAIT, context);
  }

  /** The answer was too old to be of use. The first such is asked again at once: the venue may have had a newer one since. */
  answeredTooOld(index: number, ts: number, context: StageContext): void {
    if (this.#counts[index] === 1) this.#ask(index, ts, context);
  }

  /** The way to the venue is open again: what was asked before may never have arrived. */
  reconnected(index: number, ts: number, context: StageContext): void {
    this.#counts[index] = 0;
    this.#ask(index, ts, context);
  }

  /** The book is whole: nothing is outstanding. */
  answered(index: number): void {
    this.#counts[index] = 0;
    this.#notBefore[index] = 0;
    this.#deadlines.clear(index);
  }

  /** Nothing is waited for while a book is there; whether it can be trusted is not said yet. */
  rest(index: number): void {
    this.#deadlines.clear(index);
  }

  timer(event: TimerEvent, ts: number, context: StageContext): void {
    const index = this.#deadlines.take(event);
    if (index >= 0) this.#ask(index, ts, context);
  }

  /** Asks again for all that is outstanding: the last leader may have died before it did. */
  reissue(context: StageContext): void {
    for (let index = 0; index < this.#counts.length; index++) {
      if (this.#deadlines.awaited(index) && (this.#counts[index] as number) > 0) request(index, context);
    }
    this.#deadlines.reissue(context);
  }

  save(): Plain {
    return {
      dues: this.#deadlines.save(),
      counts: this.#counts.slice(),
      notBefore: this.#notBefore.slice(),
    };
  }

  restore(saved: Plain): void {
    const { dues, counts, notBefore } = saved as {
      readonly dues: Plain;
      readonly counts: Float64Array;
      readonly notBefore: Float64Array;
    };
    this.#deadlines.restore(dues);
    this.#counts.set(counts);
    this.#notBefore.set(notBefore);
  }

  #ask(index: number, ts: number, context: StageContext): void {
    request(index, context);
    const count = (this.#counts[index] as number) + 1;
    this.#counts[index] = count;
    this.#notBefore[index] = ts + Math.min(FIRST_WAIT * 2 ** (count - 1), LONGEST_WAIT);
    this.#deadlines.set(index, this.#notBefore[index] as number, context);
  }
}

function request(index: number, context: StageContext): void {
  const { id, definition } = context.instruments.at(index);
  context.request({ kind: 'ask', what: 'book', venue: definition.venue, instrument: id });
}
