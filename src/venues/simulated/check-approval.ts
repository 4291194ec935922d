import { isGenuineApproval } from '../../domain/approval.js';
import type { SubmitCommand } from '../../domain/command.js';
import { InputError, show } from '../../domain/errors.js';

const FIELDS = [
  'instrument',
  'side',
  'type',
  'timeInForce',
  'price',
  'quantity',
  'reduceOnly',
  'postOnly',
] as const;

/**
 * The last look before an order leaves: risk made this approval in this process, and the order is the one that
 * it approved.
 *
 * @throws InputError when the approval is forged or is about something else
 */
export function checkApproval({ approved, order }: SubmitCommand): void {
  if (!isGenuineApproval(approved)) {
    throw new InputError(`order ${show(order.clientOrderId)} carries no approval that risk made`);
  }
  for (const field of FIELDS) {
    if (order[field] === approved.proposal[field]) continue;
    throw new InputError(
      `order ${show(order.clientOrderId)} has ${field} ${show(order[field])}, but approved was ${show(approved.proposal[field])}`,
    );
  }
}
