import type { Known } from '../view.js';

/** A number as JSON has it: what is not finite is unknown. */
export const known = (value: number | undefined): Known =>
  value !== undefined && Number.isFinite(value) ? value : null;

/** Adds at the front of a list that never holds more than so many. */
export function remember<T>(list: T[], newest: T, most: number): void {
  list.unshift(newest);
  if (list.length > most) list.pop();
}
