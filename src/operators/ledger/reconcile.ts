import type { FillReport, ReportEvent, TrueOrder, TruthEvent } from '../../domain/event.js';
import type { InstrumentTable } from '../../domain/instrument-table.js';
import type { LedgerView } from './ledger-view.js';
import { isOpen } from './order-states.js';
import { positionDifferences } from './reconcile-positions.js';
import type { DifferencePolicy, ReconciliationPolicy } from './reconciliation-policy.js';
import type { OrderRecord } from './tracked-order.js';

/** One point in which a venue and the ledger differ. */
export interface Difference {
  readonly what: 'fill' | 'order' | 'position' | 'balance';
  readonly message: string;
  readonly action: DifferencePolicy;
  /** The report that would make the ledger agree, where there is one. */
  readonly entry?: ReportEvent;
}

/**
 * Holds a ledger against what a venue says: fills, then orders, positions and balances.
 *
 * It changes nothing. It is lazy: who books the entry of each difference before asking for the next sees positions
 * compared after the missing fills, as they should be. Entries are a pure function of ledger, truth and policy, so that
 * replay and mirror book the same.
 *
 * @param ts Unix milliseconds of the log
 *
 * @example
 * for (const difference of reconcile(view, instruments, truth, reconciliationPolicy({}), Date.now())) console.warn(difference);
 */
export function* reconcile(
  ledger: LedgerView,
  instruments: InstrumentTable,
  truth: TruthEvent,
  policy: ReconciliationPolicy,
  ts: number,
): Generator<Difference, void, void> {
  // As it is now: what is adopted on the way changes orders too.
  const moving = movingInstruments(ledger, policy.grace, ts);
  for (const fill of truth.fills) {
    if (ledger.knowsExecution(fill) || isForgotten(ledger, fill)) continue;
    const message = `${fill.venue} tells of execution ${fill.executionId} of order ${fill.clientOrderId}, which is not booked`;
    yield { what: 'fill', message, action: policy.fills, entry: fill };
  }
  yield* orderDifferences(ledger, instruments, truth, policy, ts);
  yield* positionDifferences(ledger, instruments, truth, policy, moving);
  for (const { currency, free, locked } of truth.balances) {
    const held = ledger.balance(truth.venue, currency);
    if (Number.isNaN(held)) continue;
    if (held === Number(free) + Number(locked) && ledger.freeBalance(truth.venue, currency) === Number(free))
      continue;
    const message = `${truth.venue} holds ${free} free and ${locked} locked ${currency}, not ${held} in all`;
    yield { what: 'balance', message, action: policy.balances };
  }
}

/**
 * Whether a fill may have been booked with an order that the ledger does not remember any more. Booked again it would count
 * twice; if it never was, the position that the venue tells has it.
 */
const isForgotten = (ledger: LedgerView, { venue, clientOrderId, venueTime }: FillReport): boolean =>
  venueTime <= ledger.forgottenUntil(venue) && ledger.order(clientOrderId) === undefined;

/**
 * Indices of instruments with an order that has just changed: a report of it may be under way; or it has filled behind the
 * venue's word, which the report overtook.
 */
function movingInstruments(ledger: LedgerView, grace: number, ts: number): ReadonlySet<number> {
  const moving = new Set<number>();
  const note = ({ index, changedAt }: OrderRecord): void => {
    if (ts - changedAt < grace) moving.add(index);
  };
  for (const record of ledger.openOrders()) note(record);
  for (const record of ledger.finishedOrders()) note(record);
  return moving;
}

function* orderDifferences(
  ledger: LedgerView,
  instruments: InstrumentTable,
  truth: TruthEvent,
  policy: ReconciliationPolicy,
  ts: number,
): Generator<Difference, void, void> {
  const told = new Map(truth.orders.map((order) => [order.clientOrderId, order]));
  for (const record of [...ledger.openOrders()]) {
    const { order, changedAt } = record;
    if (instruments.at(record.index).definition.venue !== truth.venue) continue;
    const known = told.get(order.clientOrderId);
    if (known === undefined && (!truth.coversClosed || ts - changedAt < policy.grace)) continue;
    const outcome = outcomeOf(record, known);
    if (outcome === undefined) continue;
    const stands = `order ${order.clientOrderId} is ${record.status} here and ${known?.status ?? 'not found'} at ${truth.venue}`;
    const message =
      known === undefined || known.filled === record.filled
        ? stands
        : `${stands}, filled ${record.filled} here and ${known.filled} there`;
    // Lots that are missing are in the position that the venue tells; where it tells none, they are still waited for.
    const explained = truth.positions.some(({ instrument }) => instrument === order.instrument);
    if (outcome === 'unresolved' || (record.missing > 0 && !explained))
      yield { what: 'order', message: `${message}: kept`, action: 'tell' };
    else {
      const entry: ReportEvent = {
        kind: 'report',
        venue: truth.venue,
        instrument: order.instrument,
        clientOrderId: order.clientOrderId,
        venueTime: truth.venueTime,
        type: outcome,
        reason: 'reconciliation',
      };
      yield { what: 'order', message, action: policy.orders, entry };
    }
  }
  for (const order of truth.orders) {
    if (order.status !== 'accepted' && order.status !== 'partiallyFilled') continue;
    const record = ledger.order(order.clientOrderId);
    if (record !== undefined && isOpen(record.status)) continue;
    const message = `order ${order.clientOrderId} is ${record?.status ?? 'unknown'} here and alive at ${truth.venue}`;
    yield { what: 'order', message, action: policy.orders === 'halt' ? 'halt' : 'tell' };
  }
}

/**
 * What becomes of an open order by the venue's word; `undefined` when both agree.
 *
 * Not found, though closed orders were asked for: never arrived if it was never acknowledged, and over if it was. An
 * order that was acknowledged cannot be rejected any more: it is over too.
 */
export function outcomeOf(
  { status, filled }: Pick<OrderRecord, 'status' | 'filled'>,
  known: Pick<TrueOrder, 'status'> | undefined,
): 'accepted' | 'rejected' | 'canceled' | 'expired' | 'unresolved' | undefined {
  const acknowledged = (status !== 'submitted' && status !== 'unknown') || filled > 0;
  switch (known?.status) {
    case undefined:
      if (status === 'pendingCancel' || status === 'pendingReplace') return 'unresolved';
      return acknowledged ? 'canceled' : 'rejected';
    case 'accepted':
    case 'partiallyFilled':
      return acknowledged ? undefined : 'accepted';
    case 'rejected':
      return acknowledged ? 'canceled' : 'rejected';
    case 'expired':
      return 'expired';
    default:
      // Filled or canceled: it is over. What it filled that we did not hear of shows in the position.
      return 'canceled';
  }
}
