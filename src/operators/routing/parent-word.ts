import type { TargetOf } from '../../domain/decision.js';
import type { Side } from '../../domain/order.js';

/** What became of a parent order. Quantities in base units. */
export interface ParentWord {
  readonly type: 'began' | 'restated' | 'ended';
  readonly id: string;
  readonly of: TargetOf;
  readonly side: Side;
  readonly quantity: number;
  readonly filled: number;
  /** Why it ended; empty otherwise. */
  readonly reason: string;
}
