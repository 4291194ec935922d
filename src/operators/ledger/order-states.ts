import type { OrderStatus } from '../../domain/order.js';

/** What can happen to an order. A fill is the last one when it completes (or passes) the order's quantity. */
export type OrderInput =
  | 'accepted'
  | 'rejected'
  | 'unknown'
  | 'partialFill'
  | 'lastFill'
  | 'fillBusted'
  | 'canceled'
  | 'expired'
  | 'cancelRejected'
  | 'cancelRequested'
  | 'replaceRequested'
  | 'replaced'
  | 'replaceRejected'
  | 'notFound'
  | 'submitted'
  | 'denied';

/**
 * `standing`: where the order would be had nobody asked for its cancellation or replacement. `asStanding`: as invalid
 * as it would be there.
 */
type Outcome = OrderStatus | 'standing' | 'asStanding';

/**
 * Every transition of an order; a pair that is absent is invalid, leaves the order as it is and is alarmed.
 *
 * Reports cross each other on their way, so words that merely come late or twice are valid and change
 * nothing: an acknowledgement after the fill, a time-out (`unknown`) after the acknowledgement, a cancel
 * that came too late. A fill is a fact in every state. A fill after a cancel was under way before it and
 * revives nothing; a fill after a rejection proves the rejection wrong, and nobody knows what else is alive.
 * A bust gives lots back: an order that was filled may trade again, as in FIX (4.4, appendix D, "filled order, followed
 * by correction and cancellation of executions"), and counts as exposure until the venue says that it is over.
 * A replacement is an order of its own: the order that it replaces may trade until the venue says `replaced`, and both
 * count as exposure meanwhile.
 * A cancel may overtake its order and be refused; a look-up may overtake it too, and finds nothing: neither ends anything.
 * A rejection of what was acknowledged or filled is not about that order: venues refuse a second order of its id so.
 */
const TRANSITIONS: Readonly<Record<OrderStatus, Readonly<Partial<Record<OrderInput, Outcome>>>>> = {
  initialised: { submitted: 'submitted', denied: 'denied' },
  denied: {},
  submitted: {
    notFound: 'unknown',
    replaced: 'accepted',
    replaceRejected: 'rejected',
    replaceRequested: 'pendingReplace',
    accepted: 'accepted',
    rejected: 'rejected',
    unknown: 'unknown',
    partialFill: 'partiallyFilled',
    lastFill: 'filled',
    canceled: 'canceled',
    expired: 'expired',
    cancelRejected: 'submitted',
    cancelRequested: 'pendingCancel',
  },
  unknown: {
    notFound: 'unknown',
    replaced: 'accepted',
    replaceRejected: 'rejected',
    replaceRequested: 'pendingReplace',
    fillBusted: 'unknown',
    accepted: 'accepted',
    rejected: 'rejected',
    unknown: 'unknown',
    partialFill: 'partiallyFilled',
    lastFill: 'filled',
    canceled: 'canceled',
    expired: 'expired',
    cancelRejected: 'unknown',
    cancelRequested: 'pendingCancel',
  },
  accepted: {
    notFound: 'accepted',
    replaced: 'accepted',
    replaceRequested: 'pendingReplace',
    fillBusted: 'accepted',
    accepted: 'accepted',
    unknown: 'accepted',
    partialFill: 'partiallyFilled',
    lastFill: 'filled',
    canceled: 'canceled',
    expired: 'expired',
    cancelRejected: 'accepted',
    cancelRequested: 'pendingCancel',
  },
  partiallyFilled: {
    notFound: 'partiallyFilled',
    replaced: 'partiallyFilled',
    replaceRequested: 'pendingReplace',
    fillBusted: 'partiallyFilled',
    accepted: 'partiallyFilled',
    unknown: 'partiallyFilled',
    partialFill: 'partiallyFilled',
    lastFill: 'filled',
    canceled: 'canceled',
    expired: 'expired',
    cancelRejected: 'partiallyFilled',
    cancelRequested: 'pendingCancel',
  },
  pendingCancel: {
    notFound: 'pendingCancel',
    replaceRejected: 'pendingCancel',
    replaced: 'pendingCancel',
    fillBusted: 'pendingCancel',
    accepted: 'pendingCancel',
    rejected: 'asStanding',
    unknown: 'pendingCancel',
    partialFill: 'pendingCancel',
    lastFill: 'filled',
    canceled: 'canceled',
    expired: 'expired',
    cancelRejected: 'standing',
    cancelRequested: 'pendingCancel',
  },
  pendingReplace: {
    notFound: 'pendingReplace',
    replaced: 'pendingReplace',
    fillBusted: 'pendingReplace',
    accepted: 'pendingReplace',
    rejected: 'asStanding',
    unknown: 'pendingReplace',
    partialFill: 'pendingReplace',
    lastFill: 'filled',
    canceled: 'canceled',
    expired: 'expired',
    cancelRejected: 'standing',
    cancelRequested: 'pendingCancel',
    replaceRequested: 'pendingReplace',
    replaceRejected: 'standing',
  },
  filled: {
    notFound: 'filled',
    replaced: 'filled',
    accepted: 'filled',
    unknown: 'filled',
    lastFill: 'filled',
    cancelRejected: 'filled',
    fillBusted: 'partiallyFilled',
  },
  canceled: {
    notFound: 'canceled',
    replaceRejected: 'canceled',
    fillBusted: 'canceled',
    accepted: 'canceled',
    unknown: 'canceled',
    partialFill: 'canceled',
    lastFill: 'filled',
    canceled: 'canceled',
    cancelRejected: 'canceled',
  },
  expired: {
    notFound: 'expired',
    replaceRejected: 'expired',
    fillBusted: 'expired',
    accepted: 'expired',
    unknown: 'expired',
    partialFill: 'expired',
    lastFill: 'filled',
    expired: 'expired',
    cancelRejected: 'expired',
  },
  rejected: {
    notFound: 'rejected',
    replaceRejected: 'rejected',
    rejected: 'rejected',
    unknown: 'rejected',
    partialFill: 'unknown',
    lastFill: 'filled',
    cancelRejected: 'rejected',
  },
};

/** Whether an order in this state may still trade. `unknown` may: it counts as exposure until settled. */
export function isOpen(status: OrderStatus): boolean {
  return (
    status === 'submitted' ||
    status === 'unknown' ||
    status === 'accepted' ||
    status === 'partiallyFilled' ||
    status === 'pendingCancel' ||
    status === 'pendingReplace'
  );
}

/**
 * The state after an input, or `undefined` when the pair is invalid.
 *
 * @param standing the state without the cancel that is pending: to go back to when that is rejected
 * @example
 * nextStatus('pendingCancel', 'cancelRejected', 'partiallyFilled') // 'partiallyFilled'
 */
export function nextStatus(
  status: OrderStatus,
  input: OrderInput,
  standing: OrderStatus,
): OrderStatus | undefined {
  const outcome = TRANSITIONS[status][input];
  if (outcome === 'standing') return standing;
  return outcome === 'asStanding' ? nextStatus(standing, input, standing) : outcome;
}
