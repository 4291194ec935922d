import { sign } from '../../domain/order.js';
import type { PassiveFill, Print } from './queue.js';
import type { RestingOrders } from './resting-orders.js';
import { UNKNOWN_QUEUE, type VenueOrder } from './venue-order.js';

/**
 * Which of our orders trade in an auction that printed some lots at a price, all at that price.
 *
 * Those that bid better come first, by price and arrival, and displace others of the recording; those at the very price
 * come behind what stood before them, which the print serves first. Each side gets no more than was printed.
 *
 * @param lineOf lots of the very orders before one of ours, where they are known one by one
 */
export function uncrossed(
  print: Print,
  resting: RestingOrders,
  lineOf: (order: VenueOrder) => number | undefined,
): PassiveFill[] {
  const fills: PassiveFill[] = [];
  for (const side of ['buy', 'sell'] as const) {
    let left = print.quantity;
    for (const order of resting.of(side)) {
      const better = (order.price - print.price) * sign(side);
      if (better < 0 || left === 0) break;
      let reached = left;
      if (better === 0) {
        const line = lineOf(order);
        const ahead = line ?? order.ahead;
        if (ahead === UNKNOWN_QUEUE) continue;
        if (line === undefined) order.ahead = Math.max(0, ahead - print.quantity);
        reached = Math.min(left, Math.max(0, Math.round(print.quantity - ahead)));
      }
      const quantity = Math.min(order.remaining, reached);
      if (quantity <= 0) continue;
      fills.push({ order, quantity });
      left -= quantity;
    }
  }
  return fills;
}
