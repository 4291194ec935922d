import type { Instrument } from '../../domain/instrument.js';
import type { QuoteEvent } from '../../domain/market-event.js';
import { lotsOf, ticksOf } from './on-grid.js';

/** Best prices as a test states them: plain numbers. A side without a price is empty. */
export interface QuoteFixture {
  readonly bid?: number;
  readonly ask?: number;
  /** @default 1 */
  readonly bidQuantity?: number;
  /** @default 1 */
  readonly askQuantity?: number;
  /** The venue's update id. @default -1: it has none */
  readonly updateId?: number;
}

/**
 * A quote of an instrument, in plain prices; or just its mid, with a tick on either side.
 *
 * @throws InputError for a price or quantity off the instrument's grid
 * @example
 * quote(BTC, { bid: 99.5, ask: 100.5, bidQuantity: 1, askQuantity: 2 });
 * quote(BTC, 100); // 99.99 to 100.01
 */
export function quote(instrument: Instrument, prices: QuoteFixture | number): QuoteEvent {
  if (typeof prices === 'number') return around(instrument, prices);
  const { bid, ask, bidQuantity = 1, askQuantity = 1, updateId = -1 } = prices;
  return {
    kind: 'quote',
    instrument: instrument.id,
    venueTime: 0,
    bidPrice: bid === undefined ? 0 : ticksOf(instrument, bid),
    bidQuantity: bid === undefined ? 0 : lotsOf(instrument, bidQuantity),
    askPrice: ask === undefined ? 0 : ticksOf(instrument, ask),
    askQuantity: ask === undefined ? 0 : lotsOf(instrument, askQuantity),
    updateId,
  };
}

function around(instrument: Instrument, mid: number): QuoteEvent {
  const tick = Number(instrument.tick);
  return quote(instrument, { bid: mid - tick, ask: mid + tick });
}
