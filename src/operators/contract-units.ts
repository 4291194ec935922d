import type { ListedInstrument } from '../domain/instrument-table.js';

/** Base units in one lot at a price: a constant for linear contracts, falling with the price for inverse ones. */
export function baseUnitsPerLot(listed: ListedInstrument, price: number): number {
  const units = listed.quantities.toNumber(1) * Number(listed.definition.multiplier);
  return listed.definition.inverse ? units / price : units;
}

/** The most lots, not above these, that an order may be made of: what is finer than the step cannot be traded. */
export function orderableLots({ orderStep }: ListedInstrument, lots: number): number {
  return lots - (lots % orderStep);
}

/** Notional of `lots` at a plain price, in the quote currency. */
export function notionalOf(listed: ListedInstrument, lots: number, price: number): number {
  return baseUnitsPerLot(listed, price) * lots * price;
}
