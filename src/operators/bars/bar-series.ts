import type { StageContext } from '../../core/context.js';
import { NONE } from '../../core/frame.js';
import type { InstrumentTable } from '../../domain/instrument-table.js';
import type { Plain } from '../../domain/plain.js';
import type { BarCutter, BarDefinition, BarOutput } from './bar-definition.js';
import type { BarFields, ClosedBar } from './closed-bar.js';
import type { OpenBar } from './open-bar.js';
import type { BarSource, Print } from './print.js';

/** The bars of one definition, for all instruments. */
export class BarSeries implements BarOutput {
  readonly source: BarSource;
  readonly #name: string;
  readonly #definition: BarDefinition;
  readonly #instruments: InstrumentTable;
  readonly #context: StageContext;
  /** By instrument, made when the instrument is first heard of. */
  readonly #cutters: (BarCutter | undefined)[];
  // The cutter at work, and the frame that its bars go to.
  #index = 0;
  #ts = 0;
  /** When the bar that the last print counted in is due. */
  dueAfter: number = Number.POSITIVE_INFINITY;
  #frame: BarFields | undefined = undefined;

  constructor(name: string, definition: BarDefinition, context: StageContext) {
    this.source = definition.source;
    this.#name = name;
    this.#definition = definition;
    this.#context = context;
    this.#instruments = context.instruments;
    this.#cutters = new Array(context.instruments.size).fill(undefined);
  }

  get due(): number {
    let due = Number.POSITIVE_INFINITY;
    for (const cutter of this.#cutters) if (cutter !== undefined && cutter.due < due) due = cutter.due;
    return due;
  }

  expire(frame: BarFields, ts: number): void {
    this.#frame = frame;
    this.#ts = ts;
    for (let index = 0; index < this.#cutters.length; index++) {
      const cutter = this.#cutters[index];
      if (cutter === undefined || ts < cutter.due) continue;
      this.#index = index;
      cutter.expire(ts, this);
    }
    this.#frame = undefined;
  }

  /** Counts a print, and notes when its instrument's bar is due: returned, the double would be boxed. */
  add(index: number, print: Print, frame: BarFields): void {
    let cutter = this.#cutters[index];
    if (cutter === undefined) {
      cutter = this.#definition.cutter(this.#instruments.at(index));
      this.#cutters[index] = cutter;
    }
    this.#frame = frame;
    this.#ts = print.ts;
    this.#index = index;
    cutter.add(print, this);
    this.#frame = undefined;
    this.dueAfter = cutter.due;
  }

  take(bar: OpenBar, start: number, end: number, complete: boolean): void {
    const frame = this.#frame as BarFields;
    const listed = this.#instruments.at(this.#index);
    const closed = bar.closed(this.#name, this.source, listed, { start, end, ts: this.#ts, complete });
    if (frame.bars === NONE) frame.bars = [closed];
    else (frame.bars as ClosedBar[]).push(closed);
  }

  skipped(): void {
    const { id } = this.#instruments.at(this.#index);
    this.#context.fault(`bars:${this.#name}`, 'gap-cut', `a silence of ${id} had too many empty bars`);
  }

  save(): Plain {
    return this.#cutters.map((cutter) => (cutter === undefined ? null : cutter.save()));
  }

  restore(saved: Plain): void {
    (saved as readonly Plain[]).forEach((state, index) => {
      if (state === null) return;
      const cutter = this.#definition.cutter(this.#instruments.at(index));
      cutter.restore(state);
      this.#cutters[index] = cutter;
    });
  }
}
