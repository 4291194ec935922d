import { isGenuineApproval } from '../../domain/approval.js';
import type { SubmitCommand } from '../../domain/command.js';
import { show } from '../../domain/errors.js';

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
 * The last look before an order leaves: why it is not one that risk approved in this process, or an empty string.
 * The gate looks too; here nobody has to have come through it.
 */
export function checkApproval({ approved, order }: SubmitCommand): string {
  if (!isGenuineApproval(approved)) {
    return `order ${show(order.clientOrderId)} carries no approval that risk made`;
  }
  for (const field of FIELDS) {
    if (order[field] === approved.proposal[field]) continue;
    return `order ${show(order.clientOrderId)} has ${field} ${show(order[field])}, but approved was ${show(approved.proposal[field])}`;
  }
  return '';
}
