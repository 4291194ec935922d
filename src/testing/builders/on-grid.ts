import { InputError } from '../../domain/errors.js';
import { Grid } from '../../domain/grid.js';
import type { Instrument } from '../../domain/instrument.js';

/**
 * A plain price in ticks of an instrument.
 *
 * @throws InputError for a price between two ticks: a venue could not have said it
 * @example
 * ticksOf(BTC, 99.5); // 9950 with ticks of 0.01
 */
export const ticksOf = (instrument: Instrument, price: number): number =>
  onGrid(instrument.tick, price, `a price of ${instrument.id}`);

/**
 * A plain quantity in lots of an instrument.
 *
 * @throws InputError for a quantity between two lots
 *
 * @example
 * lotsOf(BTC, 0.5); // with lots of 0.001: 500
 */
export const lotsOf = (instrument: Instrument, quantity: number): number =>
  onGrid(instrument.lot, quantity, `a quantity of ${instrument.id}`);

function onGrid(step: string, value: number, what: string): number {
  const grid = new Grid(step, what);
  const units = grid.nearest(value);
  // Numbers such as 0.1 + 0.2 are meant to lie on the grid.
  if (Number.isSafeInteger(units) && Math.abs(grid.toNumber(units) - value) <= 1e-9 * Math.abs(value)) {
    return units + 0;
  }
  throw new InputError(`${what} must be a multiple of ${step}, not ${value}`);
}
