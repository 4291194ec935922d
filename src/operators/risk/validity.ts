import type { ListedInstrument } from '../../domain/instrument-table.js';
import { type Proposal, sign } from '../../domain/order.js';
import { notionalOf } from '../contract-units.js';

/** Why a proposal is no order at all, whatever the limits; `undefined` when it is well formed. */
export function malformed(
  proposal: Proposal,
  { definition, prices, quantities, orderStep }: ListedInstrument,
): string | undefined {
  const { quantity, price, type, attribution, side } = proposal;
  if (side !== 'buy' && side !== 'sell') return `the side must be buy or sell, not ${String(side)}`;
  if (type !== 'limit' && type !== 'market') return `the type must be limit or market, not ${String(type)}`;
  if (!Number.isSafeInteger(quantity) || quantity <= 0)
    return `the quantity must be a whole number of lots above 0, not ${quantity}`;
  if (quantity % orderStep !== 0) {
    return `the quantity ${quantities.format(quantity)} is no multiple of the order step ${definition.orderStep}`;
  }
  if (type === 'limit' && (!Number.isSafeInteger(price) || (price <= 0 && definition.kind !== 'spread'))) {
    return `the limit price must be a whole number of ticks above 0, not ${price}`;
  }
  if (type === 'market' && price !== 0)
    return `a market order has no limit price, yet this one says ${price}`;
  const least = quantities.parse(definition.minQuantity);
  if (quantity < least)
    return `the quantity ${quantities.format(quantity)} is below the venue's least of ${definition.minQuantity}`;
  if (type === 'limit') {
    const notional = notionalOf(
      { definition, prices, quantities } as ListedInstrument,
      quantity,
      prices.toNumber(price),
    );
    if (notional < Number(definition.minNotional)) {
      return `the notional ${notional.toFixed(2)} is below the venue's least of ${definition.minNotional}`;
    }
    const { bands } = definition;
    const at = prices.toNumber(price);
    if (bands !== undefined && (at < Number(bands.low) || at > Number(bands.high))) {
      return `the price ${prices.format(price)} is outside the venue's bands of ${bands.low} to ${bands.high}`;
    }
  }
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
