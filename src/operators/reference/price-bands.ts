import type { Instrument } from '../../domain/instrument.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';

/** Lowest and highest price that the venue takes, in ticks, both included. */
export interface PriceBands {
  readonly low: number;
  readonly high: number;
}

/** The bands of a definition on the grid of the table; `undefined` where the venue states none. */
export function priceBands({ prices }: ListedInstrument, { bands }: Instrument): PriceBands | undefined {
  return bands && { low: prices.ceil(Number(bands.low)), high: prices.floor(Number(bands.high)) };
}
