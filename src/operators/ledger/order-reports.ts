import type { ClientOrderId } from '../../domain/brand.js';
import type { ReportEvent } from '../../domain/event.js';
import { type Order, orderTermsFault } from '../../domain/order.js';
import { bookBust, bookCorrection } from './busts.js';
import { bookFill } from './fills.js';
import { type LedgerNotice, NO_NOTICES, notice } from './ledger-notice.js';
import type { LedgerState } from './ledger-state.js';
import { cancelIfUnwanted, seeToGroup } from './order-groups.js';
import type { OrderInput } from './order-states.js';
import { beginReplacement, settleReplacement } from './replacements.js';
import { TrackedOrder } from './tracked-order.js';

/** Takes up an order that is on its way to a venue. */
export function bookOrder(state: LedgerState, order: Order, ts: number): readonly LedgerNotice[] {
  const index = state.instruments.indexOf(order.instrument);
  if (index < 0)
    return notice('unknown-order', `order ${order.clientOrderId} is for unlisted ${order.instrument}`);
  if (state.orders.find(order.clientOrderId) !== undefined)
    return notice('invalid-transition', `order ${order.clientOrderId} was submitted before`);
  const tracked = new TrackedOrder(order, index, ts);
  tracked.advance('submitted', ts);
  state.orders.file(tracked);
  state.working.add(tracked);
  beginReplacement(state, tracked, ts);
  const fault = orderTermsFault(order);
  return fault === undefined ? NO_NOTICES : notice('invalid-order', `order ${order.clientOrderId}: ${fault}`);
}

/** Takes any word about an order but a fill. */
export function bookState(
  state: LedgerState,
  id: ClientOrderId,
  input: OrderInput,
  ts: number,
  told = 0,
): readonly LedgerNotice[] {
  const tracked = state.orders.find(id);
  if (tracked === undefined) return notice('unknown-order', `${input} of order ${id}, which is not known`);
  const { status, missing } = tracked;
  state.working.remove(tracked);
  tracked.hear(told);
  const valid = tracked.advance(input, ts);
  state.working.add(tracked);
  state.orders.file(tracked);
  if (valid) {
    settleReplacement(state, tracked, input, ts);
    seeToGroup(state, tracked);
    if (input === 'accepted' || input === 'replaced') cancelIfUnwanted(state, tracked);
  }
  if (!valid) return notice('invalid-transition', `${input} of order ${id}, which is ${status}`);
  if (tracked.missing <= missing) return NO_NOTICES;
  return notice(
    'missing-fills',
    `${input} of order ${id}: ${told} lots are filled at the venue and ${tracked.filled} are booked`,
  );
}

/** Takes a report of a venue. */
export function bookReport(state: LedgerState, report: ReportEvent, ts: number): readonly LedgerNotice[] {
  switch (report.type) {
    case 'fill':
      return bookFill(state, report, ts);
    case 'bust':
      return bookBust(state, report, ts);
    case 'correction':
      return bookCorrection(state, report, ts);
    default:
      return bookState(state, report.clientOrderId, report.type, ts, report.filled);
  }
}
