import type { LedgerState } from './ledger-state.js';
import { isOpen } from './order-states.js';
import type { TrackedOrder } from './tracked-order.js';

/**
 * Notes which orders of a group are to be canceled, now that one of them has traded or is over.
 *
 * One lot is enough: the lots that an OCO still has could otherwise both trade. The entry of a bracket cancels nothing by
 * trading, and its exits when it is over without having traded.
 */
export function seeToGroup(state: LedgerState, tracked: TrackedOrder): void {
  const { group } = tracked.order;
  if (group === undefined) return;
  const isEntry = group.kind === 'bracket' && group.role === 'entry';
  const cancels = isEntry ? !isOpen(tracked.status) && tracked.filled === 0 : tracked.filled > 0;
  if (!cancels) return;
  for (const other of state.orders.group(group.id)) {
    if (other === tracked) continue;
    other.unwanted = true;
    if (other.status === 'pendingCancel') continue;
    // What is left of an entry would open what nothing closes any more; it goes with the other exits.
    state.toCancel.push(other.order);
  }
}

/** A cancel that overtook its order was refused: now that the venue has the order, it is asked again. */
export function cancelIfUnwanted(state: LedgerState, { unwanted, status, order }: TrackedOrder): void {
  if (unwanted && isOpen(status) && status !== 'pendingCancel') state.toCancel.push(order);
}

/** Asks once more for all that groups want canceled: the last leader may have died before it did. */
export function seeToGroups(state: LedgerState): void {
  for (const { unwanted, order } of state.orders.open()) if (unwanted) state.toCancel.push(order);
}
