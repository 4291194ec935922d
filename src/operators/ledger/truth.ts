import type { ClientOrderId } from '../../domain/brand.js';
import type { TruthEvent } from '../../domain/event.js';
import { UNATTRIBUTED } from './attribution.js';
import { bookFill } from './fills.js';
import type { LedgerNotice } from './ledger-notice.js';
import type { LedgerState } from './ledger-state.js';
import type { LedgerView } from './ledger-view.js';
import { bookReport } from './order-reports.js';
import { isOpen } from './order-states.js';
import { type Difference, reconcile } from './reconcile.js';
import { RECONCILIATION } from './reconcile-positions.js';

const CODES = {
  fill: 'truth-fill',
  order: 'truth-order',
  position: 'truth-position',
  balance: 'truth-balance',
} as const;

/** Reconciles with a venue's truth: tells of every difference, and books what the policy adopts. */
export function takeTruth(
  state: LedgerState,
  ledger: LedgerView,
  truth: TruthEvent,
  ts: number,
): readonly LedgerNotice[] {
  const policy = state.options.reconciliation;
  const notices: LedgerNotice[] = [];
  for (const difference of reconcile(ledger, state.instruments, truth, policy, ts)) {
    const { what, message, action } = difference;
    notices.push({ code: CODES[what], message, ...(action === 'halt' ? { severity: 'halt' } : {}) });
    if (action === 'adopt') notices.push(...adopt(state, difference, ts));
  }
  if (policy.balances === 'adopt') state.balances.take(truth);
  return notices;
}

function adopt(state: LedgerState, { what, entry }: Difference, ts: number): readonly LedgerNotice[] {
  if (entry === undefined) return [];
  if (entry.type !== 'fill') {
    settleMissing(state, entry.clientOrderId, ts);
    const ended = state.orders.find(entry.clientOrderId);
    return ended !== undefined && !isOpen(ended.status) ? [] : bookReport(state, entry, ts);
  }
  if (what === 'fill') return bookFill(state, entry, ts, UNATTRIBUTED);
  // That no order of ours asked for these lots is what the difference has said already.
  bookFill(state, entry, ts, RECONCILIATION);
  return [];
}

/** What the truth does not bring as fills is in its positions, if anywhere: nothing more is waited for. */
function settleMissing(state: LedgerState, id: ClientOrderId, ts: number): void {
  const tracked = state.orders.find(id);
  if (tracked === undefined || tracked.missing === 0) return;
  state.working.remove(tracked);
  tracked.settle(ts);
  state.working.add(tracked);
  state.orders.file(tracked);
}
