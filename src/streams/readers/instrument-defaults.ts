import { type Fees, type Instrument, type InstrumentSettings, instrument } from '../../domain/instrument.js';
import { indexFuture } from './index-futures.js';

/** Markets that name their instruments apart: Binance uses one symbol for spot and for USD-M. */
export type Market = 'spot' | 'usdm' | 'coinm' | 'cme';

/** Fees of ordinary accounts. */
export const BINANCE_SPOT_FEES: Fees = { maker: 0.001, taker: 0.001 };
export const BINANCE_FUTURES_FEES: Fees = { maker: 0.0002, taker: 0.0005 };
export const COINBASE_FEES: Fees = { maker: 0.004, taker: 0.006 };

/** Its books hold remainders finer than what orders are made of (self-trade prevention leaves them). */
const spot = { kind: 'spot', lot: '0.00000001', minNotional: '5', fees: BINANCE_SPOT_FEES } as const;
const usdm = { kind: 'perpetual', fees: BINANCE_FUTURES_FEES } as const;
const coinm = {
  kind: 'perpetual',
  inverse: true,
  quote: 'USD',
  lot: '1',
  fees: BINANCE_FUTURES_FEES,
} as const;
const advanced = { kind: 'spot', lot: '0.00000001', minNotional: '1', fees: COINBASE_FEES } as const;

const KNOWN: Readonly<Record<string, Omit<InstrumentSettings, 'venue' | 'symbol'>>> = {
  'binance spot BTCUSDT': { ...spot, base: 'BTC', quote: 'USDT', tick: '0.01', orderStep: '0.00001' },
  'binance spot ETHUSDT': { ...spot, base: 'ETH', quote: 'USDT', tick: '0.01', orderStep: '0.0001' },
  'binance usdm BTCUSDT': {
    ...usdm,
    base: 'BTC',
    quote: 'USDT',
    tick: '0.1',
    lot: '0.001',
    minNotional: '100',
  },
  'binance usdm ETHUSDT': {
    ...usdm,
    base: 'ETH',
    quote: 'USDT',
    tick: '0.01',
    lot: '0.001',
    minNotional: '20',
  },
  'binance coinm BTCUSD_PERP': { ...coinm, base: 'BTC', multiplier: '100', tick: '0.1' },
  'binance coinm ETHUSD_PERP': { ...coinm, base: 'ETH', multiplier: '10', tick: '0.01' },
  'coinbase spot BTC-USD': { ...advanced, base: 'BTC', quote: 'USD', tick: '0.01' },
  'coinbase spot ETH-USD': { ...advanced, base: 'ETH', quote: 'USD', tick: '0.01' },
};

/**
 * The definition that replay uses when neither the recording nor the user says one, or `undefined`.
 *
 * It knows BTC and ETH at Binance (spot, USD-M, COIN-M) and Coinbase, and the equity index futures of CME.
 * Ticks, lots and fees are those of an ordinary account in 2024; venues change them, and a live connection asks.
 *
 * @param at a time within the recording (Unix milliseconds): it tells the decade of a contract such as ESH4
 *
 * @example
 * const btc = defaultInstrument('binance', 'spot', 'BTCUSDT', Date.UTC(2024, 0, 2));
 */
export function defaultInstrument(
  venue: string,
  market: Market,
  symbol: string,
  at: number,
): Instrument | undefined {
  if (market === 'cme') return indexFuture(symbol, at);
  const key = `${venue} ${market} ${symbol}`;
  const settings = Object.hasOwn(KNOWN, key) ? KNOWN[key] : undefined;
  return settings && instrument({ venue, symbol, ...settings });
}
