import type { Decimal } from '../../../src/domain/decimal.js';

/** An order as somebody sends it to a double. Price in ticks (0: none), quantity in lots. */
export interface OrderTerms {
  readonly symbol: string;
  readonly clientOrderId: string;
  readonly side: 'buy' | 'sell';
  /** Stops sleep until a trade reaches their stop price, then they are what they say: a market or a limit order. */
  readonly type: 'limit' | 'market' | 'stop' | 'stopLimit';
  readonly timeInForce: 'GTC' | 'IOC' | 'FOK' | 'GTD';
  readonly price: number;
  readonly quantity: number;
  readonly postOnly: boolean;
  /** In ticks, of a stop. */
  readonly stopPrice?: number;
  readonly reduceOnly?: boolean;
  /** Unix milliseconds at which a GTD order ends. */
  readonly expireTime?: number;
}

/** One execution of an order. The fee is exact. */
export interface DoubleFill {
  /** Unique at the venue: the trade's, and the same for both sides. */
  readonly tradeId: number;
  readonly price: number;
  readonly quantity: number;
  readonly liquidity: 'maker' | 'taker';
  readonly fee: Decimal;
  readonly feeCurrency: string;
  readonly time: number;
}

/** An order at a double. */
export interface DoubleOrder extends OrderTerms {
  /** The venue's own number, from 1. */
  readonly id: number;
  /** Empty: nobody's, the background's. */
  readonly owner: string;
  readonly created: number;
  updated: number;
  status: 'open' | 'filled' | 'canceled' | 'expired' | 'rejected';
  /** Why it ended. */
  reason: string;
  filled: number;
  readonly fills: DoubleFill[];
}

/** Whether an order has a limit once it is awake. */
export const isLimited = ({ type }: Pick<OrderTerms, 'type'>): boolean =>
  type === 'limit' || type === 'stopLimit';

/** What happens at a double's market, in order. `level` tells the whole quantity at a price, 0: none is left. */
export type MarketNews =
  | { readonly kind: 'accepted'; readonly order: DoubleOrder }
  | { readonly kind: 'fill'; readonly order: DoubleOrder; readonly fill: DoubleFill }
  | { readonly kind: 'ended'; readonly order: DoubleOrder }
  | {
      readonly kind: 'level';
      readonly symbol: string;
      readonly side: 'bid' | 'ask';
      readonly price: number;
      readonly quantity: number;
      readonly time: number;
    }
  | {
      readonly kind: 'trade';
      readonly symbol: string;
      readonly tradeId: number;
      readonly price: number;
      readonly quantity: number;
      readonly taker: 'buy' | 'sell';
      readonly time: number;
    };
