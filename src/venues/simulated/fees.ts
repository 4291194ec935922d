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
  // A rate of -0 too.
  if (rate === 0) return '0';
  const fee = notional(listed, price, quantity).times(decimal(rate));
  if (!listed.definition.inverse) return formatDecimal(fee);
  return formatDecimal(quotient(fee, decimal(listed.prices.format(price))));
}

/** A step of a fee schedule: from so much traded at this venue on, these shares of the notional. */
export interface FeeTier extends Fees {
  /** Notional that was traded here before, each instrument's in its quote currency (exact decimal string). */
  readonly volume: string;
}

/**
 * Maker and taker fee as a share of the notional: the same for all, by what was traded at the venue since its start, or what
 * a pure function makes of each order.
 */
export type FeesOf = Fees | readonly FeeTier[] | ((order: OrderRequest, listed: ListedInstrument) => Fees);

/**
 * The rate that applies: the venue's override, or the instrument's own.
 *
 * @param volume notional that was traded at the venue before
 * @throws ConfigurationError when a function answers what is no rate
 */
export function rateOf(
  listed: ListedInstrument,
  order: OrderRequest,
  override: FeesOf | undefined,
  liquidity: 'maker' | 'taker',
  volume: Decimal,
): number {
  const own = listed.definition.fees;
  if (typeof override === 'function') {
    const { maker, taker } = override(order, listed);
    return checkedFees(`the fees of order ${order.clientOrderId}`, { maker, taker })[liquidity];
  }
  // Settings were checked when they were set.
  const fees = isTiers(override)
    ? (override.findLast((tier) => volume.gte(tier.volume)) ?? own)
    : (override ?? own);
  return fees[liquidity];
}

/** Whether fees depend on what was traded. */
export const isTiers = (fees: FeesOf | undefined): fees is readonly FeeTier[] => Array.isArray(fees);

/** @throws ConfigurationError naming the setting, the value and what would be right */
export function checkedFeesOf(name: string, fees: FeesOf): FeesOf {
  if (typeof fees === 'function') return fees;
  if (!isTiers(fees)) return checkedFees(name, fees as Fees);
  if (fees.length === 0) refuse(name, 'at least one tier', fees);
  return fees.map((tier, place) => {
    const at = `${name}[${place}]`;
    if (typeof tier !== 'object' || tier === null) refuse(at, 'an object', tier);
    knownKeys(at, tier, ['volume', 'maker', 'taker']);
    const { volume, maker, taker } = tier;
    if (typeof volume !== 'string' || !/^\d{1,30}(\.\d{1,28})?$/.test(volume))
      refuse(`${at}.volume`, 'a decimal string of at least 0', volume);
    const before = fees[place - 1]?.volume;
    if (before !== undefined && !decimal(volume).gt(before))
      refuse(`${at}.volume`, `above the ${before} of the tier before`, volume);
    return { volume, ...checkedFees(at, { maker, taker }) };
  });
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
