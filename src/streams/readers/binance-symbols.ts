import { ConfigurationError, InputError } from '../../domain/errors.js';
import { type Instrument, instrument } from '../../domain/instrument.js';
import { type Fields, listField, objectField, textField } from './fields.js';
import { BINANCE_FUTURES_FEES, BINANCE_SPOT_FEES, type Market } from './instrument-defaults.js';

/**
 * Definitions in an answer of `exchangeInfo`, as far as they are asked for by names such as `BTC-USDT` (spot) or
 * `BTC-USDT-PERP` (perpetuals).
 *
 * @throws InputError when the answer defines a symbol badly
 */
export function binanceSymbols(
  body: Fields,
  venue: string,
  market: Market,
  names: readonly string[],
): Instrument[] {
  if (body['symbols'] === undefined) return [];
  const found: Instrument[] = [];
  for (const item of listField(body['symbols'], 'symbols')) {
    const said = objectField(item, 'symbols');
    const base = textField(said['baseAsset'], 'baseAsset');
    const quote = textField(said['quoteAsset'], 'quoteAsset');
    const name = market === 'spot' ? `${base}-${quote}` : `${base}-${quote}-PERP`;
    if (!names.includes(name) || (market !== 'spot' && said['contractType'] !== 'PERPETUAL')) continue;
    try {
      found.push(definition(said, venue, market, base, quote));
    } catch (error) {
      if (error instanceof ConfigurationError) throw new InputError(`symbols: ${error.message}`);
      throw error;
    }
  }
  return found;
}

function definition(said: Fields, venue: string, market: Market, base: string, quote: string): Instrument {
  const filters = new Map(
    listField(said['filters'], 'filters').map((item) => {
      const filter = objectField(item, 'filters');
      return [filter['filterType'], filter] as const;
    }),
  );
  const price = objectField(filters.get('PRICE_FILTER'), 'filter PRICE_FILTER');
  const lot = objectField(filters.get('LOT_SIZE'), 'filter LOT_SIZE');
  const notional = filters.get('MIN_NOTIONAL') ?? filters.get('NOTIONAL');
  const minNotional = notional?.['minNotional'] ?? notional?.['notional'] ?? '0';
  return instrument({
    venue,
    symbol: textField(said['symbol'], 'symbol'),
    kind: market === 'spot' ? 'spot' : 'perpetual',
    base,
    quote,
    inverse: market === 'coinm',
    multiplier: market === 'coinm' ? String(said['contractSize']) : '1',
    tick: tickOf(said, price),
    lot: market === 'spot' ? spotLotOf(said, lot) : textField(lot['stepSize'], 'stepSize'),
    orderStep: textField(lot['stepSize'], 'stepSize'),
    minQuantity: textField(lot['minQty'], 'minQty'),
    minNotional: textField(minNotional, 'minNotional'),
    fees: market === 'spot' ? BINANCE_SPOT_FEES : BINANCE_FUTURES_FEES,
  });
}

/**
 * The grid on which the venue prints prices. Where it says their decimals (futures), that is finer than the tick of
 * new orders: levels that rest from before a change of the tick lie between its multiples.
 */
function tickOf(said: Fields, price: Fields): string {
  const tick = textField(price['tickSize'], 'tickSize');
  const printed = printedGrid(said['pricePrecision']);
  return printed !== undefined && Number(printed) < Number(tick) ? printed : tick;
}

/** Levels of a book, and bars, hold some largest orders at once, and integers are exact below 2^53 only. */
const LARGEST_ORDERS = 1000;

/**
 * The grid on which the venue prints quantities of spot: that of the base asset, which is finer than the step of
 * orders, as self-trade prevention and changed steps leave remainders in the book. Where quantities of this market
 * could pass 2^53 of it, the step.
 */
function spotLotOf(said: Fields, lot: Fields): string {
  const step = textField(lot['stepSize'], 'stepSize');
  const printed = printedGrid(said['baseAssetPrecision']);
  if (printed === undefined || Number(printed) > Number(step)) return step;
  const largest = Number(textField(lot['maxQty'], 'maxQty')) * LARGEST_ORDERS;
  return largest / Number(printed) < Number.MAX_SAFE_INTEGER ? printed : step;
}

function printedGrid(decimals: unknown): string | undefined {
  if (typeof decimals !== 'number' || !Number.isInteger(decimals) || decimals < 0 || decimals > 12)
    return undefined;
  return (10 ** -decimals).toFixed(decimals);
}
