import { type Instrument, instrument } from '../../domain/instrument.js';
import { defaultInstrument, type Market } from './instrument-defaults.js';

const SHARED: readonly (readonly [string, Market, string])[] = [
  ['binance', 'spot', 'BTCUSDT'],
  ['binance', 'spot', 'ETHUSDT'],
  ['binance', 'usdm', 'BTCUSDT'],
  ['binance', 'usdm', 'ETHUSDT'],
  ['binance', 'coinm', 'BTCUSD_PERP'],
  ['binance', 'coinm', 'ETHUSD_PERP'],
  ['coinbase', 'spot', 'BTC-USD'],
  ['coinbase', 'spot', 'ETH-USD'],
];

/** Venue, symbol, base, quote, tick. */
const SPOT: readonly (readonly [string, string, string, string, string])[] = [
  ['binance', 'BTCUSDC', 'BTC', 'USDC', '0.01'],
  ['binance', 'BTCBUSD', 'BTC', 'BUSD', '0.01'],
  ['binance', 'USDCUSDT', 'USDC', 'USDT', '0.0001'],
  ['binance', 'XRPETH', 'XRP', 'ETH', '0.00000001'],
  ['coinbase', 'BTC-USDT', 'BTC', 'USDT', '0.01'],
  ['coinbase', 'USDT-USD', 'USDT', 'USD', '0.00001'],
  ['kraken', 'BTC/USD', 'BTC', 'USD', '0.1'],
  ['kraken', 'USDC/USD', 'USDC', 'USD', '0.0001'],
  ['kraken', 'USDT/USD', 'USDT', 'USD', '0.00001'],
  ['bybit', 'BTCUSDT', 'BTC', 'USDT', '0.01'],
  ['bittrex', 'ETH-BTC', 'ETH', 'BTC', '0.00000001'],
  ['bittrex', 'ADA-BTC', 'ADA', 'BTC', '0.00000001'],
];

/** The pairs and perpetuals that tables of bars and trades are about when nobody defines them otherwise. */
export function usualPairs(): readonly Instrument[] {
  return [
    ...SHARED.flatMap(([venue, market, symbol]) => defaultInstrument(venue, market, symbol, 0) ?? []),
    ...SPOT.map(([venue, symbol, base, quote, tick]) =>
      instrument({ venue, symbol, kind: 'spot', base, quote, tick, lot: '0.00000001' }),
    ),
  ];
}
