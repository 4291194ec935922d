import { InputError } from '../../domain/errors.js';
import type { Damage } from '../recording/event-collector.js';
import type { CsvColumns, CsvRow } from './csv-columns.js';
import { lookThrough } from './survey-lines.js';

/**
 * The rows among the first lines of a CSV file, and the time of the first of them.
 *
 * @throws InputError when there is none, or one is bad and damage is not reported
 */
export function surveyRows<Column extends string>(
  columns: CsvColumns<Column>,
  lines: readonly string[],
  damage: Damage | undefined,
  timeOf: (row: CsvRow<Column>) => number,
): {
  readonly rows: readonly CsvRow<Column>[];
  readonly times: readonly number[];
  readonly firstTime: number;
} {
  const rows: CsvRow<Column>[] = [];
  const times: number[] = [];
  lookThrough(lines.slice(1), ['line', 2], damage, (line) => {
    const row = columns.row(line);
    times.push(timeOf(row));
    rows.push(row);
  });
  const [firstTime] = times;
  if (firstTime === undefined) throw new InputError('no row after the header; expected at least one');
  return { rows, times, firstTime };
}
