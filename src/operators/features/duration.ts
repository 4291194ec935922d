import { positiveNumber, refuse } from '../../domain/check.js';

/** A length of event time: milliseconds, or such as `100ms`, `1s`, `1.5m`, `8h`, `1d`. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

const MILLISECONDS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * The milliseconds of a duration.
 *
 * @throws ConfigurationError when it is neither a positive number nor such a text
 */
export function milliseconds(name: string, duration: unknown): number {
  if (typeof duration !== 'string') return positiveNumber(name, duration);
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(duration) ?? [];
  const value = Number(amount) * (MILLISECONDS[unit ?? ''] ?? Number.NaN);
  if (!(value > 0)) refuse(name, 'a duration such as "100ms", "1s" or "8h"', duration);
  return value;
}
