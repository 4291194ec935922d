import type { ClientOrderId } from '../../domain/brand.js';
import type { FillReport, ReportEvent } from '../../domain/event.js';
import { type Order, sign } from '../../domain/order.js';
import { UNATTRIBUTED } from './attribution.js';
import { type LedgerNotice, NO_NOTICES, notice } from './ledger-notice.js';
import type { LedgerState } from './ledger-state.js';
import type { OrderInput } from './order-states.js';
import { isOpen } from './order-states.js';
import { executionKey } from './orders.js';
import { TrackedOrder } from './tracked-order.js';

/** Takes up an order that is on its way to a venue. */
export function bookOrder(state: LedgerState, order: Order, ts: number): readonly LedgerNotice[] {
  const index = state.instruments.indexOf(order.instrument);
  if (index < 0)
    return notice('unknown-order', `order ${order.clientOrderId} is for unlisted ${order.instrument}`);
  if (state.orders.find(order.clientOrderId) !== undefined)
    return notice('invalid-transition', `order ${order.clientOrderId} was submitted before`);
  const tracked = new TrackedOrder(order, index, ts);
  state.orders.file(tracked);
  state.working.add(tracked);
  return NO_NOTICES;
}

/** Takes any word about an order but a fill. */
export function bookState(
  state: LedgerState,
  id: ClientOrderId,
  input: OrderInput,
  ts: number,
): readonly LedgerNotice[] {
  const tracked = state.orders.find(id);
  if (tracked === undefined) return notice('unknown-order', `${input} of order ${id}, which is not known`);
  const { status } = tracked;
  state.working.remove(tracked);
  const valid = tracked.advance(input, ts);
  state.working.add(tracked);
  state.orders.file(tracked);
  return valid ? NO_NOTICES : notice('invalid-transition', `${input} of order ${id}, which is ${status}`);
}

/** Takes a report of a venue. */
export function bookReport(state: LedgerState, report: ReportEvent, ts: number): readonly LedgerNotice[] {
  return report.type === 'fill'
    ? bookFill(state, report, ts)
    : bookState(state, report.clientOrderId, report.type, ts);
}

function bookFill(state: LedgerState, fill: FillReport, ts: number): readonly LedgerNotice[] {
  const execution = executionKey(fill);
  const id = fill.clientOrderId;
  if (state.orders.hasBooked(execution))
    return notice('duplicate-execution', `execution ${fill.executionId} of order ${id} came before`);
  const tracked = state.orders.find(id);
  // What the venue says was traded is a fact; an order of another instrument or side is not the one it speaks of.
  if (
    tracked === undefined ||
    tracked.order.instrument !== fill.instrument ||
    tracked.order.side !== fill.side
  )
    return bookForeignFill(state, fill, execution);

  const { status, index, agents, order } = tracked;
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
  state.working.remove(tracked);
  const parts = tracked.fill(fill.quantity, execution, ts);
  state.working.add(tracked);
  state.orders.file(tracked);
  state.orders.remember(execution);
  const { price: ticks, fee, feeCurrency } = fill;
  state.accounts.book({ execution, index, agents, parts, ticks, fee, feeCurrency });
  state.profit.refresh();
  return notices.length === 0 ? NO_NOTICES : notices;
}

/** Nobody of ours asked for it; it happened all the same. */
function bookForeignFill(state: LedgerState, fill: FillReport, execution: string): readonly LedgerNotice[] {
  const { clientOrderId: id, quantity, price: ticks, fee, feeCurrency, side } = fill;
  const index = state.instruments.indexOf(fill.instrument);
  state.orders.rememberForeign(execution);
  const what = `${side} ${quantity} lots of ${fill.instrument} for order ${id}, which is not known of that instrument and side`;
  if (index < 0) return notice('unknown-order', `${what}; the instrument is not listed: not booked`);
  const parts = [sign(side) * quantity];
  state.accounts.book({ execution, index, agents: [UNATTRIBUTED], parts, ticks, fee, feeCurrency });
  state.profit.refresh();
  return notice('unknown-order', `${what}; booked (${UNATTRIBUTED})`);
}
