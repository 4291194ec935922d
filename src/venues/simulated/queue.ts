import type { TradeEvent } from '../../domain/market-event.js';
import { UNKNOWN_QUEUE, type VenueOrder } from './venue-order.js';

/** An order that rests, and how many lots of it a print fills. */
export interface PassiveFill {
  readonly order: VenueOrder;
  readonly quantity: number;
}

/**
 * Which of our resting orders a print fills, and how far it moves their queues (the orders are changed: `ahead`).
 *
 * A print through an order's price has reached it: the queue no longer counts. A print at its price first serves
 * the lots ahead, then it. All of our fills of one print together are never more than the print.
 *
 * @param resting orders of one side, by price and then by arrival
 */
export function servedBy(print: Print, resting: readonly VenueOrder[]): PassiveFill[] {
  const fills: PassiveFill[] = [];
  let left = print.quantity;
  for (const order of resting) {
    if (left === 0) break;
    if (!isThrough(print, order)) continue;
    const quantity = Math.min(left, order.remaining);
    fills.push({ order, quantity });
    left -= quantity;
  }
  const atPrice = left;
  for (const order of resting) {
    // The order's own side printed: it took from the other side, this queue did not move.
    if (order.price !== print.price || print.aggressor === order.side) continue;
    if (order.ahead === UNKNOWN_QUEUE) continue;
    // What stands before it may be an estimate: whole lots are what trades.
    const behind = Math.max(0, Math.round(atPrice - order.ahead));
    order.ahead = Math.max(0, order.ahead - atPrice);
    // What reached us and was taken by an order of ours that stands before this one.
    const quantity = Math.min(order.remaining, left, Math.max(0, behind - (atPrice - left)));
    if (quantity === 0) continue;
    fills.push({ order, quantity });
    left -= quantity;
  }
  return fills;
}

/** What is read of a trade. */
export type Print = Pick<TradeEvent, 'price' | 'quantity' | 'aggressor'>;

function isThrough(print: Print, order: VenueOrder): boolean {
  return order.side === 'buy' ? print.price < order.price : print.price > order.price;
}
