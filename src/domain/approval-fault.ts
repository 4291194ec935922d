import { isGenuineApproval } from './approval.js';
import type { SubmitCommand } from './command.js';
import type { Proposal } from './order.js';

type Term = Exclude<keyof Proposal, 'attribution' | 'arrivalMid' | 'parent'>;

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
} satisfies Record<Term, true>) as readonly Term[];

/** What is wrong with the approval of an order: it was forged, or a term of the order is another. */
export type ApprovalFault =
  | 'forged'
  | { readonly term: keyof Proposal; readonly approved: unknown; readonly ordered: unknown };

/** Why a submit is not what risk approved in this process, or `undefined` when it is. */
export function approvalFault({ approved, order }: SubmitCommand): ApprovalFault | undefined {
  if (!isGenuineApproval(approved)) return 'forged';
  if (isTheSame(approved.proposal, order)) return undefined;
  for (const term of TERMS) {
    const was = approved.proposal[term];
    const is = order[term];
    if (was !== is && JSON.stringify(was) !== JSON.stringify(is)) return { term, approved: was, ordered: is };
  }
  return undefined;
}

/**
 * Whether every term is the very same, as it is unless somebody meddled. Spelled out, since looking terms up by name takes
 * many times as long; whatever differs here is looked at again, term by term.
 */
function isTheSame(one: Proposal, two: Proposal): boolean {
  return (
    one.instrument === two.instrument &&
    one.side === two.side &&
    one.type === two.type &&
    one.timeInForce === two.timeInForce &&
    one.price === two.price &&
    one.quantity === two.quantity &&
    one.reduceOnly === two.reduceOnly &&
    one.postOnly === two.postOnly &&
    one.stopPrice === two.stopPrice &&
    one.trail === two.trail &&
    one.expireTime === two.expireTime &&
    one.display === two.display &&
    one.group === two.group &&
    one.replaces === two.replaces
  );
}
