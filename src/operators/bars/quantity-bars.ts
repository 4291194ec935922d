import { integerAtLeast, knownKeys, oneOf, positiveNumber } from '../../domain/check.js';
import { decimal } from '../../domain/decimal.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { BarDefinition, CommonBarOptions } from './bar-definition.js';
import { EventCutter, type FullRule } from './event-cutter.js';
import type { OpenBar } from './open-bar.js';
import type { BarSource } from './print.js';

/** How many trades, or changes of the mid, end a bar. */
export interface TickBarOptions extends CommonBarOptions {
  /** Trades in a bar, or changes of the mid. */
  readonly trades: number;
  /** @default "trade" */
  readonly of?: Exclude<BarSource, 'bar'>;
}

/** How much quantity ends a bar. */
export interface VolumeBarOptions extends CommonBarOptions {
  /** In units of quantity, such as 10 for ten coins or contracts. */
  readonly quantity: number;
  /** @default "trade" */
  readonly of?: 'trade' | 'bookTrade';
}

/** How much notional ends a bar. */
export interface NotionalBarOptions extends CommonBarOptions {
  /** In the quote currency. */
  readonly notional: number;
  /** @default "trade" */
  readonly of?: 'trade' | 'bookTrade';
}

/**
 * Bars of a number of trades each.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * bars({ ticks: tickBars({ trades: 500 }) })
 */
export function tickBars(options: TickBarOptions): BarDefinition {
  knownKeys('tickBars', options, ['trades', 'of', 'session']);
  const trades = integerAtLeast('tickBars.trades', options.trades, 1);
  const source = oneOf('tickBars.of', options.of ?? 'trade', ['trade', 'bookTrade', 'mid']);
  return definition('tickBars', trades, source, options, () => (bar) => bar.prints >= trades);
}

/**
 * Bars of at least so much quantity each: the trade that reaches it ends the bar and is not split.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 *
 * @example
 * volumeBars({ quantity: 10 });
 */
export function volumeBars(options: VolumeBarOptions): BarDefinition {
  knownKeys('volumeBars', options, ['quantity', 'of', 'session']);
  const quantity = positiveNumber('volumeBars.quantity', options.quantity);
  const source = oneOf('volumeBars.of', options.of ?? 'trade', ['trade', 'bookTrade']);
  return definition('volumeBars', quantity, source, options, ({ definition: { lot } }) => {
    const lots = least(quantity, lot);
    return (bar) => bar.volume >= lots;
  });
}

/**
 * Bars of at least so much notional each: price times quantity times multiplier, or quantity times multiplier of an
 * inverse contract. The trade that reaches it ends the bar and is not split.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 *
 * @example
 * notionalBars({ notional: 1_000_000 });
 */
export function notionalBars(options: NotionalBarOptions): BarDefinition {
  knownKeys('notionalBars', options, ['notional', 'of', 'session']);
  const notional = positiveNumber('notionalBars.notional', options.notional);
  const source = oneOf('notionalBars.of', options.of ?? 'trade', ['trade', 'bookTrade']);
  return definition('notionalBars', notional, source, options, ({ definition: listed, multiplier }) => {
    const { lot, tick, inverse } = listed;
    if (inverse) {
      const lots = least(notional, decimal(lot).times(multiplier).toFixed());
      return (bar) => bar.volume >= lots;
    }
    const target = least(notional, decimal(tick).times(decimal(lot)).times(multiplier).toFixed());
    return (bar) => bar.turnover.value >= target;
  });
}

/** The fewest units that make up an amount. */
function least(amount: number, unit: string): number {
  const units = decimal(amount).div(decimal(unit));
  const whole = units.round(0, 0);
  return Number(units.gt(whole) ? whole.plus(1) : whole);
}

function definition(
  name: string,
  parameter: number,
  source: BarSource,
  { session }: CommonBarOptions,
  fullness: (listed: ListedInstrument) => (bar: OpenBar) => boolean,
): BarDefinition {
  return {
    source,
    fingerprint: `${name}(${parameter},${source},${session?.fingerprint ?? 'none'})`,
    cutter: (listed) => new EventCutter(new Threshold(fullness(listed)), session),
  };
}

/** A rule that keeps nothing beside the bar. */
class Threshold implements FullRule {
  readonly full: (bar: OpenBar) => boolean;

  constructor(full: (bar: OpenBar) => boolean) {
    this.full = full;
  }

  closed(): void {}

  save(): null {
    return null;
  }

  restore(): void {}
}
