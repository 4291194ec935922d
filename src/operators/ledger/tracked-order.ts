import type { ClientOrderId } from '../../domain/brand.js';
import { type Order, type OrderStatus, sign } from '../../domain/order.js';
import { asPlain, fromPlain, type Plain } from '../../domain/plain.js';
import { attributed, splitFill, UNATTRIBUTED } from './attribution.js';
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
  /** Lots that the venue counts as executed and that are not booked: their reports were lost, or are late. */
  readonly missing: number;
  /** Whether the venue ever said that it has the order. */
  readonly acknowledged: boolean;
  /** When its state or its filled quantity last changed (Unix milliseconds of the log). */
  readonly changedAt: number;
}

export type SavedOrder = {
  readonly order: Plain;
  readonly status: OrderStatus;
  readonly standing: OrderStatus;
  readonly filled: number;
  readonly told: number;
  readonly ending: Ending | null;
  readonly acknowledged: boolean;
  readonly unwanted: boolean;
  readonly changedAt: number;
  readonly tradedAt: number;
  /** Signed lots that each share holds. */
  readonly held: readonly number[];
  readonly replacedBy: string | null;
  readonly executions: readonly SavedExecution[];
};

/** An end without all of the quantity. */
type Ending = 'canceled' | 'expired' | 'rejected';

/** The ledger's own, changeable record of an order. */
export class TrackedOrder implements OrderRecord {
  readonly order: Order;
  readonly index: number;
  /** Who caused the order, and the signed lots of each; what the order's attribution leaves out is nobody's. */
  readonly agents: readonly string[];
  readonly shares: readonly number[];
  /** The executions of this order, for as long as it is remembered. */
  readonly executions: Execution[];
  status: OrderStatus = 'initialised';
  acknowledged = false;
  /** Its group wants it canceled. */
  unwanted = false;
  /** The order that takes, or was to take, its place. */
  replacedBy: ClientOrderId | undefined = undefined;
  filled = 0;
  changedAt: number;
  /** The venue's time of its newest execution that is booked; `-Infinity` before the first. */
  tradedAt: number = Number.NEGATIVE_INFINITY;
  #standing: OrderStatus = 'initialised';
  /** Lots executed by the venue's own count, as far as it told. */
  #told = 0;
  /** How the venue ended it while lots of it were missing: it stays `unknown` until they are booked. */
  #ending: Ending | undefined;
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

  get missing(): number {
    return Math.max(0, this.#told - this.filled);
  }

  get remaining(): number {
    return isOpen(this.status) ? Math.max(0, this.#most - this.filled) : 0;
  }

  /** Signed lots of one share that may still trade. */
  remainingOf(share: number): number {
    if (!isOpen(this.status)) return 0;
    const most = this.#most;
    const lots = most === this.order.quantity ? this.shares : attributed(this.shares, most);
    return (lots[share] as number) - (this.#held[share] as number);
  }

  /** The venue's count of executed lots; one that is lower than an earlier one came late. */
  hear(told: number): void {
    if (told > this.#told) this.#told = told;
  }

  /** What was missing is settled by other means than its reports: an end that waited for it is taken. */
  settle(ts: number): void {
    this.#told = Math.min(this.#told, this.filled);
    const ending = this.#ending;
    if (ending !== undefined) this.advance(ending, ts);
  }

  /** Moves to the state that follows. @returns false, and nothing has changed, when the transition is invalid */
  advance(input: OrderInput, ts: number): boolean {
    const next = nextStatus(this.status, input, this.#standing);
    if (next === undefined) return false;
    if (ACKNOWLEDGES.has(input)) this.acknowledged = true;
    const settled = this.#unlessMissing(
      next === 'accepted' || next === 'partiallyFilled'
        ? this.filled > 0
          ? 'partiallyFilled'
          : 'accepted'
        : next,
    );
    if (settled !== this.status) this.changedAt = ts;
    // While a cancel or a replacement is pending, what the venue says of the order itself is still followed.
    const standing = isPending(settled) ? nextStatus(this.#standing, input, this.#standing) : settled;
    if (standing !== undefined && !isPending(standing)) this.#standing = standing;
    this.status = settled;
    return true;
  }

  /** Books executed lots. @returns the signed lots of each share in this fill */
  fill(quantity: number, venueTime: number, ts: number): readonly number[] {
    this.filled += quantity;
    if (venueTime > this.tradedAt) this.tradedAt = venueTime;
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
    this.#told = Math.max(0, this.#told - Math.abs(lots));
    this.#held = this.#held.map((held, share) => held - (parts[share] as number) + 0);
    this.changedAt = ts;
    if (this.filled < this.order.quantity) this.advance('fillBusted', ts);
  }

  save(): SavedOrder {
    return {
      order: asPlain(this.order),
      status: this.status,
      standing: this.#standing,
      filled: this.filled,
      told: this.#told,
      ending: this.#ending ?? null,
      acknowledged: this.acknowledged,
      unwanted: this.unwanted,
      changedAt: this.changedAt,
      tradedAt: this.tradedAt,
      held: this.#held,
      replacedBy: this.replacedBy ?? null,
      executions: this.executions.map(saveExecution),
    };
  }

  static restore(saved: SavedOrder, index: number): TrackedOrder {
    const tracked = new TrackedOrder(fromPlain<Order>(saved.order), index, saved.changedAt);
    tracked.status = saved.status;
    tracked.filled = saved.filled;
    tracked.tradedAt = saved.tradedAt;
    tracked.acknowledged = saved.acknowledged;
    tracked.unwanted = saved.unwanted;
    tracked.#told = saved.told;
    tracked.#ending = saved.ending ?? undefined;
    for (const execution of saved.executions)
      tracked.executions.push(restoreExecution(execution, index, tracked.order.clientOrderId));
    tracked.#standing = saved.standing;
    tracked.#held = saved.held;
    tracked.replacedBy = (saved.replacedBy ?? undefined) as ClientOrderId | undefined;
    return tracked;
  }

  /** Lots that may trade in the end: not more than the venue counts once it has ended the order. */
  get #most(): number {
    return this.#ending === undefined ? Math.max(this.order.quantity, this.#told) : this.#told;
  }

  /** An order that the venue has ended is over once all that it counts is booked, and not before. */
  #unlessMissing(next: OrderStatus): OrderStatus {
    if (isEnding(next)) this.#ending = next;
    if (this.#ending === undefined) return next;
    if (this.missing > 0) return 'unknown';
    const ending = this.#ending;
    this.#ending = undefined;
    return next === 'filled' ? next : ending;
  }
}

const ACKNOWLEDGES: ReadonlySet<OrderInput> = new Set(['accepted', 'partialFill', 'lastFill', 'replaced']);

const isEnding = (status: OrderStatus): status is Ending =>
  status === 'canceled' || status === 'expired' || status === 'rejected';

const isPending = (status: OrderStatus): boolean => status === 'pendingCancel' || status === 'pendingReplace';
