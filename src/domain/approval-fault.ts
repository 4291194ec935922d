import { isGenuineApproval } from './approval.js';
import type { SubmitCommand } from './command.js';
import type { Proposal } from './order.js';

/** Every term of an order that a venue acts upon: what risk approved is what is sent. The compiler keeps it complete. */
const TERMS = Object.keys({
  instrument: true,
  side: true,
  type: true,
  timeInForce: true,
  price: true,
  quantity: true,
  reduceOnly: true,
  postOnly: true,
  stopPrice: true,
  trail: true,
  expireTime: true,
  display: true,
  group: true,
  replaces: true,
} satisfies Record<
  Exclude<keyof Proposal, 'attribution' | 'arrivalMid' | 'parent'>,
  true
>) as readonly (keyof Proposal)[];

/** What is wrong with the approval of an order: it was forged, or a term of the order is another. */
export type ApprovalFault =
  | 'forged'
  | { readonly term: keyof Proposal; readonly approved: unknown; readonly ordered: unknown };

/** Why a submit is not what risk approved in this process, or `undefined` when it is. */
export function approvalFault({ approved, order }: SubmitCommand): ApprovalFault | undefined {
  if (!isGenuineApproval(approved)) return 'forged';
  for (const term of TERMS) {
    const was = approved.proposal[term];
    const is = order[term];
    if (was !== is && JSON.stringify(was) !== JSON.stringify(is)) return { term, approved: was, ordered: is };
  }
  return undefined;
}
