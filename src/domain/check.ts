import { ConfigurationError, show } from './errors.js';

/** Refuses a setting: `maxPosition.limit must be a number above 0, not -3`. */
export function refuse(name: string, expected: string, value: unknown): never {
  throw new ConfigurationError(`${name} must be ${expected}, not ${show(value)}`);
}

/** A finite number of at least `least` (and at most `most`). */
export function numberAtLeast(
  name: string,
  value: unknown,
  least: number,
  most: number = Number.POSITIVE_INFINITY,
): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < least || value > most) {
    refuse(
      name,
      most === Number.POSITIVE_INFINITY
        ? `a number of at least ${least}`
        : `a number from ${least} to ${most}`,
      value,
    );
  }
  return value;
}

/** A finite number above zero. */
export function positiveNumber(name: string, value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0)
    refuse(name, 'a number above 0', value);
  return value;
}

/** An integer of at least `least`. */
export function integerAtLeast(name: string, value: unknown, least: number): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least) {
    refuse(name, `an integer of at least ${least}`, value);
  }
  return value;
}

/** A string with at least one character, none of them a space or a control character. */
export function nonEmptyName(name: string, value: unknown): string {
  if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value)) {
    refuse(name, 'a name of printable characters without spaces', value);
  }
  return value;
}

/** One of a list of words. */
export function oneOf<const T extends string>(name: string, value: unknown, words: readonly T[]): T {
  if (typeof value !== 'string' || !(words as readonly string[]).includes(value)) {
    refuse(name, `one of ${words.join(', ')}`, value);
  }
  return value as T;
}

/** Refuses settings that nobody reads, so that a mistyped option is not silently ignored. */
export function knownKeys(name: string, value: object, keys: readonly string[]): void {
  for (const key of Object.keys(value)) {
    if (!keys.includes(key)) {
      throw new ConfigurationError(`${name} has an unknown setting "${key}"; it takes ${keys.join(', ')}`);
    }
  }
}

/** Refuses two things of one name: `two agents are named "trend"`. */
export function uniqueNames(what: string, things: readonly { readonly name: string }[]): void {
  const seen = new Set<string>();
  for (const { name } of things) {
    if (seen.has(name))
      throw new ConfigurationError(`two ${what} are named "${name}"; give each its own name`);
    seen.add(name);
  }
}

/** True or false; `undefined` gives the default. */
export function flagOf(name: string, value: unknown, otherwise: boolean): boolean {
  if (value === undefined) return otherwise;
  return typeof value === 'boolean' ? value : refuse(name, 'true or false', value);
}

/** A list of some of these words. */
export function subsetOf<const T extends string>(
  name: string,
  values: unknown,
  words: readonly T[],
): readonly T[] {
  if (!Array.isArray(values) || values.some((value) => !words.includes(value)))
    refuse(name, `a list of ${words.join(', ')}`, Array.isArray(values) ? values.join(', ') : values);
  return values as readonly T[];
}
