import type { BustReport, CorrectionReport } from '../../domain/event.js';
import { sign } from '../../domain/order.js';
import type { Booking } from './accounts.js';
import { UNATTRIBUTED } from './attribution.js';
import { type Execution, executionKey, sameFacts } from './executions.js';
import { bookFill, bookingOf, factsOf, fillOrder, orderOf } from './fills.js';
import { type LedgerNotice, notice } from './ledger-notice.js';
import type { LedgerState } from './ledger-state.js';

/**
 * Takes an execution back: lots, value, fee, each agent's part and what its order had filled.
 *
 * A bust that overtakes its fill is remembered, and the fill is then not booked. Funding paid meanwhile stays paid: it is
 * the venue's to give back.
 */
export function bookBust(state: LedgerState, bust: BustReport, ts: number): readonly LedgerNotice[] {
  const key = executionKey(bust);
  const what = `execution ${bust.executionId} of order ${bust.clientOrderId}`;
  const known = state.orders.execution(key);
  if (known === undefined) {
    state.orders.rememberForeign({ key, order: undefined, booking: undefined, last: 'bust' });
    return notice('unknown-execution', `${what} is busted and not known; should it come, it is not booked`);
  }
  if (known.last === 'bust') return notice('duplicate-execution', `${what} was busted before`);
  const { booking } = known;
  known.last = 'bust';
  if (booking === undefined) return notice('bust', `${what}, which was not booked`);
  unfillOrder(state, known, booking, ts);
  state.accounts.unbook(booking);
  known.booking = undefined;
  state.revalue();
  return notice('bust', `${what} is undone: ${bust.reason}`);
}

/**
 * Puts what a venue now says of an execution in the place of what was booked of it; the last word counts. A correction
 * that overtakes its fill is booked as the fill.
 */
export function bookCorrection(
  state: LedgerState,
  correction: CorrectionReport,
  ts: number,
): readonly LedgerNotice[] {
  const what = `execution ${correction.executionId} of order ${correction.clientOrderId}`;
  const key = executionKey(correction);
  const known = state.orders.execution(key);
  if (known === undefined) {
    const notices = bookFill(state, correction, ts);
    return [...notices, ...notice('correction', `${what} was not known; booked as corrected`)];
  }
  if (known.last === 'bust')
    return notice('conflicting-execution', `${what} is corrected after its bust; left out`);
  const was = known.booking;
  known.last = 'correction';
  if (was === undefined) return notice('correction', `${what}, which was not booked`);
  if (sameFacts(was, factsOf(correction, was.index)))
    return notice('duplicate-execution', `${what} is corrected to what is booked`);
  const own = known.order !== undefined;
  unfillOrder(state, known, was, ts);
  const tracked = own ? orderOf(state, correction) : undefined;
  const now =
    tracked === undefined
      ? bookingOf(correction, key, was.index, own ? [UNATTRIBUTED] : was.agents, [
          sign(correction.side) * correction.quantity,
        ])
      : fillOrder(state, tracked, correction, key, ts);
  known.order = tracked?.order.clientOrderId;
  state.accounts.rebook(was, now);
  known.booking = now;
  state.revalue();
  return notice('correction', `${what} is changed: ${correction.reason}`);
}

/** Gives the lots of an execution back to its order, if it was one of ours. */
function unfillOrder(state: LedgerState, { order }: Execution, { parts }: Booking, ts: number): void {
  const tracked = order === undefined ? undefined : state.orders.find(order);
  if (tracked === undefined) return;
  state.working.remove(tracked);
  tracked.unfill(parts, ts);
  state.working.add(tracked);
  state.orders.file(tracked);
}
