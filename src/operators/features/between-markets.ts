import type { InstrumentId } from '../../domain/brand.js';
import { knownKeys, nonEmptyName, oneOf } from '../../domain/check.js';
import { type Feature, fingerprint } from './feature.js';
import { momentary } from './momentary.js';

/** What {@link basis} compares with, and its unit. */
export interface BasisOptions {
  /** The instrument that it is compared with, such as the spot market of a future. */
  readonly to: InstrumentId;
  /** `fraction` of the other's mid, or in units of the `price`. @default 'fraction' */
  readonly unit?: 'fraction' | 'price';
}

/** What {@link crossVenueSpread} compares with, and on which side it trades. */
export interface CrossVenueSpreadOptions {
  /** The same asset on another venue. */
  readonly to: InstrumentId;
  /** `sellHere`: this bid less the other ask; `buyHere`: the other bid less this ask. @default 'sellHere' */
  readonly side?: 'sellHere' | 'buyHere';
}

/**
 * How far the mid lies above that of another instrument. It is read at this instrument's own events; `NaN` while either
 * market is unknown.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * basis({ to: instrumentId('BTC-USDT.SPOT@binance') }); // 0.001: 10 basis points above
 */
export function basis(options: BasisOptions): Feature<null> {
  knownKeys('basis', options, ['to', 'unit']);
  const to = nonEmptyName('basis.to', options.to) as InstrumentId;
  const unit = oneOf('basis.unit', options.unit ?? 'fraction', ['fraction', 'price']);
  const kind = { print: fingerprint('basis', { to, unit }), unit, source: 'mid / mid of the other - 1' };
  return momentary(kind, (input) => {
    const other = input.market(to, 'mid');
    return unit === 'price' ? input.mid - other : (input.mid - other) / other;
  });
}

/**
 * What trading between two venues would earn before fees, in basis points of the other's mid: positive when one can sell
 * dearer here than buy there (or, with `buyHere`, the other way round).
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * crossVenueSpread({ to: instrumentId('BTC-USD.SPOT@coinbase') });
 */
export function crossVenueSpread(options: CrossVenueSpreadOptions): Feature<null> {
  knownKeys('crossVenueSpread', options, ['to', 'side']);
  const to = nonEmptyName('crossVenueSpread.to', options.to) as InstrumentId;
  const side = oneOf('crossVenueSpread.side', options.side ?? 'sellHere', ['sellHere', 'buyHere']);
  const kind = {
    print: fingerprint('crossVenueSpread', { to, side }),
    unit: "basis points of the other's mid",
    source: 'bid of one less ask of the other',
  };
  return momentary(kind, (input) => {
    const gain =
      side === 'sellHere' ? input.bid - input.market(to, 'ask') : input.market(to, 'bid') - input.ask;
    return (gain / input.market(to, 'mid')) * 1e4;
  });
}
