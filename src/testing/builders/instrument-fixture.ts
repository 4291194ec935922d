import { type Instrument, type InstrumentSettings, instrument } from '../../domain/instrument.js';

/** What a test says of an instrument; the rest is plain: BTC against USD, ticks of 0.01, lots of 0.001, no fees. */
export type InstrumentFixture = Partial<InstrumentSettings>;

/**
 * A spot instrument for tests.
 *
 * @example
 * const BTC = spot(); // BTC-USD.SPOT@venue
 * const DEAR = spot({ venue: 'coinbase', fees: { maker: 0, taker: 0.006 } });
 */
export const spot = (settings: InstrumentFixture = {}): Instrument => fixture('spot', settings);

/**
 * A perpetual contract for tests: it may be held short.
 *
 * @example
 * const PERP = perpetual({ quote: 'USDT', venue: 'binance' });
 */
export const perpetual = (settings: InstrumentFixture = {}): Instrument => fixture('perpetual', settings);

function fixture(kind: 'spot' | 'perpetual', settings: InstrumentFixture): Instrument {
  const base = settings.base ?? 'BTC';
  const quote = settings.quote ?? 'USD';
  return instrument({
    venue: 'venue',
    symbol: `${base}${quote}`,
    kind,
    base,
    quote,
    tick: '0.01',
    lot: '0.001',
    ...settings,
  });
}
