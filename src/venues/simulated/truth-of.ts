import type { TrueOrder, TruePosition, TruthEvent } from '../../domain/event.js';
import type { FinishedOrder } from './finished-orders.js';
import { executedOf, type Fill, type VenueOrder } from './venue-order.js';

type Plainly<T> = { readonly [Field in keyof T]: T[Field] };

/** The truth of a simulated venue, as plain data of a snapshot. */
export type Truth = Plainly<Omit<TruthEvent, 'orders' | 'fills' | 'positions'>> & {
  readonly orders: readonly Plainly<TrueOrder>[];
  readonly fills: readonly Fill[];
  readonly positions: readonly Plainly<TruePosition>[];
};

/** All that a venue knows of us: orders that rest, those that ended as far as it remembers, their fills, positions. */
export function truthOf(
  venue: string,
  venueTime: number,
  resting: readonly VenueOrder[],
  finished: readonly FinishedOrder[],
  positions: Truth['positions'],
  balances: Truth['balances'],
): Truth {
  const orders: Plainly<TrueOrder>[] = [];
  const fills: Fill[] = [];
  for (const order of resting) {
    const { clientOrderId, instrument, fills: own } = order;
    const filled = executedOf(order);
    orders.push({ clientOrderId, instrument, status: filled > 0 ? 'partiallyFilled' : 'accepted', filled });
    fills.push(...own);
  }
  for (const { clientOrderId, instrument, type, fills: own } of finished) {
    const filled = own.reduce((sum, { quantity }) => sum + quantity, 0);
    orders.push({ clientOrderId, instrument, status: type, filled });
    fills.push(...own);
  }
  return { kind: 'truth', venue, venueTime, coversClosed: true, orders, fills, positions, balances };
}
