import { InputError, show } from '../../domain/errors.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';

/** A map of the wire. What is read of it is exactly what docs/gateway-format.md says, or is refused by an InputError. */
export type Fields = Readonly<Record<string, unknown>>;

/** Longest text that is taken from an engine. */
const LONGEST_TEXT = 1_000;
/** Latest time that an event can have. */
const LATEST = 99_999_999_999_999;

export function fieldsOf(name: string, value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value))
    throw new InputError(`${name} must be a map, not ${show(value)}`);
  return value as Fields;
}

export function listOf(name: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new InputError(`${name} must be an array, not ${show(value)}`);
  return value;
}

export function textOf(name: string, value: unknown): string {
  if (typeof value !== 'string' || value.length > LONGEST_TEXT)
    throw new InputError(`${name} must be a text of at most ${LONGEST_TEXT} characters, not ${show(value)}`);
  return value;
}

export function wordOf<const T extends string>(name: string, value: unknown, words: readonly T[]): T {
  if (!(words as readonly unknown[]).includes(value))
    throw new InputError(`${name} must be one of ${words.join(', ')}, not ${show(value)}`);
  return value as T;
}

export function numberOf(name: string, value: unknown, least: number, most: number): number {
  if (typeof value !== 'number' || !(value >= least && value <= most))
    throw new InputError(`${name} must be a number from ${least} to ${most}, not ${show(value)}`);
  return value;
}

export function wholeOf(name: string, value: unknown, least: number): number {
  if (!Number.isSafeInteger(value) || (value as number) < least)
    throw new InputError(`${name} must be a whole number of at least ${least}, not ${show(value)}`);
  return value as number;
}

export const requestOf = (message: Fields): number => wholeOf('request', message['request'], 1);
export const timeOf = (message: Fields): number => numberOf('time', message['time'], 0, LATEST);

export function decimalOf(name: string, value: unknown): string {
  if (typeof value !== 'string' || !/^-?\d{1,30}(\.\d{1,28})?$/.test(value))
    throw new InputError(`${name} must be a decimal string, not ${show(value)}`);
  return value;
}

export function ticksOf(name: string, value: unknown, { prices, definition }: ListedInstrument): number {
  const ticks = prices.tryParse(decimalOf(name, value));
  if (!Number.isSafeInteger(ticks))
    throw new InputError(`${name} must be a multiple of the tick ${definition.tick}, not ${show(value)}`);
  return ticks;
}

export function lotsOf(
  name: string,
  value: unknown,
  { quantities, definition }: ListedInstrument,
  least: number,
): number {
  const lots = quantities.tryParse(decimalOf(name, value));
  if (!Number.isSafeInteger(lots) || lots < least)
    throw new InputError(`${name} must be a multiple of the lot ${definition.lot}, not ${show(value)}`);
  return lots;
}
