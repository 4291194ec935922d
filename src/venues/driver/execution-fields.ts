import { decimal, formatDecimal } from '../../domain/decimal.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import { quantityField, refuseField } from '../../streams/readers/fields.js';

/** What an event of the core can hold. */
const LONGEST_NAME = 200;
const LONGEST_DECIMAL = 60;

/** A name of a venue's, such as an execution's id: 1 to 200 characters. @throws InputError */
export function nameField(value: unknown, name: string): string {
  if (typeof value !== 'string' || value.length === 0 || value.length > LONGEST_NAME)
    refuseField(name, `a name of 1 to ${LONGEST_NAME} characters`, value);
  return value;
}

/** Lots of an execution, exact: there is none of nothing. @throws InputError */
export function executedField(listed: ListedInstrument, value: unknown, name: string): number {
  const lots = quantityField(listed, value, name);
  if (lots === 0) refuseField(name, 'a quantity above 0', value);
  return lots;
}

/** An amount of money, exact; what the venue leaves out or empty is 0. @throws InputError */
export function amountField(value: unknown, name: string): string {
  if (value === undefined || value === null || value === '') return '0';
  const amount = typeof value === 'string' ? decimal(value) : undefined;
  // Of a great exponent the plain text would be as long as the venue likes.
  if (amount === undefined || Math.abs(amount.e) >= LONGEST_DECIMAL)
    refuseField(name, 'a decimal string', value);
  const text = formatDecimal(amount);
  if (text.length > LONGEST_DECIMAL) refuseField(name, 'a decimal string', value);
  return text;
}
