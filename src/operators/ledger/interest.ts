import { decimal } from '../../domain/decimal.js';
import type { InterestEvent } from '../../domain/event.js';
import { UNATTRIBUTED } from './attribution.js';
import { type LedgerNotice, NO_NOTICES, notice } from './ledger-notice.js';
import type { LedgerState } from './ledger-state.js';

/** So many payments are remembered, to know one that is told twice. */
const REMEMBERED = 1_000;

/** Books interest, once; it is nobody's, since it comes from no agent's position. */
export function bookInterest(state: LedgerState, event: InterestEvent): readonly LedgerNotice[] {
  const { venue, paymentId, currency, amount } = event;
  const key = `${venue}\n${paymentId}`;
  const { payments } = state;
  if (payments.has(key)) return notice('duplicate-payment', `interest ${paymentId} of ${venue} came before`);
  payments.add(key);
  if (payments.size > REMEMBERED) {
    for (const oldest of payments) {
      payments.delete(oldest);
      break;
    }
  }
  state.accounts.bookInterest(UNATTRIBUTED, venue, currency, decimal(amount));
  state.revalue();
  return NO_NOTICES;
}
