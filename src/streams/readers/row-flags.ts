import type { CsvRow } from './csv-columns.js';
import { refuseField } from './fields.js';

/** The flags of a row of Databento: bits of a byte. */
export function flagsOf(row: CsvRow<'flags'>): number {
  const text = row('flags');
  return /^\d{1,3}$/.test(text) ? Number(text) : refuseField('flags', 'an integer', text);
}
