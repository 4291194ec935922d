import type { Slice } from './available-levels.js';
import { crosses, type VenueOrder } from './venue-order.js';

/** What the venue does when an order of ours would trade with another order of ours. */
export type SelfTradePrevention = 'none' | 'cancelNewest' | 'cancelOldest' | 'cancelBoth';

export const SELF_TRADE_PREVENTIONS = ['none', 'cancelNewest', 'cancelOldest', 'cancelBoth'] as const;

/** What is left of an order's fills, and whom it may not meet. */
export interface Prevented {
  readonly slices: readonly Slice[];
  /** Our resting orders that are canceled. */
  readonly withdrawn: readonly VenueOrder[];
  /** The resting order because of which the new one ends; `undefined` when it goes on. */
  readonly stopped: string | undefined;
}

/**
 * Looks at an order that is about to trade: does it reach one of our own on the other side?
 *
 * It reaches those at a price that it gets to: that of its last fill, or its limit when something is left. One that ends
 * takes what others show at better prices, and stops where ours stands.
 *
 * @param opposite our orders of the other side, best first
 */
export function preventSelfTrade(
  prevention: SelfTradePrevention,
  order: VenueOrder,
  slices: readonly Slice[],
  opposite: readonly VenueOrder[],
): Prevented {
  if (prevention === 'none') return { slices, withdrawn: [], stopped: undefined };
  const better = (one: number, two: number) => (order.side === 'buy' ? one < two : one > two);
  const whole = slices.reduce((sum, { quantity }) => sum + quantity, 0) === order.quantity;
  const last = slices.at(-1)?.price;
  const reached = opposite.filter(
    ({ price }) => crosses(order, price) && !(whole && last !== undefined && better(last, price)),
  );
  const [first] = reached;
  if (first === undefined) return { slices, withdrawn: [], stopped: undefined };
  if (prevention === 'cancelOldest') return { slices, withdrawn: reached, stopped: undefined };
  return {
    slices: slices.filter(({ price }) => better(price, first.price)),
    withdrawn: prevention === 'cancelBoth' ? [first] : [],
    stopped: first.clientOrderId,
  };
}
