import type { OrderLevels } from './order-levels.js';

/** Resting orders as columns: bids before asks, better prices first, at each price in order of priority. */
export type SavedOrders = {
  readonly ids: readonly string[];
  /** How many of them are bids. */
  readonly bids: number;
  readonly prices: Float64Array;
  readonly quantities: Float64Array;
};

/** The orders of both sides: equal queues save equal, whatever the way by which they were reached. */
export function saveOrders(bids: OrderLevels, asks: OrderLevels): SavedOrders {
  const ids: string[] = [];
  const prices: number[] = [];
  const quantities: number[] = [];
  let bidCount = 0;
  for (const side of [bids, asks]) {
    for (let level = 0; level < side.length; level++) {
      for (let order = side.queueAt(level)?.head; order !== undefined; order = order.next) {
        ids.push(order.id);
        prices.push(order.price);
        quantities.push(order.quantity);
      }
    }
    if (side === bids) bidCount = ids.length;
  }
  return {
    ids,
    bids: bidCount,
    prices: Float64Array.from(prices),
    quantities: Float64Array.from(quantities),
  };
}
