import { InputError, show } from '../../domain/errors.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';

/** An object of a decoded message. */
export type Fields = Readonly<Record<string, unknown>>;

/** Refuses a field: `E must be a Unix time, not "x"`. */
export function refuseField(name: string, expected: string, value: unknown): never {
  throw new InputError(`${name} must be ${expected}, not ${show(value)}`);
}

/** Parses JSON text that must hold an object. */
export function parseObject(text: string, name: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    refuseField(name, 'whole JSON', text);
  }
  return objectField(value, name);
}

export function objectField(value: unknown, name: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    refuseField(name, 'an object', value);
  return value as Fields;
}

export function listField(value: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(value)) refuseField(name, 'an array', value);
  return value as readonly unknown[];
}

export function textField(value: unknown, name: string): string {
  if (typeof value !== 'string' || value.length === 0) refuseField(name, 'a text', value);
  return value;
}

/** An id that counts up: an integer of at least 0. */
export function countField(value: unknown, name: string): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    refuseField(name, 'an integer of at least 0', value);
  return value as number;
}

export function flagField(value: unknown, name: string): boolean {
  if (typeof value !== 'boolean') refuseField(name, 'true or false', value);
  return value;
}

/** Ticks of a price; exact, or refused. */
export function priceField(listed: ListedInstrument, value: unknown, name: string): number {
  return soundPrice(listed, listed.prices.parse(value as string, name), value, name);
}

/** Refuses ticks below 0 where no price is: futures and spreads may cost so little, but coins are not given away. */
export function soundPrice(listed: ListedInstrument, ticks: number, value: unknown, name: string): number {
  const { kind } = listed.definition;
  if (ticks < 0 && (kind === 'spot' || kind === 'perpetual'))
    refuseField(name, 'a price of at least 0', value);
  return ticks;
}

/** Lots of a quantity; exact, or refused: its instrument needs a lot as fine as what the venue prints. */
export function quantityField(listed: ListedInstrument, value: unknown, name: string): number {
  const lots = listed.quantities.parse(value as string, name);
  if (lots < 0) refuseField(name, 'a quantity of at least 0', value);
  return lots;
}

/** Levels as venues write them, `[["61.5","2"],...]`, as price, quantity, price, quantity in ticks and lots. */
export function levelsField(listed: ListedInstrument, value: unknown, name: string): number[] {
  const levels = listField(value, name);
  const flat = new Array<number>(levels.length * 2);
  for (let index = 0; index < levels.length; index++) {
    const level = levels[index];
    if (!Array.isArray(level) || level.length < 2) refuseField(name, 'pairs of price and quantity', level);
    flat[2 * index] = priceField(listed, level[0], name);
    flat[2 * index + 1] = quantityField(listed, level[1], name);
  }
  return flat;
}
