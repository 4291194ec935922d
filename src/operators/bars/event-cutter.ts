import type { Calendar } from '../../domain/calendar.js';
import type { Plain } from '../../domain/plain.js';
import type { BarCutter, BarOutput } from './bar-definition.js';
import { OpenBar } from './open-bar.js';
import type { Print } from './print.js';

/** Says when a bar is full. */
export interface FullRule {
  /** Sees each print after the bar has taken it in. */
  full(bar: OpenBar, print: Print): boolean;
  /** The bar is over; `complete` unless the session cut it short. */
  closed(bar: OpenBar, complete: boolean): void;
  save(): Plain;
  restore(saved: Plain): void;
}

/** Cuts prints into bars by what has been traded. The print that fills a bar belongs to it as a whole. */
export class EventCutter implements BarCutter {
  readonly #rule: FullRule;
  readonly #session: Calendar | undefined;
  readonly #bar = new OpenBar();
  #start = 0;
  #last = 0;
  #due = Number.POSITIVE_INFINITY;

  constructor(rule: FullRule, session: Calendar | undefined) {
    this.#rule = rule;
    this.#session = session;
  }

  get due(): number {
    return this.#due;
  }

  expire(ts: number, output: BarOutput): void {
    if (ts >= this.#due) this.#close(output, false);
  }

  add(print: Print, output: BarOutput): void {
    const bar = this.#bar;
    if (print.trades === 0 && print.close === bar.close) return;
    if (bar.prints === 0) {
      if (this.#session !== undefined) {
        const session = this.#session.sessionOf(print.ts);
        if (session === undefined) return;
        this.#due = session.close;
      }
      this.#start = print.ts;
    }
    this.#last = print.ts;
    bar.add(print, print.venueTime > 0 && print.venueTime < this.#start);
    if (this.#rule.full(bar, print)) this.#close(output, true);
  }

  save(): Plain {
    return {
      bar: this.#bar.save(),
      start: this.#start,
      last: this.#last,
      due: this.#due,
      rule: this.#rule.save(),
    };
  }

  restore(saved: Plain): void {
    const state = saved as Readonly<Record<'start' | 'last' | 'due', number>> &
      Readonly<Record<'bar' | 'rule', Plain>>;
    this.#bar.restore(state.bar);
    this.#start = state.start;
    this.#last = state.last;
    this.#due = state.due;
    this.#rule.restore(state.rule);
  }

  #close(output: BarOutput, complete: boolean): void {
    output.take(this.#bar, this.#start, this.#last, complete);
    this.#rule.closed(this.#bar, complete);
    this.#bar.empty();
    this.#due = Number.POSITIVE_INFINITY;
  }
}
