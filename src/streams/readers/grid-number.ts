import type { Grid } from '../../domain/grid.js';
import { refuseField } from './fields.js';

const FLOAT = /^-?\d{1,30}(\.\d{1,40})?(e[+-]?\d{1,3})?$/i;
/** What sums and conversions of doubles are off by, as a share of the value. */
const NOISE = 64 * Number.EPSILON;

/**
 * Units of a number that passed through floats before it was written, such as `5.330000000000001e-05`.
 *
 * Digits that are exact are read exactly. Else it must be the nearest double to a multiple of the step, or a few
 * doubles beside it: `0.00141342` is one and `33.35399601000002` is one of 0.00000001, but `0.001413425` is none.
 *
 * @throws InputError when it is no number, or lies off the grid
 */
export function gridNumber(grid: Grid, text: string, name: string): number {
  const exact = grid.tryParse(text);
  if (!Number.isNaN(exact)) return exact;
  const value = FLOAT.test(text) ? Number(text) : Number.NaN;
  const units = grid.nearest(value);
  const distance = Math.abs(grid.toNumber(units) - value);
  const allowed = Math.min(Math.abs(value) * NOISE, grid.toNumber(1) / 8);
  // Not `>`: nothing is near to NaN.
  if (!Number.isSafeInteger(units) || !(distance <= allowed))
    refuseField(name, `a number on the grid of ${grid.step}`, text);
  return units === 0 ? 0 : units;
}

/** As {@link gridNumber}, of at least 0. */
export function gridQuantity(grid: Grid, text: string, name: string): number {
  const units = gridNumber(grid, text, name);
  return units >= 0 ? units : refuseField(name, 'at least 0', text);
}
