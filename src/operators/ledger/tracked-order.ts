import type { ClientOrderId } from '../../domain/brand.js';
import { type Order, type OrderStatus, sign } from '../../domain/order.js';
import type { Plain } from '../../domain/plain.js';
import { splitFill, UNATTRIBUTED } from './attribution.js';
import { type Execution, restoreExecution, type SavedExecution, saveExecution } from './executions.js';
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
  /** Signed lots that each share holds. */
  readonly held: readonly number[];
  readonly replacedBy: string | null;
  readonly executions: readonly SavedExecution[];
};

/** The ledger's own, changeable record of an order. */
export class TrackedOrder implements OrderRecord {
  readonly order: Order;
  readonly index: number;
  /** Who caused the order, and the signed lots of each; what the order's attribution leaves out is nobody's. */
  readonly agents: readonly string[];
  readonly shares: readonly number[];
  /** The executions of this order, for as long as it is remembered. */
  readonly executions: Execution[];
  status: OrderStatus = 'submitted';
  /** The order that takes, or was to take, its place. */
  replacedBy: ClientOrderId | undefined = undefined;
  filled = 0;
  changedAt: number;
  #standing: OrderStatus = 'submitted';
  /** Signed lots of each share, filled so far. */
  #held: readonly number[];

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
    this.#held = shares.map(() => 0);
  }

  get remaining(): number {
    return isOpen(this.status) ? Math.max(0, this.order.quantity - this.filled) : 0;
  }

  /** Signed lots of one share that may still trade. */
  remainingOf(share: number): number {
    if (!isOpen(this.status)) return 0;
    return (this.shares[share] as number) - (this.#held[share] as number);
  }

  /** Moves to the state that follows. @returns false, and nothing has changed, when the transition is invalid */
  advance(input: OrderInput, ts: number): boolean {
    const next = nextStatus(this.status, input, this.#standing);
    if (next === undefined) return false;
    const settled =
      next === 'accepted' || next === 'partiallyFilled'
        ? this.filled > 0
          ? 'partiallyFilled'
          : 'accepted'
        : next;
    if (settled !== this.status) this.changedAt = ts;
    // While a cancel or a replacement is pending, what the venue says of the order itself is still followed.
    const standing = isPending(settled) ? nextStatus(this.#standing, input, this.#standing) : settled;
    if (standing !== undefined && !isPending(standing)) this.#standing = standing;
    this.status = settled;
    return true;
  }

  /** Books executed lots. @returns the signed lots of each share in this fill */
  fill(quantity: number, ts: number): readonly number[] {
    this.filled += quantity;
    const parts = splitFill(this.shares, this.#held, this.filled);
    this.#held = this.#held.map((lots, share) => lots + (parts[share] as number));
    this.changedAt = ts;
    this.advance(this.filled >= this.order.quantity ? 'lastFill' : 'partialFill', ts);
    return parts;
  }

  /** Takes lots back that {@link fill} had booked, each share its part of then. */
  unfill(parts: readonly number[], ts: number): void {
    let lots = 0;
    for (const part of parts) lots += part;
    this.filled -= Math.abs(lots);
    this.#held = this.#held.map((held, share) => held - (parts[share] as number) + 0);
    this.changedAt = ts;
    if (this.filled < this.order.quantity) this.advance('fillBusted', ts);
  }

  save(): SavedOrder {
    return {
      order: this.order as unknown as Plain,
      status: this.status,
      standing: this.#standing,
      filled: this.filled,
      changedAt: this.changedAt,
      held: this.#held,
      replacedBy: this.replacedBy ?? null,
      executions: this.executions.map(saveExecution),
    };
  }

  static restore(saved: SavedOrder, index: number): TrackedOrder {
    const tracked = new TrackedOrder(saved.order as unknown as Order, index, saved.changedAt);
    tracked.status = saved.status;
    tracked.filled = saved.filled;
    for (const execution of saved.executions)
      tracked.executions.push(restoreExecution(execution, index, tracked.order.clientOrderId));
    tracked.#standing = saved.standing;
    tracked.#held = saved.held;
    tracked.replacedBy = (saved.replacedBy ?? undefined) as ClientOrderId | undefined;
    return tracked;
  }
}

const isPending = (status: OrderStatus): boolean => status === 'pendingCancel' || status === 'pendingReplace';
