import { integerAtLeast, knownKeys, oneOf } from '../../domain/check.js';
import type { BarDefinition, CommonBarOptions } from './bar-definition.js';
import { EventCutter } from './event-cutter.js';
import { ImbalanceRule } from './imbalance-rule.js';

/** How much one-sided trading ends a bar, and over what its expectations are averaged. */
export interface ImbalanceBarOptions extends CommonBarOptions {
  /** What a trade weighs: one, its quantity, or its notional. @default "trades" */
  readonly unit?: 'trades' | 'quantity' | 'notional';
  /** Length of the first bar, and the first expectation of a bar's length, in trades. */
  readonly expectedTrades: number;
  /** Bars over which the expected length is averaged (span of an exponential average). @default 10 */
  readonly bars?: number;
  /** Trades over which the expected imbalance is averaged (span). @default `expectedTrades` */
  readonly trades?: number;
  /** No bar has fewer trades. @default a tenth of `expectedTrades` */
  readonly fewest?: number;
  /** No bar has more trades. @default ten times `expectedTrades` */
  readonly most?: number;
  /** @default "trade" */
  readonly of?: 'trade' | 'bookTrade';
}

/**
 * Bars that end when buying and selling are further apart than was to be expected.
 *
 * Each trade counts `b w`: `b` is 1 where a buyer took and -1 where a seller did (where the venue does not say, by the
 * tick rule), `w` is its weight. A bar ends as soon as `|sum b w| >= E[T] |E[b w]|`: `E[T]` is the exponential average
 * of the lengths of the bars before it, `E[b w]` that of the trades before it, both as of the bar's beginning.
 * (M. Lopez de Prado, "Advances in Financial Machine Learning", 2018, section 2.3.2.1 and 2.3.2.2.) The first bar has
 * `expectedTrades` trades. The bounds `fewest` and `most` are ours: without them the two expectations can drive each
 * other to bars of one trade, or to one bar without end.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * bars({ imbalance: imbalanceBars({ unit: 'quantity', expectedTrades: 1_000 }) })
 */
export function imbalanceBars(options: ImbalanceBarOptions): BarDefinition {
  knownKeys('imbalanceBars', options, [
    'unit',
    'expectedTrades',
    'bars',
    'trades',
    'fewest',
    'most',
    'of',
    'session',
  ]);
  const unit = oneOf('imbalanceBars.unit', options.unit ?? 'trades', ['trades', 'quantity', 'notional']);
  const expected = integerAtLeast('imbalanceBars.expectedTrades', options.expectedTrades, 1);
  const bars = integerAtLeast('imbalanceBars.bars', options.bars ?? 10, 1);
  const trades = integerAtLeast('imbalanceBars.trades', options.trades ?? expected, 1);
  const fewest = integerAtLeast('imbalanceBars.fewest', options.fewest ?? Math.ceil(expected / 10), 1);
  const most = integerAtLeast('imbalanceBars.most', options.most ?? expected * 10, fewest);
  const source = oneOf('imbalanceBars.of', options.of ?? 'trade', ['trade', 'bookTrade']);
  const { session } = options;
  const parameters = [unit, expected, bars, trades, fewest, most, source];
  return {
    source,
    fingerprint: `imbalanceBars(${parameters.join(',')},${session?.fingerprint ?? 'none'})`,
    cutter: ({ definition: { inverse } }) =>
      new EventCutter(
        new ImbalanceRule({
          // The notional of an inverse contract does not depend on its price.
          unit: unit === 'notional' && inverse ? 'quantity' : unit,
          expected,
          lengthGain: 2 / (bars + 1),
          flowGain: 2 / (trades + 1),
          fewest,
          most,
        }),
        session,
      ),
  };
}
