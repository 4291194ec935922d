import { OptionError, type Rate } from './option-error.js';

const MILLISECONDS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** A finite number of at least 0. */
export function numberOf(name: string, text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(Number.isFinite(value) && value >= 0)) throw wrong(name, 'a number of at least 0', text);
  return value;
}

/** A finite number above 0. */
export function positiveOf(name: string, text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(Number.isFinite(value) && value > 0)) throw wrong(name, 'a number above 0', text);
  return value;
}

/** An integer of at least 0. */
export function integerOf(name: string, text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw wrong(name, 'an integer of at least 0', text);
  return value;
}

/** A port, or 0 for a free one. */
export function portOf(name: string, text: string): number {
  const value = integerOf(name, text);
  if (value > 65_535) throw wrong(name, 'a port from 0 to 65535', text);
  return value;
}

/** Milliseconds of a text such as `500ms`, `90s`, `10m` or `1h`. */
export function durationOf(name: string, text: string): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? [];
  const value = Number(amount) * (MILLISECONDS[unit] ?? Number.NaN);
  if (!(value > 0)) throw wrong(name, 'a duration such as 90s, 10m or 1h', text);
  return value;
}

/** A conversion rate such as `USDT/USD=0.9995`. */
export function rateOf(name: string, text: string): Rate {
  const [, from, to, rate] = /^([A-Z0-9]+)\/([A-Z0-9]+)=(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (from === undefined || to === undefined || rate === undefined || from === to || !(Number(rate) > 0)) {
    throw wrong(name, 'a rate such as USDT/USD=0.9995', text);
  }
  return { from, to, rate };
}

/** Joins `--limit -5` to `--limit=-5`: a negative number is refused as one, and not taken for an option. */
export function withJoinedNegatives(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const argument of args) {
    const last = joined.at(-1);
    if (/^-[\d.]/.test(argument) && last !== undefined && /^--[^=]+$/.test(last)) {
      joined[joined.length - 1] = `${last}=${argument}`;
    } else joined.push(argument);
  }
  return joined;
}

const wrong = (name: string, expected: string, text: string): OptionError =>
  new OptionError(
    `${name} must be ${expected}, not "${text.length > 60 ? `${text.slice(0, 57)}...` : text}"`,
  );
