import { knownKeys, refuse } from '../../domain/check.js';
import { ConfigurationError } from '../../domain/errors.js';
import { type Fees, type Instrument, instrument } from '../../domain/instrument.js';
import { coinbaseProducts } from '../../streams/readers/coinbase-products.js';
import type { Fields } from '../../streams/readers/fields.js';
import { loadCcxtClass } from '../ccxt/ccxt-class.js';
import { checkCredentials, Redaction } from '../driver/index.js';
import { type CcxtCoinbase, tappedCoinbase } from './ccxt-coinbase.js';
import { type CoinbaseOptions, coinbaseSettings } from './coinbase-options.js';

/** Which products are asked for. */
export interface CoinbaseInstrumentsOptions
  extends Pick<CoinbaseOptions, 'venue' | 'credentials' | 'environment' | 'timeout'> {
  /** Such as `BTC-USD`. */
  readonly symbols: readonly string[];
}

const SILENT = { connected: () => {}, message: () => {}, gone: () => {} };

/**
 * Asks Coinbase how its products are traded: ticks, steps, least sizes; with credentials also what the account pays.
 *
 * Without credentials fees are those of a small account.
 *
 * @throws ConfigurationError for a product that the venue does not list, or a key that it does not take
 *
 * @example
 * const instruments = await coinbaseInstruments({ symbols: ['BTC-USD', 'ETH-USD'] });
 */
export async function coinbaseInstruments(
  options: CoinbaseInstrumentsOptions,
): Promise<readonly Instrument[]> {
  const { symbols, ...connection } = options;
  knownKeys('coinbaseInstruments', connection, ['venue', 'credentials', 'environment', 'timeout']);
  if (!Array.isArray(symbols) || symbols.length === 0 || symbols.some((each) => typeof each !== 'string'))
    refuse('coinbaseInstruments.symbols', 'a list of names such as "BTC-USD"', symbols);
  const { venue, endpoints, credentials, timeout } = coinbaseSettings(connection);
  const keys =
    credentials === undefined ? undefined : checkCredentials('coinbaseInstruments', await credentials());
  const redaction = new Redaction();
  if (keys !== undefined) redaction.hide(keys.apiKey, keys.secret);
  try {
    const Base = await loadCcxtClass<CcxtCoinbase>('coinbase');
    const exchange = tappedCoinbase(Base, {
      endpoints,
      timeout,
      clockOffset: () => 0,
      tap: SILENT,
      ...keys,
    });
    const answer = await exchange.v3PublicGetBrokerageMarketProducts({ product_ids: symbols });
    const found = coinbaseProducts(answer as Fields, symbols);
    const fees =
      keys === undefined
        ? undefined
        : feesOf((await exchange.v3PrivateGetBrokerageTransactionSummary()) as Fields);
    return symbols.map((symbol) => {
      const one = found.find((each) => each.symbol === symbol);
      if (one === undefined) throw new ConfigurationError(`coinbase lists no spot product ${symbol}`);
      const { id: _id, ...settings } = one;
      return instrument({ ...settings, venue, ...(fees === undefined ? {} : { fees }) });
    });
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    const said = error instanceof Error ? error.message : String(error);
    throw new ConfigurationError(
      redaction.clean(`coinbase at ${endpoints.rest} does not tell its products: ${said}`),
    );
  }
}

function feesOf(summary: Fields): Fees | undefined {
  const { maker_fee_rate: maker, taker_fee_rate: taker } = (summary['fee_tier'] ?? {}) as Fields;
  const fees = { maker: Number(maker), taker: Number(taker) };
  return Number.isFinite(fees.maker) && Number.isFinite(fees.taker) ? fees : undefined;
}
