import type { ClientOrderId } from '../../domain/brand.js';
import type { LedgerState } from './ledger-state.js';
import { isOpen, type OrderInput } from './order-states.js';
import type { TrackedOrder } from './tracked-order.js';

/** A replacement is on its way: the order that it replaces waits for the venue's word. */
export function beginReplacement(state: LedgerState, replacement: TrackedOrder, ts: number): void {
  const replaced = replacedBy(state, replacement);
  if (replaced === undefined) return;
  replaced.replacedBy = replacement.order.clientOrderId;
  // By the table of states, one that is being canceled waits for that, and one that is over stays so.
  move(state, replaced, 'replaceRequested', ts);
}

/** What a word about a replacement says of the order that it replaces. */
export function settleReplacement(
  state: LedgerState,
  replacement: TrackedOrder,
  input: OrderInput,
  ts: number,
): void {
  if (input !== 'replaced' && input !== 'replaceRejected' && input !== 'rejected') return;
  const replaced = replacedBy(state, replacement);
  if (replaced === undefined || !isOpen(replaced.status)) return;
  move(state, replaced, input === 'replaced' ? 'canceled' : 'replaceRejected', ts);
}

/** The client order ids of an order and of those before and after it, first to last, as far as they are remembered. */
export function chainOf(state: LedgerState, id: ClientOrderId): readonly ClientOrderId[] {
  const chain: ClientOrderId[] = [];
  for (let at: ClientOrderId | undefined = id; at !== undefined && !chain.includes(at); ) {
    chain.unshift(at);
    at = state.orders.find(at)?.order.replaces;
  }
  for (let at = state.orders.find(id)?.replacedBy; at !== undefined && !chain.includes(at); ) {
    chain.push(at);
    at = state.orders.find(at)?.replacedBy;
  }
  return chain;
}

const replacedBy = (state: LedgerState, { order }: TrackedOrder): TrackedOrder | undefined =>
  order.replaces === undefined ? undefined : state.orders.find(order.replaces);

function move(state: LedgerState, tracked: TrackedOrder, input: OrderInput, ts: number): void {
  state.working.remove(tracked);
  tracked.advance(input, ts);
  state.working.add(tracked);
  state.orders.file(tracked);
}
