import { approvalFault } from '../../domain/approval-fault.js';
import type { SubmitCommand } from '../../domain/command.js';
import { show } from '../../domain/errors.js';

/**
 * The last look before an order leaves: why it is not one that risk approved in this process, or an empty string.
 * The gate looks too; here nobody has to have come through it.
 */
export function checkApproval(command: SubmitCommand): string {
  const fault = approvalFault(command);
  if (fault === undefined) return '';
  const order = `order ${show(command.order.clientOrderId)}`;
  if (fault === 'forged') return `${order} carries no approval that risk made`;
  return `${order} has ${fault.term} ${show(fault.ordered)}, but approved was ${show(fault.approved)}`;
}
