import { type Decimal, decimal, formatDecimal, quotient } from '../../domain/decimal.js';
import type { Fees } from '../../domain/instrument.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';

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

/** The rate that applies: the venue's override, or the instrument's own. */
export function rateOf(
  listed: ListedInstrument,
  override: Fees | undefined,
  liquidity: 'maker' | 'taker',
): number {
  return (override ?? listed.definition.fees)[liquidity];
}
