import type { ListedInstrument } from '../domain/instrument-table.js';

/** Base units in one lot at a price: a constant for linear contracts, falling with the price for inverse ones. */
export function baseUnitsPerLot(listed: ListedInstrument, price: number): number {
  const units = listed.quantities.toNumber(1) * Number(listed.definition.multiplier);
  return listed.definition.inverse ? units / price : units;
}

/** Notional of `lots` at a plain price, in the quote currency. */
export function notionalOf(listed: ListedInstrument, lots: number, price: number): number {
  return baseUnitsPerLot(listed, price) * lots * price;
}
