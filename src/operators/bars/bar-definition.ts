import type { Calendar } from '../../domain/calendar.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { Plain } from '../../domain/plain.js';
import type { OpenBar } from './open-bar.js';
import type { BarSource, Print } from './print.js';

/** Where a cutter puts the bars that it closes. */
export interface BarOutput {
  take(bar: OpenBar, start: number, end: number, complete: boolean): void;
  /** A silence was too long for its empty bars to be spelled out one by one. */
  skipped(): void;
}

/** Cuts the prints of one instrument into bars. */
export interface BarCutter {
  /** Known time from which on `expire` has something to close; `Infinity`: nothing waits. */
  readonly due: number;
  expire(ts: number, output: BarOutput): void;
  add(print: Print, output: BarOutput): void;
  save(): Plain;
  restore(saved: Plain): void;
}

/** A kind of bars, without state: one cutter an instrument is made of it. */
export interface BarDefinition {
  readonly source: BarSource;
  /** Kind and parameters in one line. */
  readonly fingerprint: string;
  cutter(listed: ListedInstrument): BarCutter;
}

/** What all kinds of bars take. */
export interface CommonBarOptions {
  /** Bars end with its sessions, and what trades outside of them is in no bar. @default none */
  readonly session?: Calendar;
}
