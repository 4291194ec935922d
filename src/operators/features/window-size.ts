import { integerAtLeast, refuse } from '../../domain/check.js';

/** Samples that a window may hold at most: three arrays of them for each instrument are memory enough. */
const MOST = 10_000_000;

/** The size of a window, or another number of samples, as it was told. */
export function windowSize(name: string, value: unknown, least: number): number {
  const size = integerAtLeast(name, value, least);
  if (size > MOST) refuse(name, `an integer from ${least} to ${MOST}`, value);
  return size;
}
