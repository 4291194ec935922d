import type { ClientOrderId, InstrumentId } from '../../domain/brand.js';
import type {
  AccountEvent,
  BustReport,
  CorrectionReport,
  FillReport,
  InterestEvent,
  StateReport,
} from '../../domain/event.js';
import type { FundingEvent } from '../../domain/market-event.js';
import type { Order } from '../../domain/order.js';
import type { Truth } from './truth-of.js';

/** What the venue reads of an order: who decided it and why is none of its business. */
export type OrderRequest = {
  readonly clientOrderId: ClientOrderId;
  readonly instrument: InstrumentId;
  readonly side: 'buy' | 'sell';
  readonly type: Order['type'];
  readonly timeInForce: Order['timeInForce'];
  readonly price: number;
  readonly quantity: number;
  readonly postOnly: boolean;
  readonly requestTime: number;
  /** The order whose place it is to take; `null`: none. */
  readonly replaces: ClientOrderId | null;
};

/** A venue's own copy of a fill report: the same fields, as plain data of a snapshot. */
export type Fill = { readonly [Field in keyof FillReport]: FillReport[Field] };

/** Any report of the venue, as plain data of a snapshot. */
export type Report = Fill | Plainly<StateReport> | Plainly<BustReport> | Plainly<CorrectionReport>;

/** Anything that the venue tells us, as plain data of a snapshot. */
export type Word = Report | Truth | Plainly<InterestEvent> | Plainly<FundingEvent> | Plainly<AccountEvent>;

/** An interface as a type, so that it counts as plain data. */
type Plainly<T> = { readonly [Field in keyof T]: T[Field] };

/** An order at the venue: what was asked for, and how far it has come. */
export type VenueOrder = OrderRequest & {
  /** Lots not yet filled. */
  remaining: number;
  /** Lots of others that are served before us at our price; {@link UNKNOWN_QUEUE} where nobody can say. */
  ahead: number;
  /** Lots lost to self-trade prevention; absent: none. */
  decremented?: number;
  readonly fills: Fill[];
};

/** Lots of an order that were executed. */
export const executedOf = ({ quantity, remaining, decremented = 0 }: VenueOrder): number =>
  quantity - remaining - decremented;

/** The queue at a price that the book does not show: only a trade through that price can reach us. */
export const UNKNOWN_QUEUE: number = Number.MAX_SAFE_INTEGER;

/** The venue's reading of our order. */
export function requestOf(order: Order | OrderRequest): OrderRequest {
  const { clientOrderId, instrument, side, type, timeInForce, price, quantity, postOnly, requestTime } =
    order;
  const { replaces = null } = order;
  return {
    clientOrderId,
    instrument,
    side,
    type,
    timeInForce,
    price,
    quantity,
    postOnly,
    requestTime,
    replaces,
  };
}

/** A fresh order at the venue. */
export function venueOrder(request: OrderRequest): VenueOrder {
  // Not a spread: that gives every order a hidden class that is looked up anew.
  return Object.assign(requestOf(request), { remaining: request.quantity, ahead: UNKNOWN_QUEUE, fills: [] });
}

/** A copy that later fills do not change. */
export function copyOf(order: VenueOrder): VenueOrder {
  return { ...order, fills: [...order.fills] };
}

/** Whether a price of the other side is one that this order would trade at: a market order takes any. */
export function crosses(order: OrderRequest, price: number): boolean {
  if (order.type === 'market') return true;
  return order.side === 'buy' ? price <= order.price : price >= order.price;
}
