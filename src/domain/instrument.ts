import { type InstrumentId, instrumentId } from './brand.js';
import { integerAtLeast, knownKeys, nonEmptyName, numberAtLeast, oneOf, refuse } from './check.js';
import { decimal } from './decimal.js';
import { Grid } from './grid.js';

/** What is traded: an asset for an asset, a contract without expiry, one with, or a difference of contracts. */
export type InstrumentKind = 'spot' | 'perpetual' | 'future' | 'spread';

/** Maker and taker fee as a share of the notional: 0.001 is 10 basis points; a rebate is negative. */
export interface Fees {
  readonly maker: number;
  readonly taker: number;
}

/**
 * An instrument of one venue, as plain data that the wire can carry.
 *
 * `tick`, `lot`, `orderStep`, `multiplier`, `minQuantity` and `minNotional` are exact decimal strings. Canonical
 * prices and quantities everywhere are integers: ticks of `tick`, lots of `lot`.
 */
export interface Instrument {
  /** Such as `BTC-USDT.SPOT@binance`. */
  readonly id: InstrumentId;
  readonly venue: string;
  /** The venue's own name, such as `BTCUSDT`. */
  readonly symbol: string;
  readonly kind: InstrumentKind;
  readonly base: string;
  readonly quote: string;
  /** The currency in which profit and loss arise. */
  readonly settle: string;
  /** An inverse contract: profit arises in the base currency, notional is contracts times multiplier in quote. */
  readonly inverse: boolean;
  /** Base units (linear) or quote units (inverse) in a quantity of 1. */
  readonly multiplier: string;
  readonly tick: string;
  /** The grid of every quantity: the finest that the venue's market data and fills speak of. */
  readonly lot: string;
  /** What quantities of orders are multiples of, itself a multiple of the lot: books may be finer than orders. */
  readonly orderStep: string;
  readonly minQuantity: string;
  readonly minNotional: string;
  readonly fees: Fees;
  /** Unix time in milliseconds. */
  readonly expiry?: number;
  readonly calendar?: string;
  /** Lowest and highest price the venue takes, as exact decimal strings. */
  readonly bands?: { readonly low: string; readonly high: string };
  readonly version: number;
}

/** What a user states of an instrument; the rest has defaults. */
export interface InstrumentSettings {
  /** @default `BASE-QUOTE.KIND@venue` */
  readonly id?: string;
  readonly venue: string;
  readonly symbol: string;
  readonly kind: InstrumentKind;
  readonly base: string;
  readonly quote: string;
  /** @default the quote currency, or the base currency of an inverse contract */
  readonly settle?: string;
  /** @default false */
  readonly inverse?: boolean;
  /** @default "1" */
  readonly multiplier?: string;
  readonly tick: string;
  readonly lot: string;
  /** @default the lot */
  readonly orderStep?: string;
  /** @default the order step */
  readonly minQuantity?: string;
  /** @default "0" */
  readonly minNotional?: string;
  /** @default no fees */
  readonly fees?: Fees;
  readonly expiry?: number;
  readonly calendar?: string;
  readonly bands?: { readonly low: string; readonly high: string };
  /** @default 1 */
  readonly version?: number;
}

const KEYS = [
  'id',
  'venue',
  'symbol',
  'kind',
  'base',
  'quote',
  'settle',
  'inverse',
  'multiplier',
  'tick',
  'lot',
  'orderStep',
  'minQuantity',
  'minNotional',
  'fees',
  'expiry',
  'calendar',
  'bands',
  'version',
] as const;

const SUFFIX: Readonly<Record<InstrumentKind, string>> = {
  spot: 'SPOT',
  perpetual: 'PERP',
  future: 'FUT',
  spread: 'SPREAD',
};

/**
 * Makes a validated instrument.
 *
 * @example
 * instrument({ venue: 'binance', symbol: 'BTCUSDT', kind: 'spot', base: 'BTC', quote: 'USDT', tick: '0.01', lot: '0.00001' })
 * @throws ConfigurationError naming the setting, the value and what would be right
 */
