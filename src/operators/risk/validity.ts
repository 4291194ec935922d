import type { ListedInstrument } from '../../domain/instrument-table.js';
import { orderTermsFault, type Proposal, sign } from '../../domain/order.js';
import { notionalOf } from '../contract-units.js';
import { hasLimit } from './order-price.js';
import type { RiskView } from './rule.js';

const TYPES: readonly Proposal['type'][] = ['limit', 'market', 'stop', 'stopLimit', 'trailingStop'];
const TIMES: readonly Proposal['timeInForce'][] = ['GTC', 'IOC', 'FOK', 'GTD'];

/** Why a proposal is no order at all, whatever the limits; `undefined` when it is well formed. */
export function malformed(proposal: Proposal, listed: ListedInstrument): string | undefined {
  const { side, type, timeInForce } = proposal;
  if (side !== 'buy' && side !== 'sell') return `the side must be buy or sell, not ${String(side)}`;
  if (!TYPES.includes(type)) return `the type must be one of ${TYPES.join(', ')}, not ${String(type)}`;
  if (!TIMES.includes(timeInForce))
    return `the time in force must be one of ${TIMES.join(', ')}, not ${String(timeInForce)}`;
  return (
    sizeFault(proposal, listed) ??
    priceFault(proposal, listed) ??
    orderTermsFault(proposal) ??
    groupFault(proposal) ??
    sharesFault(proposal)
  );
}

/**
 * Why the terms of a proposal are out of date, or of an order that it cannot replace; `undefined` when they are not.
 *
 * A replacement and what it replaces both count until the venue says `replaced`: its quantity is what it may trade itself.
 */
export function outdated(
  { expireTime, replaces, instrument, side }: Proposal,
  view: RiskView,
): string | undefined {
  if (expireTime !== undefined && expireTime <= view.ts)
    return `it expires at ${expireTime}, and it is ${view.ts}`;
  if (replaces === undefined) return undefined;
  const replaced = view.ledger.order(replaces);
  if (replaced === undefined) return `it replaces ${replaces}, which nobody knows`;
  const { order, remaining } = replaced;
  if (order.instrument !== instrument || order.side !== side)
    return `it replaces ${replaces}, a ${order.side} of ${order.instrument}`;
  return remaining === 0 ? `it replaces ${replaces}, which is over` : undefined;
}

function sizeFault(
  { quantity, display }: Proposal,
  { definition, quantities, orderStep }: ListedInstrument,
): string | undefined {
  if (!Number.isSafeInteger(quantity) || quantity <= 0)
    return `the quantity must be a whole number of lots above 0, not ${quantity}`;
  if (quantity % orderStep !== 0) {
    return `the quantity ${quantities.format(quantity)} is no multiple of the order step ${definition.orderStep}`;
  }
  const least = quantities.parse(definition.minQuantity);
  if (quantity < least)
    return `the quantity ${quantities.format(quantity)} is below the venue's least of ${definition.minQuantity}`;
  if (display !== undefined && display % orderStep !== 0)
    return `the lots that it shows, ${display}, are no multiple of the order step ${definition.orderStep}`;
  return undefined;
}

function priceFault(proposal: Proposal, listed: ListedInstrument): string | undefined {
  const { price, stopPrice, type, quantity } = proposal;
  const { definition, prices } = listed;
  const limited = hasLimit(proposal);
  const possible = (ticks: number | undefined): boolean =>
    Number.isSafeInteger(ticks) && ((ticks as number) > 0 || definition.kind === 'spread');
  if (limited && !possible(price))
    return `the limit price must be a whole number of ticks above 0, not ${price}`;
  if (!limited && price !== 0) return `a ${type} order has no limit price, yet this one says ${price}`;
  if (stopPrice !== undefined && !possible(stopPrice))
    return `the stop price must be a whole number of ticks above 0, not ${stopPrice}`;
  const { bands } = definition;
  for (const ticks of [...(limited ? [price] : []), ...(stopPrice === undefined ? [] : [stopPrice])]) {
    const at = prices.toNumber(ticks);
    const notional = Math.abs(notionalOf(listed, quantity, at));
    if (notional < Number(definition.minNotional))
      return `the notional ${notional.toFixed(2)} is below the venue's least of ${definition.minNotional}`;
    if (bands !== undefined && (at < Number(bands.low) || at > Number(bands.high)))
      return `the price ${prices.format(ticks)} is outside the venue's bands of ${bands.low} to ${bands.high}`;
  }
  return undefined;
}

function groupFault({ group }: Proposal): string | undefined {
  if (group === undefined) return undefined;
  if (typeof group.id !== 'string' || group.id === '') return 'a group of orders needs an id';
  if (group.kind !== 'oco' && group.kind !== 'bracket')
    return `a group of orders is an oco or a bracket, not ${String(group.kind)}`;
  return undefined;
}

function sharesFault({ attribution, quantity, side }: Proposal): string | undefined {
  let shares = 0;
  for (const share of attribution) {
    if (!Number.isSafeInteger(share.quantity))
      return `the share of ${share.agent} must be a whole number of lots, not ${share.quantity}`;
    shares += share.quantity;
  }
  if (shares !== sign(side) * quantity)
    return `the agents' shares add up to ${shares} lots, not to ${sign(side) * quantity}`;
  return undefined;
}
