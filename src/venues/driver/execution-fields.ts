import { decimal, formatDecimal } from '../../domain/decimal.js';
import { InputError, show } from '../../domain/errors.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';

/** What an event of the core can hold. */
const LONGEST_NAME = 200;
const LONGEST_DECIMAL = 60;

/** A name of a venue's, such as an execution's id: 1 to 200 characters. @throws InputError */
export function nameField(value: unknown, name: string): string {
  if (typeof value !== 'string' || value.length === 0 || value.length > LONGEST_NAME)
    throw new InputError(`${name} must be a name of 1 to ${LONGEST_NAME} characters, not ${show(value)}`);
  return value;
}

/** Lots of an execution, exact: there is none of nothing. @throws InputError */
export function executedField(listed: ListedInstrument, value: unknown, name: string): number {
  const lots = listed.quantities.parse(value as string, name);
  if (lots <= 0) throw new InputError(`${name} must be a quantity above 0, not ${show(value)}`);
  return lots;
}

/** An amount of money, exact; what the venue leaves out or empty is 0. @throws InputError */
export function amountField(value: unknown, name: string): string {
  if (value === undefined || value === null || value === '') return '0';
  const amount = typeof value === 'string' ? decimal(value) : undefined;
  // Of a great exponent the plain text would be as long as the venue likes.
  if (amount === undefined || Math.abs(amount.e) >= LONGEST_DECIMAL)
    throw new InputError(`${name} must be a decimal string, not ${show(value)}`);
  const text = formatDecimal(amount);
  if (text.length > LONGEST_DECIMAL)
    throw new InputError(`${name} must have at most ${LONGEST_DECIMAL} characters, not ${show(value)}`);
  return text;
}
