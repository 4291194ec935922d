import type { Calendar } from '../../domain/calendar.js';
import type { Plain } from '../../domain/plain.js';
import type { BarCutter, BarOutput } from './bar-definition.js';
import { OpenBar } from './open-bar.js';
import type { Print } from './print.js';
import { TimeGrid } from './time-grid.js';

/** One event never costs more empty bars than this. */
const MOST_EMPTY = 10_000;

export interface TimeCutterSettings {
  readonly every: number;
  /** Whether empty intervals give bars. */
  readonly fill: boolean;
  readonly byEvent: boolean;
  readonly patience: number;
  readonly session: Calendar | undefined;
}

/** Cuts prints into bars of equal time. */
export class TimeCutter implements BarCutter {
  readonly #settings: TimeCutterSettings;
  readonly #grid: TimeGrid;
  readonly #bar = new OpenBar();
  /** When the bar in progress is due. A field and no getter: read for each print, it must not box its double. */
  due: number = Number.POSITIVE_INFINITY;
  /** Whether `#start` and `#end` are of a bar in progress. */
  #open = false;
  #start = Number.NaN;
  /** End of the bar in progress, or of the last one. */
  #end = Number.NEGATIVE_INFINITY;

  constructor(settings: TimeCutterSettings) {
    this.#settings = settings;
    this.#grid = new TimeGrid(settings.every, settings.session);
  }

  expire(ts: number, output: BarOutput): void {
    this.#advance(ts - this.#settings.patience, output);
  }

  add(print: Print, output: BarOutput): void {
    const { byEvent } = this.#settings;
    const { venueTime, ts } = print;
    // The mid stands until it changes.
    if (print.quantity === 0 && print.trades === 0 && print.end === 0 && print.close === this.#bar.close)
      return;
    const time = byEvent && venueTime > 0 ? venueTime : ts;
    this.#advance(time, output);
    if (!this.#open) {
      // Bars never overlap: what belongs to a closed one begins the next.
      const late = time < this.#end;
      if (!(late ? this.#grid.locateFrom(this.#end) : this.#grid.locate(time))) return;
      this.#begin();
    } else if (this.#settings.session?.isOpen(time) === false) return;
    this.#bar.add(print, venueTime > 0 && venueTime < this.#start);
    if (print.end >= this.#end && print.end > 0) this.#advance(this.#end, output);
  }

  save(): Plain {
    return { open: this.#open, start: this.#start, end: this.#end, bar: this.#bar.save() };
  }

  restore(saved: Plain): void {
    const { open, start, end, bar } = saved as {
      readonly open: boolean;
      readonly start: number;
      readonly end: number;
      readonly bar: Plain;
    };
    this.#open = open;
    this.#start = start;
    this.#end = end;
    this.due = open ? end + this.#settings.patience : Number.POSITIVE_INFINITY;
    this.#bar.restore(bar);
  }

  /** Closes what has ended at `time`, and in `fill` mode goes on to the interval of that time. */
  #advance(time: number, output: BarOutput): void {
    const { fill } = this.#settings;
    let empty = 0;
    while (this.#open && time >= this.#end) {
      this.#close(output);
      if (!fill || !this.#grid.locateFrom(this.#end)) return;
      this.#begin();
      if (++empty <= MOST_EMPTY || time < this.#end) continue;
      output.skipped();
      if (!this.#grid.locateFrom(time)) this.#finish();
      else this.#begin();
    }
  }

  #begin(): void {
    this.#start = this.#grid.start;
    this.#end = this.#grid.end;
    this.#open = true;
    this.due = this.#end + this.#settings.patience;
  }

  #finish(): void {
    this.#open = false;
    this.due = Number.POSITIVE_INFINITY;
  }

  #close(output: BarOutput): void {
    const complete = this.#end - this.#start === this.#settings.every;
    output.take(this.#bar, this.#start, this.#end, complete);
    this.#bar.empty();
    this.#finish();
  }
}
