import type { FundingDue } from './funding.js';
import type { LedgerState } from './ledger-state.js';

/**
 * Pays what has come due, each payment at its own time: on the position as it was before the event in hand, and in the
 * trading day to which it belongs.
 */
export function payDue(state: LedgerState, ts: number): void {
  let due = state.funding.next(ts);
  while (due !== undefined) {
    state.profit.at(due.time);
    pay(state, due);
    due = state.funding.next(ts);
  }
}

/** Pays what was owed for want of a mark. */
export function payOwed(state: LedgerState, index: number): void {
  const mark = state.valuation.marks[index] as number;
  if (Number.isNaN(mark)) return;
  const settled = state.funding.settle(index);
  if (settled.length === 0) return;
  for (const { rate, holdings } of settled) state.accounts.payFunding(index, rate, mark, holdings);
  state.revalue();
}

function pay(state: LedgerState, due: FundingDue): void {
  const { index, rate } = due;
  const holdings = state.accounts.holdings(index);
  // Agents who oppose each other pay each other, though the desk holds nothing.
  if (holdings.agents.length === 0) return;
  const mark = state.valuation.marks[index] as number;
  if (Number.isNaN(mark)) state.funding.owe({ ...due, holdings });
  else {
    state.accounts.payFunding(index, rate, mark, holdings);
    state.revalue();
  }
}
