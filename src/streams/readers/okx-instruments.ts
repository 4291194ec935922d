import { ConfigurationError, InputError } from '../../domain/errors.js';
import { type Instrument, instrument } from '../../domain/instrument.js';
import { type Fields, listField, objectField, refuseField, textField } from './fields.js';
import type { Market } from './instrument-defaults.js';

const KINDS: ReadonlyMap<unknown, 'spot' | 'perpetual' | 'future'> = new Map([
  ['SPOT', 'spot'],
  ['SWAP', 'perpetual'],
  ['FUTURES', 'future'],
]);
const MONTHS = 'FGHJKMNQUVXZ';
/** Fees of ordinary accounts. */
const SPOT_FEES = { maker: 0.0008, taker: 0.001 };
const CONTRACT_FEES = { maker: 0.0002, taker: 0.0005 };

/** The venue's name of what the recorder calls `BTC-USDT`, `UNI-USD-PERP` or `BTC-USD-22K27`. */
export function okxName(name: string): string {
  const [, year = '', letter = '', day = ''] = /-(\d\d)([FGHJKMNQUVXZ])(\d\d)$/.exec(name) ?? [];
  if (letter === '') return name.replace(/-PERP$/, '-SWAP');
  const month = String(MONTHS.indexOf(letter) + 1).padStart(2, '0');
  return `${name.slice(0, -5)}${year}${month}${day}`;
}

/** Where an instrument is looked for, by its name: spot, linear or inverse contracts. */
export function okxMarket(symbol: string): Exclude<Market, 'cme'> {
  const [, quote, contract] = symbol.split('-');
  if (contract === undefined) return 'spot';
  return quote === 'USD' ? 'coinm' : 'usdm';
}

/**
 * Definitions in an answer of `public/instruments`, as far as they are asked for by the venue's names. Options are
 * left out.
 *
 * @throws InputError when the answer defines one badly
 */
export function okxInstruments(body: Fields, names: readonly string[]): Instrument[] {
  if (body['data'] === undefined) return [];
  const found: Instrument[] = [];
  for (const item of listField(body['data'], 'data')) {
    const said = objectField(item, 'data');
    const kind = KINDS.get(said['instType']);
    if (kind === undefined || !names.includes(said['instId'] as string)) continue;
    try {
      found.push(kind === 'spot' ? spot(said) : contract(said, kind));
    } catch (error) {
      if (error instanceof ConfigurationError) throw new InputError(`data: ${error.message}`);
      throw error;
    }
  }
  return found;
}

function spot(said: Fields): Instrument {
  return instrument({
    venue: 'okx',
    symbol: textField(said['instId'], 'instId'),
    kind: 'spot',
    base: textField(said['baseCcy'], 'baseCcy'),
    quote: textField(said['quoteCcy'], 'quoteCcy'),
    tick: textField(said['tickSz'], 'tickSz'),
    lot: textField(said['lotSz'], 'lotSz'),
    minQuantity: textField(said['minSz'], 'minSz'),
    fees: SPOT_FEES,
  });
}

function contract(said: Fields, kind: 'perpetual' | 'future'): Instrument {
  const symbol = textField(said['instId'], 'instId');
  const [base = '', quote = ''] = textField(said['uly'], 'uly').split('-');
  const type = said['ctType'];
  if (type !== 'linear' && type !== 'inverse') refuseField('ctType', 'linear or inverse', type);
  const expiry = kind === 'future' ? Number(textField(said['expTime'], 'expTime')) : undefined;
  return instrument({
    ...(kind === 'future' ? { id: `${symbol}.FUT@okx` } : {}),
    venue: 'okx',
    symbol,
    kind,
    base,
    quote,
    settle: textField(said['settleCcy'], 'settleCcy'),
    inverse: type === 'inverse',
    multiplier: textField(said['ctVal'], 'ctVal'),
    tick: textField(said['tickSz'], 'tickSz'),
    lot: textField(said['lotSz'], 'lotSz'),
    minQuantity: textField(said['minSz'], 'minSz'),
    fees: CONTRACT_FEES,
    ...(expiry === undefined ? {} : { expiry }),
  });
}
