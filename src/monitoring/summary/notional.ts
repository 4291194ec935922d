import type { ListedInstrument } from '../../domain/instrument-table.js';

/** Worth of some lots at a plain price, in the quote currency. An inverse contract is worth the same at any price. */
export function notionalOf(listed: ListedInstrument, lots: number, price: number): number {
  const { definition, quantities } = listed;
  const contracts = quantities.toNumber(lots) * Number(definition.multiplier);
  return definition.inverse ? contracts : contracts * price;
}
