import type { Slice } from './available-levels.js';
import { crosses, type VenueOrder } from './venue-order.js';

/** What the venue does when an order of ours would trade with another order of ours. */
export type SelfTradePrevention = (typeof SELF_TRADE_PREVENTIONS)[number];

export const SELF_TRADE_PREVENTIONS = [
  'none',
  'cancelNewest',
  'cancelOldest',
  'cancelBoth',
  /** Both lose what they would have traded with each other. */
  'decrement',
] as const;

/** What is left of an order's fills, and whom it may not meet. */
export interface Prevented {
  readonly slices: readonly Slice[];
  /** Our resting orders that are canceled. */
  readonly withdrawn: readonly VenueOrder[];
  /** Lots that it and resting orders of ours lose. */
  readonly decrements: readonly { readonly own: VenueOrder; readonly lots: number }[];
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
  if (prevention === 'none') return { slices, withdrawn: [], decrements: [], stopped: undefined };
  const better = (one: number, two: number) => (order.side === 'buy' ? one < two : one > two);
  const whole = slices.reduce((sum, { quantity }) => sum + quantity, 0) === order.quantity;
  const last = slices.at(-1)?.price;
  const reached = opposite.filter(
    ({ price }) => crosses(order, price) && !(whole && last !== undefined && better(last, price)),
  );
  const [first] = reached;
  if (first === undefined) return { slices, withdrawn: [], decrements: [], stopped: undefined };
  if (prevention === 'cancelOldest')
    return { slices, withdrawn: reached, decrements: [], stopped: undefined };
  if (prevention === 'decrement') return decremented(order.quantity, slices, reached, better);
  return {
    slices: slices.filter(({ price }) => better(price, first.price)),
    withdrawn: prevention === 'cancelBoth' ? [first] : [],
    decrements: [],
    stopped: first.clientOrderId,
  };
}

/** At each price it first meets our own orders, then those of others. */
function decremented(
  wanted: number,
  offered: readonly Slice[],
  reached: readonly VenueOrder[],
  better: (one: number, two: number) => boolean,
): Prevented {
  const slices: Slice[] = [];
  const decrements: { own: VenueOrder; lots: number }[] = [];
  let left = wanted;
  let next = 0;
  const takeWhile = (goesOn: (price: number) => boolean): void => {
    for (
      let slice = offered[next];
      slice !== undefined && left > 0 && goesOn(slice.price);
      slice = offered[++next]
    ) {
      const quantity = Math.min(left, slice.quantity);
      slices.push({ price: slice.price, quantity });
      left -= quantity;
    }
  };
  for (const own of reached) {
    takeWhile((price) => better(price, own.price));
    const lots = Math.min(left, own.remaining);
    if (lots === 0) break;
    decrements.push({ own, lots });
    left -= lots;
  }
  takeWhile(() => true);
  return { slices, withdrawn: [], decrements, stopped: undefined };
}