export function instrument(settings: InstrumentSettings): Instrument {
  const symbol = nonEmptyName('instrument.symbol', settings.symbol);
  const at = `instrument ${symbol}`;
  knownKeys(at, settings, KEYS);
  const venue = nonEmptyName(`${at}.venue`, settings.venue);
  const kind = oneOf(`${at}.kind`, settings.kind, ['spot', 'perpetual', 'future', 'spread']);
  const base = nonEmptyName(`${at}.base`, settings.base);
  const quote = nonEmptyName(`${at}.quote`, settings.quote);
  const inverse = settings.inverse ?? false;
  if (typeof inverse !== 'boolean') refuse(`${at}.inverse`, 'true or false', inverse);
  if (inverse && kind === 'spot') refuse(`${at}.inverse`, 'false for a spot instrument', inverse);
  new Grid(settings.tick, `${at}.tick`);
  const lot = new Grid(settings.lot, `${at}.lot`);
  const orderStep = settings.orderStep ?? settings.lot;
  if (!(lot.tryParse(orderStep) > 0))
    refuse(`${at}.orderStep`, `a positive multiple of the lot ${settings.lot}`, orderStep);
  const minQuantity = settings.minQuantity ?? orderStep;
  if (!(lot.tryParse(minQuantity) > 0))
    refuse(`${at}.minQuantity`, `a positive multiple of the lot ${settings.lot}`, minQuantity);
  const multiplier = settings.multiplier ?? '1';
  if (!decimalAbove(multiplier, 0, false)) refuse(`${at}.multiplier`, 'a decimal string above 0', multiplier);
  const minNotional = settings.minNotional ?? '0';
  if (!decimalAbove(minNotional, 0, true))
    refuse(`${at}.minNotional`, 'a decimal string of at least 0', minNotional);
  const fees = settings.fees ?? { maker: 0, taker: 0 };
  numberAtLeast(`${at}.fees.maker`, fees.maker, -0.1, 0.5);
  numberAtLeast(`${at}.fees.taker`, fees.taker, -0.1, 0.5);
  if (kind === 'future' || settings.expiry !== undefined)
    numberAtLeast(`${at}.expiry`, settings.expiry, 1, 99_999_999_999_999);
  if (settings.calendar !== undefined) nonEmptyName(`${at}.calendar`, settings.calendar);
  const { bands } = settings;
  if (
    bands !== undefined &&
    !(decimalAbove(bands.low, 0, true) && decimalAbove(bands.high, Number(bands.low), false))
  ) {
    refuse(
      `${at}.bands`,
      'a low of at least 0 and a high above it, as decimal strings',
      `${bands.low} to ${bands.high}`,
    );
  }
  return Object.freeze({
    id: instrumentId(
      interned(nonEmptyName(`${at}.id`, settings.id ?? `${base}-${quote}.${SUFFIX[kind]}@${venue}`)),
    ),
    venue,
    symbol,
    kind,
    base,
    quote,
    settle: nonEmptyName(`${at}.settle`, settings.settle ?? (inverse ? base : quote)),
    inverse,
    multiplier,
    tick: settings.tick,
    lot: settings.lot,
    orderStep,
    minQuantity,
    minNotional,
    fees: Object.freeze({ maker: fees.maker, taker: fees.taker }),
    ...(settings.expiry === undefined ? {} : { expiry: settings.expiry }),
    ...(settings.calendar === undefined ? {} : { calendar: settings.calendar }),
    ...(bands === undefined ? {} : { bands: Object.freeze({ low: bands.low, high: bands.high }) }),
    version: integerAtLeast(`${at}.version`, settings.version ?? 1, 1),
  });
}

/** Plain notation only: the wire carries no exponents. */
function decimalAbove(text: unknown, bound: number, orEqual: boolean): boolean {
  if (typeof text !== 'string' || !/^\d{1,30}(\.\d{1,28})?$/.test(text)) return false;
  const value = decimal(text);
  return orEqual ? value.gte(bound) : value.gt(bound);
}

/**
 * The same text as the engine keeps the names of fields: one string for all that are equal, so that two of them are
 * compared by where they are and not by a call. Every event's id is compared at least once.
 */
function interned(text: string): string {
  return Object.keys({ [text]: true })[0] as string;
}
