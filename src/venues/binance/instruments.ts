import { knownKeys, oneOf, refuse } from '../../domain/check.js';
import { ConfigurationError } from '../../domain/errors.js';
import type { Instrument } from '../../domain/instrument.js';
import { binanceSymbols } from '../../streams/readers/binance-symbols.js';
import { type Fields, listField, objectField } from '../../streams/readers/fields.js';
import { type BinanceMarket, type BinanceOptions, binanceSettings } from './options.js';

/** Which definitions are asked for. */
export interface BinanceInstrumentsOptions
  extends Pick<BinanceOptions, 'venue' | 'market' | 'environment' | 'timeout'> {
  /** The venue's names, such as `BTCUSDT`. */
  readonly symbols: readonly string[];
}

const PATHS: Readonly<Record<BinanceMarket, string>> = {
  spot: '/api/v3/exchangeInfo',
  usdm: '/fapi/v1/exchangeInfo',
  coinm: '/dapi/v1/exchangeInfo',
};

/**
 * Asks Binance for the definitions of instruments as they are now: ticks, lots, steps, least sizes.
 *
 * Perpetuals only, of futures; fees are those of an ordinary account.
 *
 * @example
 * const [btc] = await binanceInstruments({ symbols: ['BTCUSDT'], environment: 'testnet' });
 * @throws ConfigurationError for a symbol that the venue does not have, InputError for an answer that cannot be read
 */
export async function binanceInstruments(options: BinanceInstrumentsOptions): Promise<readonly Instrument[]> {
  const { symbols, ...rest } = options;
  knownKeys('binanceInstruments', rest, ['venue', 'market', 'environment', 'timeout']);
  if (!Array.isArray(symbols) || symbols.length === 0 || symbols.some((each) => typeof each !== 'string'))
    refuse('binanceInstruments.symbols', 'a list of names such as "BTCUSDT"', symbols);
  oneOf('binanceInstruments.market', rest.market ?? 'spot', ['spot', 'usdm', 'coinm']);
  const { endpoints, market, venue, timeout } = binanceSettings(rest);
  const response = await fetch(endpoints.rest + PATHS[market], { signal: AbortSignal.timeout(timeout) });
  if (!response.ok) throw new Error(`exchangeInfo of Binance ${market} answered HTTP ${response.status}`);
  const body = objectField(await response.json(), 'exchangeInfo');
  const bySymbol = new Map(
    listField(body['symbols'], 'symbols').map((each) => {
      const said = objectField(each, 'symbols');
      return [said['symbol'], said] as const;
    }),
  );
  const names = symbols.map((symbol) => nameOf(bySymbol.get(symbol), symbol, market));
  const chosen = { symbols: symbols.map((symbol) => bySymbol.get(symbol)) };
  return binanceSymbols(chosen, venue, market, names);
}

function nameOf(said: Fields | undefined, symbol: string, market: BinanceMarket): string {
  if (said === undefined || (market !== 'spot' && said['contractType'] !== 'PERPETUAL'))
    throw new ConfigurationError(
      `binanceInstruments.symbols: Binance ${market} has no ${market === 'spot' ? '' : 'perpetual '}"${symbol}"`,
    );
  const pair = `${String(said['baseAsset'])}-${String(said['quoteAsset'])}`;
  return market === 'spot' ? pair : `${pair}-PERP`;
}
