import { instrument } from '../../domain/instrument.js';
import type { SimulatedInstrumentSettings } from './settings.js';

/**
 * Bitcoin at three venues: a fast spot market in tether, a slower one in dollars, a micro future with coarse
 * ticks. Together about 95 events a second.
 *
 * @param start Unix time in milliseconds; the future expires 25 days later
 */
export function defaultInstruments(start: number): readonly SimulatedInstrumentSettings[] {
  return [
    {
      definition: instrument({
        venue: 'binance',
        symbol: 'BTCUSDT',
        kind: 'spot',
        base: 'BTC',
        quote: 'USDT',
        tick: '0.01',
        lot: '0.00001',
        minNotional: '5',
        fees: { maker: 0.0001, taker: 0.0002 },
      }),
      eventsPerSecond: 50,
      delay: 4,
      spread: 0.4,
      levels: 16,
      levelNotional: 25_000,
    },
    {
      definition: instrument({
        venue: 'coinbase',
        symbol: 'BTC-USD',
        kind: 'spot',
        base: 'BTC',
        quote: 'USD',
        tick: '0.01',
        lot: '0.00000001',
        minQuantity: '0.00001',
        minNotional: '1',
        fees: { maker: 0, taker: 0.0003 },
      }),
      eventsPerSecond: 30,
      lag: 180,
      delay: 9,
      spread: 0.7,
      noise: 1.2,
      levelNotional: 12_000,
    },
    {
      definition: instrument({
        id: 'MBT.FUT@cme',
        venue: 'cme',
        symbol: 'MBT',
        kind: 'future',
        base: 'BTC',
        quote: 'USD',
        multiplier: '0.1',
        tick: '5',
        lot: '1',
        fees: { maker: 0.0002, taker: 0.0002 },
        expiry: start + 25 * 86_400_000,
      }),
      eventsPerSecond: 15,
      lag: 320,
      delay: 14,
      basis: 12,
      spread: 1.7,
      noise: 1,
      levelNotional: 60_000,
    },
  ];
}
