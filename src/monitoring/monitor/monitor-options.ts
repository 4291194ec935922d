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
  /** Every how many frames stages are measured. @default 256 */
  readonly probeEvery?: number;
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
  readonly process: boolean;
  readonly now: () => number;
}

const KEYS: readonly (keyof MonitorOptions)[] = [
  'instruments',
  'parts',
  'capital',
  'probeEvery',
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
    probeEvery: integerAtLeast('monitor.probeEvery', options.probeEvery ?? 256, 1),
    process,
    now,
  };
}
