import { Encoder } from '@msgpack/msgpack';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { Order } from '../../domain/order.js';
import type { OrderKey } from '../driver/venue-adapter.js';

/** Version of the wire format: docs/gateway-format.md. */
export const GATEWAY_VERSION = 1;

/** What we say to an engine. */
export type GatewayRequest =
  | {
      readonly type: 'hello';
      readonly venue: string;
      readonly leading: boolean;
      /** Books and trades are wanted as well; left out where they are not. */
      readonly marketData?: true;
      readonly instruments: readonly {
        readonly instrument: string;
        readonly symbol: string;
        readonly tick: string;
        readonly lot: string;
      }[];
    }
  | { readonly type: 'leads'; readonly leading: boolean }
  | { readonly type: 'ping' }
  /** A fresh snapshot of a book; deltas go on behind it. */
  | { readonly type: 'book'; readonly instrument: string }
  | {
      readonly type: 'submit' | 'replace';
      readonly request: number;
      readonly order: Readonly<Record<string, unknown>>;
    }
  | ({ readonly type: 'cancel' | 'lookUp'; readonly request: number } & OrderKey)
  | { readonly type: 'reconcile'; readonly request: number; readonly since: number };

const encoder = new Encoder({ ignoreUndefined: true });

/** A request as the one frame that is sent. */
export function encodeRequest(request: GatewayRequest): Uint8Array {
  return encoder.encode({ version: GATEWAY_VERSION, ...request });
}

/** An order as the engine sees it: prices and quantities are exact decimal strings. Whose it is, is none of its business. */
export function orderOnWire(
  order: Order,
  { prices, quantities, definition }: ListedInstrument,
): Readonly<Record<string, unknown>> {
  const { type, price, stopPrice, trail, display } = order;
  return {
    clientOrderId: order.clientOrderId,
    instrument: order.instrument,
    symbol: definition.symbol,
    side: order.side,
    type,
    timeInForce: order.timeInForce,
    price: type === 'limit' || type === 'stopLimit' ? prices.format(price) : undefined,
    quantity: quantities.format(order.quantity),
    stopPrice: stopPrice === undefined ? undefined : prices.format(stopPrice),
    trail: trail === undefined ? undefined : prices.format(trail),
    display: display === undefined ? undefined : quantities.format(display),
    expireTime: order.expireTime,
    postOnly: order.postOnly,
    reduceOnly: order.reduceOnly,
    requestTime: order.requestTime,
    replaces: order.replaces,
  };
}
