import { positiveNumber, refuse } from './check.js';

/** A length of time: milliseconds, or such as `100ms`, `1s`, `1.5m`, `8h`, `1d`. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

const MILLISECONDS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * The milliseconds that a text says, or `undefined` where it is no length of time.
 *
 * @example
 * readDuration('1.5s'); // 1500
 * readDuration('soon'); // undefined
 */
export function readDuration(text: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? [];
  if (unit === undefined) return undefined;
  const product = Number(amount) * (MILLISECONDS[unit] as number);
  // 1.1m is 66000, not 66000.00000000001.
  const whole = Math.round(product);
  return Math.abs(product - whole) < 1e-6 ? whole : product;
}

/**
 * The milliseconds of a duration.
 *
 * @throws ConfigurationError when it is neither a positive number nor such a text
 */
export function milliseconds(name: string, duration: unknown): number {
  if (typeof duration !== 'string') return positiveNumber(name, duration);
  const value = readDuration(duration) ?? 0;
  if (!(value > 0)) refuse(name, 'a duration such as "100ms", "1s" or "8h"', duration);
  return value;
}
