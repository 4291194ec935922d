import { integerAtLeast, knownKeys, nonEmptyName, positiveNumber, refuse } from '../domain/check.js';
import type { Instrument } from '../domain/instrument.js';
import { InstrumentTable } from '../domain/instrument-table.js';
import type { LogWriter } from './writer.js';

/** What is logged, and how. */
export interface DeskLogOptions {
  readonly instruments: readonly Instrument[] | InstrumentTable;
  /** Where lines go. */
  readonly writer: LogWriter;
  /** Name of the desk: `service.name`, and the beginning of every `trace.id`. */
  readonly desk: string;
  /** Which member of a pair this is: `service.node.name`. @default none */
  readonly node?: string;
  /** Values that must never be written: keys, passwords. Each of at least 4 characters. @default none */
  readonly secrets?: readonly string[];
  /** Lines of one kind in a {@link window}, of those kinds that may flood; those beyond are summed. @default 20 */
  readonly most?: number;
  /** Milliseconds of the log's time. @default 1000 */
  readonly window?: number;
  /**
   * Last place of the log that has its lines already, such as `journal.last` before a restart: frames up to there are read, for traces,
   * signals and votes that later lines refer to, and written by nobody. @default 0
   */
  readonly after?: number;
}

/** {@link DeskLogOptions}, checked and complete. */
export interface DeskLogSettings {
  readonly table: InstrumentTable;
  readonly writer: LogWriter;
  readonly desk: string;
  readonly node: string | undefined;
  readonly secrets: readonly string[];
  readonly most: number;
  readonly window: number;
  readonly after: number;
}

const KEYS: readonly (keyof DeskLogOptions)[] = [
  'instruments',
  'writer',
  'desk',
  'node',
  'secrets',
  'most',
  'window',
  'after',
];

/** @throws ConfigurationError naming the setting and what would be right; never a secret */
export function deskLogSettings(options: DeskLogOptions): DeskLogSettings {
  knownKeys('deskLog', options, KEYS);
  const { instruments, writer, node, secrets = [] } = options;
  if (typeof writer?.write !== 'function') refuse('deskLog.writer', 'something with a method write', writer);
  if (!Array.isArray(secrets) || secrets.some((secret) => typeof secret !== 'string' || secret.length < 4))
    refuse('deskLog.secrets', 'texts of at least 4 characters', `${secrets.length} of them, one too short`);
  return {
    table: instruments instanceof InstrumentTable ? instruments : new InstrumentTable(instruments),
    writer,
    desk: nonEmptyName('deskLog.desk', options.desk),
    node: node === undefined ? undefined : nonEmptyName('deskLog.node', node),
    secrets,
    most: integerAtLeast('deskLog.most', options.most ?? 20, 1),
    window: positiveNumber('deskLog.window', options.window ?? 1_000),
    after: integerAtLeast('deskLog.after', options.after ?? 0, 0),
  };
}
