import type { StageContext } from '../../core/context.js';
import type { ClientOrderId } from '../../domain/brand.js';
import type { Order } from '../../domain/order.js';
import type { EngineState } from './engine-state.js';
import type { Concerns } from './trading-state.js';
import type { RiskNeeds } from './verdict-fields.js';

/** Cancels what is open in a scope, but for what is being canceled already. */
export function cancelOpen(
  state: EngineState,
  frame: RiskNeeds,
  context: StageContext,
  concerns: Concerns,
  reason: string,
): void {
  for (const { order, status, index } of frame.ledger.openOrders()) {
    if (status === 'pendingCancel' || !concerns(context.instruments.at(index), order)) continue;
    if (!state.canceling.has(order.clientOrderId)) cancel(order, state, frame, context, reason);
  }
}

/** An order of before a restriction that lives again (a bust, a rejection that was none) goes as the others went. */
export function cancelRevived(
  id: ClientOrderId,
  state: EngineState,
  frame: RiskNeeds,
  context: StageContext,
): void {
  const { trading, canceling, cancels } = state;
  if (!trading.restricts) return;
  const record = frame.ledger.order(id);
  if (record === undefined || record.remaining === 0 || canceling.has(id) || cancels.has(id)) return;
  const { order, index } = record;
  const since = trading.since(context.instruments.at(index), order);
  if (order.requestTime < since)
    cancel(order, state, frame, context, 'it lives again while its scope is restricted');
}

/** Asks for a cancel, and once the ledger knows of it, again and again until the order has ended. */
function cancel(
  { clientOrderId, venue, instrument }: Order,
  { canceling }: EngineState,
  { ts }: RiskNeeds,
  context: StageContext,
  reason: string,
): void {
  canceling.add(clientOrderId);
  context.request({ kind: 'cancel', venue, instrument, clientOrderId, requestTime: ts, reason });
  context.derive({ kind: 'cancelRequested', clientOrderId, instrument, reason });
}
