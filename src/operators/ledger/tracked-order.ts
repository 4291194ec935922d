import { type Order, type OrderStatus, sign } from '../../domain/order.js';
import type { Plain } from '../../domain/plain.js';
import { attributed, splitFill, UNATTRIBUTED } from './attribution.js';
import { isOpen, nextStatus, type OrderInput } from './order-states.js';

/** An order with what became of it. Quantities in lots. */
export interface OrderRecord {
  readonly order: Order;
  /** Index of its instrument in the table. */
  readonly index: number;
  readonly status: OrderStatus;
  /** Lots executed so far; above the order's quantity after an overfill. */
  readonly filled: number;
  /** Lots that may still trade: 0 once the order is finished. */
  readonly remaining: number;
  /** When its state or its filled quantity last changed (Unix milliseconds of the log). */
  readonly changedAt: number;
}

export type SavedOrder = {
  readonly order: Plain;
  readonly status: OrderStatus;
  readonly standing: OrderStatus;
  readonly filled: number;
  readonly changedAt: number;
  readonly executions: readonly string[];
};

/** The ledger's own, changeable record of an order. */
export class TrackedOrder implements OrderRecord {
  readonly order: Order;
  readonly index: number;
  /** Who caused the order, and the signed lots of each; what the order's attribution leaves out is nobody's. */
  readonly agents: readonly string[];
  readonly shares: readonly number[];
  /** Keys of the executions booked, for as long as the order is remembered. */
  readonly executions: string[];
  status: OrderStatus = 'submitted';
  filled = 0;
  changedAt: number;
  #standing: OrderStatus = 'submitted';
  #attributed: readonly number[];

  constructor(order: Order, index: number, ts: number) {
    this.order = order;
    this.index = index;
    this.changedAt = ts;
    this.executions = [];
    const agents = order.attribution.map((share) => share.agent);
    const shares = order.attribution.map((share) => share.quantity);
    let missing = sign(order.side) * order.quantity;
    for (const share of shares) missing -= share;
    if (missing !== 0) {
      agents.push(UNATTRIBUTED);
      shares.push(missing);
    }
    this.agents = agents;
    this.shares = shares;
    this.#attributed = attributed(shares, 0);
  }

  get remaining(): number {
    return isOpen(this.status) ? Math.max(0, this.order.quantity - this.filled) : 0;
  }

  /** Signed lots of one share that may still trade. */
  remainingOf(share: number): number {
    if (!isOpen(this.status)) return 0;
    return (this.shares[share] as number) - (this.#attributed[share] as number);
  }

  /** Moves to the state that follows. @returns false, and nothing has changed, when the transition is invalid */
  advance(input: OrderInput, ts: number): boolean {
    const next = nextStatus(this.status, input, this.#standing);
    if (next === undefined) return false;
    const settled = next === 'accepted' && this.filled > 0 ? 'partiallyFilled' : next;
    if (settled !== this.status) this.changedAt = ts;
    // While a cancel is pending, what the venue says of the order itself is still followed.
    const standing =
      settled === 'pendingCancel' ? nextStatus(this.#standing, input, this.#standing) : settled;
    if (standing !== undefined && standing !== 'pendingCancel') this.#standing = standing;
    this.status = settled;
    return true;
  }

  /** Books executed lots. @returns the signed lots of each share in this fill */
  fill(quantity: number, execution: string, ts: number): readonly number[] {
    const parts = splitFill(this.shares, this.filled, quantity);
    this.#attributed = this.#attributed.map((lots, share) => lots + (parts[share] as number));
    this.filled += quantity;
    this.executions.push(execution);
    this.changedAt = ts;
    this.advance(this.filled >= this.order.quantity ? 'lastFill' : 'partialFill', ts);
    return parts;
  }

  save(): SavedOrder {
    return {
      order: this.order as unknown as Plain,
      status: this.status,
      standing: this.#standing,
      filled: this.filled,
      changedAt: this.changedAt,
      executions: [...this.executions],
    };
  }

  static restore(saved: SavedOrder, index: number): TrackedOrder {
    const tracked = new TrackedOrder(saved.order as unknown as Order, index, saved.changedAt);
    tracked.status = saved.status;
    tracked.filled = saved.filled;
    tracked.executions.push(...saved.executions);
    tracked.#standing = saved.standing;
    tracked.#attributed = attributed(tracked.shares, saved.filled);
    return tracked;
  }
}
