import type { TargetOf } from './decision.js';
import type { Side } from './order.js';

/**
 * What sizing wants traded to come from what is held to what is wanted; routing turns it into proposals.
 *
 * Quantities are plain numbers in units of the base asset. The shares are signed (positive to buy) and add up to
 * `quantity` with the sign of `side`: agents that want the opposite of each other are netted before an order exists.
 */
export interface Intent {
  readonly of: TargetOf;
  readonly side: Side;
  readonly quantity: number;
  readonly shares: readonly { readonly agent: string; readonly quantity: number }[];
}
