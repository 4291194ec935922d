import type { ClientOrderId, InstrumentId } from './brand.js';

/** Which side of the market an order or a trade is on. */
export type Side = 'buy' | 'sell';

/** +1 for a buy, -1 for a sell. */
export const sign = (side: Side): 1 | -1 => (side === 'buy' ? 1 : -1);

/** The part of an order that one agent caused: signed lots, positive to buy. Shares add up to the order. */
export interface Attribution {
  readonly agent: string;
  readonly quantity: number;
}

/** What the desk wants to do at a venue, before risk has judged it. Price in ticks, quantity in lots. */
export interface Proposal {
  readonly instrument: InstrumentId;
  readonly side: Side;
  readonly type: 'limit' | 'market' | 'stop' | 'stopLimit' | 'trailingStop';
  readonly timeInForce: 'GTC' | 'IOC' | 'FOK' | 'GTD';
  /** Limit price in ticks; 0 for an order without one: market, stop, trailing stop. */
  readonly price: number;
  readonly quantity: number;
  readonly reduceOnly: boolean;
  readonly postOnly: boolean;
  readonly attribution: readonly Attribution[];
  /** Mid price when the desk decided (a plain price, not ticks): slippage is measured from here. `NaN`: unknown. */
  readonly arrivalMid: number;
  /** In ticks: a stop or stop-limit order wakes when the market gets there. */
  readonly stopPrice?: number;
  /** In ticks: how far a trailing stop follows behind the best price. */
  readonly trail?: number;
  /** Unix milliseconds at which a GTD order expires. */
  readonly expireTime?: number;
  /** Lots of an iceberg that the book shows at a time. */
  readonly display?: number;
  readonly group?: OrderGroup;
  /** The order whose place this one takes, natively or after its cancel. Its quantity is what it may trade itself. */
  readonly replaces?: ClientOrderId;
  /** The larger order that this one executes a part of. Venues are not told. */
  readonly parent?: ParentReference;
}

/** A larger order, and the number of this one among its children, from 0. */
export interface ParentReference {
  readonly id: string;
  readonly child: number;
}

/**
 * Orders that belong together. `oco`: when one trades, the others are canceled. `bracket`: the exits are an OCO of
 * their own, and are canceled too when the entry is over and has traded nothing.
 */
export interface OrderGroup {
  readonly id: string;
  readonly kind: 'oco' | 'bracket';
  /** Of a bracket. */
  readonly role?: 'entry' | 'exit';
}

const positive = (value: number | undefined): boolean => Number.isSafeInteger(value) && (value as number) > 0;

/**
 * Why the terms of an order contradict each other, or `undefined` when they do not.
 *
 * @example
 * const fault = orderTermsFault(proposal);
 * if (fault !== undefined) throw new InputError(fault);
 */
export function orderTermsFault(order: Proposal): string | undefined {
  const { type, timeInForce, stopPrice, trail, expireTime, display, quantity, group, postOnly } = order;
  const stops = type === 'stop' || type === 'stopLimit';
  const limited = type === 'limit' || type === 'stopLimit';
  if (!limited && order.price !== 0) return `a ${type} order has no limit price`;
  if (stops ? !Number.isSafeInteger(stopPrice) : stopPrice !== undefined)
    return stops ? `a ${type} order needs a stop price in ticks` : `a ${type} order has no stop price`;
  if (type === 'trailingStop' ? !positive(trail) : trail !== undefined)
    return trail === undefined || type === 'trailingStop'
      ? 'a trailing stop needs a trail of at least one tick'
      : `a ${type} order has no trail`;
  if (timeInForce === 'GTD' ? !((expireTime ?? 0) > 0) : expireTime !== undefined)
    return timeInForce === 'GTD'
      ? 'a GTD order needs a time to expire'
      : `a ${timeInForce} order does not expire`;
  if (display !== undefined && !(limited && positive(display) && display <= quantity))
    return 'an iceberg is a limit order that shows from one lot to all of it';
  if (postOnly && (!limited || timeInForce === 'IOC' || timeInForce === 'FOK'))
    return 'a post-only order is a limit order that may rest';
  if (group?.kind === 'bracket' && group.role === undefined)
    return 'an order of a bracket is its entry or an exit';
  return undefined;
}

/** An order as the ledger and the venue know it. */
export interface Order extends Proposal {
  readonly clientOrderId: ClientOrderId;
  readonly venue: string;
  /** When the decision was made, from the log: the venue request carries this time, not the time of sending. */
  readonly requestTime: number;
}

/** Where an order stands; see the ledger for the table of transitions. */
export type OrderStatus =
  /** Made and not yet on its way: where every record begins, for the length of a step. */
  | 'initialised'
  /** Refused by our own risk; no record is kept of it. */
  | 'denied'
  | 'submitted'
  | 'unknown'
  | 'accepted'
  | 'partiallyFilled'
  | 'pendingCancel'
  /** Another order is asked to take its place; it may still trade. */
  | 'pendingReplace'
  | 'filled'
  | 'canceled'
  | 'expired'
  | 'rejected';
