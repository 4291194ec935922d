import type { Approved } from './approval.js';
import type { Proposal } from './order.js';

/** A proposal that a risk rule refused: denied by us, never seen by the venue. */
export interface Denied {
  readonly kind: 'denied';
  readonly proposal: Proposal;
  /** The rule that refused, such as `maxPosition`. */
  readonly rule: string;
  /** Names the limit, the value and the order. */
  readonly reason: string;
}

/** What risk says of a proposal. */
export type Verdict = Approved | Denied;
