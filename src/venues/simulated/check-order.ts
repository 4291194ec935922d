import { decimal, formatDecimal } from '../../domain/decimal.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import { notional } from './fees.js';
import type { OrderRequest } from './venue-order.js';

/**
 * Why the venue refuses an order by its own rules, or an empty string: the grids of price and quantity, the
 * least quantity and notional, the price bands, and combinations that make no sense.
 *
 * @param best the best price of the other side, in ticks: what a market order's notional is measured at;
 * `NaN` when there is none
 */
export function checkOrder(listed: ListedInstrument, order: OrderRequest, best: number): string {
  const { definition, prices, quantities, orderStep } = listed;
  const { type, price, quantity, postOnly, timeInForce } = order;
  if (!Number.isSafeInteger(quantity) || quantity <= 0) {
    return `quantity must be a whole number of lots of ${definition.lot}, above 0, not ${quantity}`;
  }
  if (quantity % orderStep !== 0) {
    return `quantity ${quantities.format(quantity)} is no multiple of the order step ${definition.orderStep}`;
  }
  if (quantity < quantities.parse(definition.minQuantity)) {
    return `quantity ${quantities.format(quantity)} is below the least, ${definition.minQuantity}`;
  }
  if (type === 'market' && postOnly) return 'a market order cannot be post-only';
  if (postOnly && timeInForce !== 'GTC') return `a post-only order cannot be ${timeInForce}`;
  if (type === 'limit') {
    if (!Number.isSafeInteger(price)) {
      return `price must be a whole number of ticks of ${definition.tick}, not ${price}`;
    }
    // Only a spread, a difference of prices, may be worth nothing or less.
    if (price <= 0 && definition.kind !== 'spread')
      return `price must be above 0, not ${prices.format(price)}`;
    const { bands } = definition;
    if (bands !== undefined) {
      const exact = decimal(prices.format(price));
      if (exact.lt(bands.low) || exact.gt(bands.high)) {
        return `price ${prices.format(price)} is outside the bands, ${bands.low} to ${bands.high}`;
      }
    }
  }
  const reference = type === 'limit' ? price : best;
  if (Number.isNaN(reference)) return '';
  if (isWellAbove(listed, reference, quantity)) return '';
  const worth = notional(listed, reference, quantity).abs();
  if (worth.lt(definition.minNotional)) {
    return `notional ${formatDecimal(worth)} is below the least, ${definition.minNotional}`;
  }
  return '';
}

/** Whether floats can tell that the notional is above the least; what is near is left to exact numbers. */
function isWellAbove(
  { definition, prices, quantities }: ListedInstrument,
  price: number,
  lots: number,
): boolean {
  const least = Number(definition.minNotional);
  if (least === 0) return true;
  const contracts = quantities.toNumber(lots) * Number(definition.multiplier);
  const worth = definition.inverse ? contracts : Math.abs(contracts * prices.toNumber(price));
  return worth > least * (1 + 1e-9);
}
