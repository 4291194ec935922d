import type { FeatureInput } from './feature.js';
import { midWeightedByQuantity } from './microprice.js';

/**
 * The price that a feature follows. `mid`, `bid`, `ask` and `microprice` stand until they change; `trade` and `barClose`
 * happen: each trade or bar counts, also at an unchanged price.
 */
export type PriceSource = 'mid' | 'bid' | 'ask' | 'microprice' | 'trade' | 'barClose';

/** The names of all sources. */
export const PRICE_SOURCES: readonly PriceSource[] = ['mid', 'bid', 'ask', 'microprice', 'trade', 'barClose'];

/** Whether a source is a standing price rather than a series of happenings. */
export const stands = (source: PriceSource): boolean => source !== 'trade' && source !== 'barClose';

/** Reads a source off an input, of bars those of one name; `NaN` when unknown. */
export function readPrice(source: PriceSource, bars: string, input: FeatureInput): number {
  switch (source) {
    case 'mid':
      return input.mid;
    case 'bid':
      return input.bid;
    case 'ask':
      return input.ask;
    case 'microprice':
      return midWeightedByQuantity(input);
    case 'trade':
      return input.tradePrice;
    case 'barClose':
      return input.barName === bars ? input.barClose : Number.NaN;
  }
}
