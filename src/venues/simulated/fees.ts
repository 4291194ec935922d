import { knownKeys, numberAtLeast, refuse } from '../../domain/check.js';
import { type Decimal, decimal, formatDecimal, quotient } from '../../domain/decimal.js';
import type { Fees } from '../../domain/instrument.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { OrderRequest } from './venue-order.js';

/**
 * Worth of some lots at a price, exact, in the quote currency; for an inverse contract too, where the price
 * does not matter.
 */
export function notional(listed: ListedInstrument, price: number, quantity: number): Decimal {
  const contracts = decimal(listed.quantities.format(quantity)).times(listed.multiplier);
  return listed.definition.inverse ? contracts : contracts.times(decimal(listed.prices.format(price)));
}

/**
 * The fee of a fill as an exact decimal string, in the settlement currency.
 *
 * Linear: price x quantity x multiplier x rate, exact. Inverse: quantity x multiplier x rate / price, in the
 * base currency, rounded half-even to 20 decimals, once.
 */
export function feeOf(listed: ListedInstrument, price: number, quantity: number, rate: number): string {
  // Adding 0 makes a rate of -0 a 0.
  const fee = notional(listed, price, quantity).times(decimal(rate + 0));
  if (!listed.definition.inverse) return formatDecimal(fee);
  return formatDecimal(quotient(fee, decimal(listed.prices.format(price))));
}

/** Maker and taker fee as a share of the notional: the same for all, or what a pure function makes of each order. */
export type FeesOf = Fees | ((order: OrderRequest, listed: ListedInstrument) => Fees);

/**
 * The rate that applies: the venue's override, or the instrument's own.
 *
 * @throws ConfigurationError when a function answers what is no rate
 */
export function rateOf(
  listed: ListedInstrument,
  order: OrderRequest,
  override: FeesOf | undefined,
  liquidity: 'maker' | 'taker',
): number {
  const fees =
    typeof override === 'function' ? override(order, listed) : (override ?? listed.definition.fees);
  return checkedFees(`the fees of order ${order.clientOrderId}`, fees)[liquidity];
}

/** @throws ConfigurationError naming the setting, the value and what would be right */
export function checkedFees(name: string, fees: Fees): Fees {
  if (typeof fees !== 'object' || fees === null) refuse(name, 'an object', fees);
  knownKeys(name, fees, ['maker', 'taker']);
  return {
    maker: numberAtLeast(`${name}.maker`, fees.maker, -0.1, 0.5),
    taker: numberAtLeast(`${name}.taker`, fees.taker, -0.1, 0.5),
  };
}
