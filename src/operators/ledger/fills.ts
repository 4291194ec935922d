import type { CorrectionReport, FillReport } from '../../domain/event.js';
import { sign } from '../../domain/order.js';
import type { Booking } from './accounts.js';
import { UNATTRIBUTED } from './attribution.js';
import { type Execution, executionKey, sameFacts } from './executions.js';
import { type LedgerNotice, NO_NOTICES, notice } from './ledger-notice.js';
import type { LedgerState } from './ledger-state.js';
import { seeToGroup } from './order-groups.js';
import { isOpen } from './order-states.js';
import type { TrackedOrder } from './tracked-order.js';

/** What says that lots were traded: a fill, or the correction of one. */
export type Traded = FillReport | CorrectionReport;

/** Takes a fill, once. @param owner to whom lots belong that no order of ours asked for */
export function bookFill(
  state: LedgerState,
  fill: Traded,
  ts: number,
  owner: string = UNATTRIBUTED,
): readonly LedgerNotice[] {
  const id = fill.clientOrderId;
  const key = executionKey(fill);
  const known = state.orders.execution(key);
  if (known !== undefined) return repeated(known, fill);
  const tracked = orderOf(state, fill);
  if (tracked === undefined) return bookForeignFill(state, fill, key, owner);

  const { status, order } = tracked;
  const notices: LedgerNotice[] = [];
  if (!isOpen(status) && status !== 'filled')
    notices.push(...notice('late-fill', `${fill.quantity} lots of order ${id}, which is ${status}`));
  if (tracked.filled + fill.quantity > order.quantity)
    notices.push(
      ...notice(
        'overfill',
        `order ${id} for ${order.quantity} lots is filled to ${tracked.filled + fill.quantity}`,
      ),
    );
  const booking = fillOrder(state, tracked, fill, key, ts);
  state.orders.remember({ key, order: order.clientOrderId, booking, last: fill.type }, tracked);
  state.accounts.book(booking);
  state.revalue();
  return notices.length === 0 ? NO_NOTICES : notices;
}

/** Counts a fill on its order. @returns what is to be booked of it */
export function fillOrder(
  state: LedgerState,
  tracked: TrackedOrder,
  fill: Traded,
  key: string,
  ts: number,
): Booking {
  state.working.remove(tracked);
  const parts = tracked.fill(fill.quantity, fill.venueTime, ts);
  state.working.add(tracked);
  state.orders.file(tracked);
  seeToGroup(state, tracked);
  return bookingOf(fill, key, tracked.index, tracked.agents, parts);
}

/**
 * The order that a fill speaks of.
 *
 * What the venue says was traded is a fact; an order of another instrument or side is not the one it speaks of.
 */
export function orderOf(state: LedgerState, fill: Traded): TrackedOrder | undefined {
  const tracked = state.orders.find(fill.clientOrderId);
  return tracked?.order.instrument === fill.instrument && tracked.order.side === fill.side
    ? tracked
    : undefined;
}

export const bookingOf = (
  fill: Traded,
  key: string,
  index: number,
  agents: readonly string[],
  parts: readonly number[],
): Booking => {
  const { price: ticks, fee, feeCurrency } = fill;
  return { execution: key, index, agents, parts, ticks, fee, feeCurrency };
};

/** Nobody of ours asked for it; it happened all the same. */
function bookForeignFill(
  state: LedgerState,
  fill: Traded,
  key: string,
  owner: string,
): readonly LedgerNotice[] {
  const { clientOrderId: id, quantity, side } = fill;
  const index = state.instruments.indexOf(fill.instrument);
  const execution: Execution = { key, order: undefined, booking: undefined, last: fill.type };
  state.orders.rememberForeign(execution);
  const what = `${side} ${quantity} lots of ${fill.instrument} for order ${id}, which is not known of that instrument and side`;
  if (index < 0) return notice('unknown-order', `${what}; the instrument is not listed: not booked`);
  execution.booking = bookingOf(fill, key, index, [owner], [sign(side) * quantity]);
  state.accounts.book(execution.booking);
  state.revalue();
  return notice('unknown-order', `${what}; booked (${owner})`);
}

function repeated({ booking, last }: Execution, fill: Traded): readonly LedgerNotice[] {
  const what = `execution ${fill.executionId} of order ${fill.clientOrderId}`;
  if (booking === undefined || last !== 'fill' || sameFacts(booking, factsOf(fill, booking.index)))
    return notice('duplicate-execution', `${what} came before`);
  return notice('conflicting-execution', `${what} came before with other facts; the first stand`);
}

/** A report's facts as a booking of nobody's, to compare. */
export const factsOf = (fill: Traded, index: number): Booking =>
  bookingOf(fill, executionKey(fill), index, [''], [sign(fill.side) * fill.quantity]);
