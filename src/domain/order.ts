import type { ClientOrderId, InstrumentId } from './brand.js';

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
  readonly type: 'limit' | 'market';
  readonly timeInForce: 'GTC' | 'IOC' | 'FOK';
  /** Limit price in ticks; 0 for a market order. */
  readonly price: number;
  readonly quantity: number;
  readonly reduceOnly: boolean;
  readonly postOnly: boolean;
  readonly attribution: readonly Attribution[];
  /** Mid price when the desk decided (a plain price, not ticks): slippage is measured from here. `NaN`: unknown. */
  readonly arrivalMid: number;
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
  | 'submitted'
  | 'unknown'
  | 'accepted'
  | 'partiallyFilled'
  | 'pendingCancel'
  | 'filled'
  | 'canceled'
  | 'expired'
  | 'rejected';
