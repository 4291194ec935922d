import { ConfigurationError, InputError } from '../../domain/errors.js';
import { type Instrument, type InstrumentKind, instrument } from '../../domain/instrument.js';
import { characterAt, fixedAt, fixedText, optionalMillisAt } from './databento-fields.js';
import { text } from './databento-metadata.js';
import { refuseField } from './fields.js';

interface Layout {
  readonly bytes: number;
  readonly contractSize: number;
  readonly tickValue: number;
  readonly currency: number;
  readonly symbol: number;
  readonly symbolBytes: number;
  readonly asset: number;
  readonly assetBytes: number;
  readonly instrumentClass: number;
  readonly userDefined: number;
}

/** Where the fields stand; those before `max_price_variation` are where they always were. */
const LAYOUTS: Readonly<Record<1 | 2 | 3, Layout>> = {
  1: {
    bytes: 360,
    contractSize: 88,
    tickValue: 96,
    currency: 186,
    symbol: 200,
    symbolBytes: 22,
    asset: 248,
    assetBytes: 7,
    instrumentClass: 325,
    userDefined: 353,
  },
  2: {
    bytes: 400,
    contractSize: 88,
    tickValue: 96,
    currency: 186,
    symbol: 200,
    symbolBytes: 71,
    asset: 297,
    assetBytes: 7,
    instrumentClass: 374,
    userDefined: 386,
  },
  3: {
    bytes: 520,
    contractSize: 80,
    tickValue: 88,
    currency: 224,
    symbol: 238,
    symbolBytes: 71,
    asset: 335,
    assetBytes: 11,
    instrumentClass: 487,
    userDefined: 497,
  },
};
const TICK = 24;
const DISPLAY_FACTOR = 32;
const EXPIRATION = 40;
const HIGH_LIMIT = 56;
const LOW_LIMIT = 64;
const KINDS: ReadonlyMap<string, InstrumentKind> = new Map([
  ['F', 'future'],
  ['S', 'spread'],
]);
const SUFFIX = { future: 'FUT', spread: 'SPREAD' } as const;

/** Bytes of a definition by the version of the file. */
export const definitionBytes = (version: 1 | 2 | 3): number => LAYOUTS[version].bytes;

/**
 * The instrument of a definition of CME: a future or a spread of futures; `undefined` for options and for what
 * users of the venue defined.
 *
 * The multiplier is the size of the contract (`unit_of_measure_qty`). Where the definition also says the value of a
 * tick, both must agree: a price in cents or hundredths would otherwise be worth a hundred times too much.
 *
 * @throws InputError naming the field that is missing or contradicts another
 */
export function databentoDefinition(bytes: Buffer, version: 1 | 2 | 3): Instrument | undefined {
  const layout = LAYOUTS[version];
  const kind = KINDS.get(characterAt(bytes, layout.instrumentClass));
  if (kind === undefined || characterAt(bytes, layout.userDefined) === 'Y') return undefined;
  const symbol = text(bytes, layout.symbol, layout.symbolBytes);
  const expiry = optionalMillisAt(bytes, EXPIRATION);
  const tick = fixedAt(bytes, TICK) ?? refuseField('min_price_increment', 'a price', 'undefined');
  const size =
    fixedAt(bytes, layout.contractSize) ?? refuseField('unit_of_measure_qty', 'a number', 'undefined');
  const value = fixedAt(bytes, layout.tickValue);
  const factor = fixedAt(bytes, DISPLAY_FACTOR);
  if (value !== undefined && factor !== undefined && value * 10n ** 18n !== tick * size * factor)
    refuseField(
      'min_price_increment_amount',
      `${symbol}'s tick ${fixedText(tick)} times its size ${fixedText(size)} times ${fixedText(factor)}; name it in "instruments"`,
      fixedText(value),
    );
  const low = fixedAt(bytes, LOW_LIMIT);
  const high = fixedAt(bytes, HIGH_LIMIT);
  const banded = low !== undefined && high !== undefined && low >= 0n && high > low;
  try {
    return instrument({
      id: `${symbol}.${SUFFIX[kind as 'future' | 'spread']}@cme`,
      venue: 'cme',
      symbol,
      kind,
      base: text(bytes, layout.asset, layout.assetBytes),
      quote: text(bytes, layout.currency, 4),
      multiplier: fixedText(size),
      tick: fixedText(tick),
      lot: '1',
      ...(expiry === undefined ? {} : { expiry }),
      calendar: 'cme',
      ...(banded ? { bands: { low: fixedText(low), high: fixedText(high) } } : {}),
    });
  } catch (error) {
    if (error instanceof ConfigurationError) throw new InputError(`definition: ${error.message}`);
    throw error;
  }
}

/** The symbol of a definition. */
export function definedSymbol(bytes: Buffer, version: 1 | 2 | 3): string {
  const { symbol, symbolBytes } = LAYOUTS[version];
  return text(bytes, symbol, symbolBytes);
}
