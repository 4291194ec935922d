import {
  clientOrderId,
  type Event,
  type FillReport,
  type Instrument,
  instrument,
  type Order,
} from '../../src/index.js';
import type { SummaryFrame } from '../../src/monitoring/index.js';

/** Prices in cents, quantities in thousandths, dollars at one venue and tether at the other. */
export const DOLLARS: Instrument = instrument({
  venue: 'coinbase',
  symbol: 'BTC-USD',
  kind: 'spot',
  base: 'BTC',
  quote: 'USD',
  tick: '0.01',
  lot: '0.001',
});
export const TETHER: Instrument = instrument({
  ...DOLLARS,
  id: 'BTC-USDT.SPOT@binance',
  venue: 'binance',
  quote: 'USDT',
  settle: 'USDT',
});

export function order(id: string, fields: Partial<Order> = {}): Order {
  return {
    instrument: DOLLARS.id,
    venue: 'coinbase',
    side: 'buy',
    type: 'limit',
    timeInForce: 'IOC',
    price: 10_100,
    quantity: 1_000,
    reduceOnly: false,
    postOnly: false,
    attribution: [],
    arrivalMid: 100,
    clientOrderId: clientOrderId(id),
    requestTime: 0,
    ...fields,
  };
}

export function fill(
  of: Order,
  price: number,
  quantity: number,
  fields: Partial<FillReport> = {},
): FillReport {
  const { venue, instrument: name, clientOrderId: id, side } = of;
  return {
    kind: 'report',
    type: 'fill',
    venue,
    instrument: name,
    clientOrderId: id,
    venueTime: 0,
    executionId: `${id}-${price}-${quantity}`,
    side,
    price,
    quantity,
    liquidity: 'taker',
    fee: '0',
    feeCurrency: 'USD',
    ...fields,
  };
}

export interface Given {
  readonly profit?: number;
  readonly exposure?: number;
  readonly sub?: number;
  readonly funding?: number;
  readonly interest?: number;
  /** Of a fill, in dollars. */
  readonly notional?: number;
}

/** A frame as a chain with a ledger and `figures()` makes them. */
export function frame(ts: number, event: Event, given: Given = {}): SummaryFrame {
  const { profit = 0, exposure = 0, sub = 0, notional = Number.NaN, funding = 0, interest = 0 } = given;
  const common = { seq: 1, sub, ts, event, instrument: 0, snapshot: undefined, requests: [] };
  return { ...common, profit, exposure, funding, interest, fillNotional: notional };
}
