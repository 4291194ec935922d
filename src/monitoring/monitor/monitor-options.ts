import { integerAtLeast, knownKeys, positiveNumber, refuse } from '../../domain/check.js';
import type { Instrument } from '../../domain/instrument.js';
import { InstrumentTable } from '../../domain/instrument-table.js';

/** What is measured, and how. */
export interface MonitorOptions {
  readonly instruments: readonly Instrument[] | InstrumentTable;
  /** Names of the chain's parts, in their order (`core.parts`): the stages whose time is measured. @default not measured */
  readonly parts?: readonly { readonly name: string }[];
  /** What the desk began with, in the reporting currency: shares such as drawdown refer to it. @default unknown */
  readonly capital?: number;
  /** Every how many frames stages are measured: a clock is read between any two of its parts. @default 4096 */
  readonly probeEvery?: number;
  /**
   * Tick-to-order reads its clock at most once in so many events that were stamped with one millisecond: of events that come thicker
   * than that it is too long by what those before it took, and never too short. 1 reads it for every event. @default 64
   */
  readonly clockEvery?: number;
  /** Event loop, memory, garbage. Once a process is enough. @default true */
  readonly process?: boolean;
  /** Before the name of every metric. @default "millrace_" */
  readonly prefix?: string;
  /** Most series of one metric; those beyond are counted as one, with labels `other`. @default 1000 */
  readonly maximumSeries?: number;
  /** Milliseconds on a clock that never jumps. @default the machine's */
  readonly now?: () => number;
}

/** {@link MonitorOptions}, checked and complete. */
export interface MonitorSettings {
  readonly table: InstrumentTable;
  readonly parts: readonly string[];
  readonly capital: number;
  readonly probeEvery: number;
  readonly clockEvery: number;
  readonly process: boolean;
  readonly now: () => number;
}

const KEYS: readonly (keyof MonitorOptions)[] = [
  'instruments',
  'parts',
  'capital',
  'probeEvery',
  'clockEvery',
  'process',
  'prefix',
  'maximumSeries',
  'now',
];

/** @throws ConfigurationError naming the setting, the value and what would be right */
export function monitorSettings(options: MonitorOptions): MonitorSettings {
  knownKeys('monitor', options, KEYS);
  const { instruments, parts = [], capital, process = true, now = () => performance.now() } = options;
  if (capital !== undefined) positiveNumber('monitor.capital', capital);
  if (typeof process !== 'boolean') refuse('monitor.process', 'true or false', process);
  if (typeof now !== 'function') refuse('monitor.now', 'a function that gives milliseconds', now);
  return {
    table: instruments instanceof InstrumentTable ? instruments : new InstrumentTable(instruments),
    parts: parts.map(({ name }) => name),
    capital: capital ?? Number.NaN,
    probeEvery: integerAtLeast('monitor.probeEvery', options.probeEvery ?? 4_096, 1),
    clockEvery: integerAtLeast('monitor.clockEvery', options.clockEvery ?? 64, 1),
    process,
    now,
  };
}
