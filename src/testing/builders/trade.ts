import type { Instrument } from '../../domain/instrument.js';
import type { Aggressor, TradeEvent } from '../../domain/market-event.js';
import { lotsOf, ticksOf } from './on-grid.js';

/** A trade as a test states it: plain numbers. */
export interface TradeFixture {
  readonly price: number;
  /** @default 1 */
  readonly quantity?: number;
  /** @default 'none' */
  readonly aggressor?: Aggressor;
  /** @default '' */
  readonly tradeId?: string;
}

/**
 * A trade that the venue printed.
 *
 * @throws InputError for a price or quantity off the instrument's grid
 * @example
 * trade(BTC, { price: 100, quantity: 0.5, aggressor: 'buy' });
 */
export function trade(instrument: Instrument, fixture: TradeFixture): TradeEvent {
  const { price, quantity = 1, aggressor = 'none', tradeId = '' } = fixture;
  return {
    kind: 'trade',
    instrument: instrument.id,
    venueTime: 0,
    price: ticksOf(instrument, price),
    quantity: lotsOf(instrument, quantity),
    aggressor,
    tradeId,
  };
}
