import { knownKeys, oneOf } from '../../domain/check.js';
import { type Feature, fingerprint } from './feature.js';
import { momentary } from './momentary.js';

/** The unit of {@link spread}. */
export interface SpreadOptions {
  /** `price`: in the quote currency. `basisPoints`: ten-thousandths of the mid. @default 'price' */
  readonly unit?: 'price' | 'basisPoints';
}

/**
 * Best ask less best bid: negative while the market is crossed, `NaN` while a side is unknown.
 *
 * @throws ConfigurationError when the unit is unknown
 * @example
 * spread({ unit: 'basisPoints' }); // bid 99.99, ask 100.01: 2
 */
export function spread(options: SpreadOptions = {}): Feature<null> {
  knownKeys('spread', options, ['unit']);
  const unit = oneOf('spread.unit', options.unit ?? 'price', ['price', 'basisPoints']);
  return momentary(
    {
      print: fingerprint('spread', { unit }),
      unit: unit === 'price' ? 'price' : 'basis points of the mid',
      source: 'ask - bid',
    },
    unit === 'price' ? ({ bid, ask }) => ask - bid : ({ bid, ask, mid }) => ((ask - bid) / mid) * 1e4,
  );
}
