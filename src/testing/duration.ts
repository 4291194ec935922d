import { type Duration, readDuration } from '../domain/duration.js';

/**
 * A duration of at least 0 in whole milliseconds, or `undefined`: timers know nothing finer, and a half would be
 * rounded by one engine and kept by the other.
 */
export function wholeMilliseconds(duration: Duration): number | undefined {
  const value = typeof duration === 'number' ? duration : readDuration(duration);
  return value !== undefined && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

const UNITS = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/**
 * Milliseconds in the largest unit that needs no fraction, so that a drawing can be pasted back as a diagram.
 *
 * @example
 * writeDuration(90_000); // '90s'
 * writeDuration(3_600_000); // '1h'
 */
export function writeDuration(milliseconds: number): string {
  if (milliseconds === 0) return '0s';
  const [unit, length] = UNITS.find(([, each]) => milliseconds % each === 0) ?? ['ms', 1];
  return `${milliseconds / length}${unit}`;
}
