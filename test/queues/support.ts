import type { SignalEvent } from '../../src/domain/event.js';
import { type Instrument, instrument } from '../../src/domain/instrument.js';

export const instrumentOf = (): Instrument =>
  instrument({
    venue: 'binance',
    symbol: 'BTCUSDT',
    kind: 'spot',
    base: 'BTC',
    quote: 'USDT',
    tick: '0.01',
    lot: '0.00001',
  });

/** A signal that can be told from others by its strength. */
export const externalSignal = ({ id }: Instrument, strength: number): SignalEvent => ({
  kind: 'signal',
  signal: {
    name: 'remote',
    instrument: id,
    direction: 1,
    strength,
    confidence: 1,
    horizon: 1_000,
    eventTime: 1,
    validUntil: 2,
  },
});
