import { clientOrderId } from '../../domain/brand.js';
import type { FillReport, StateReport } from '../../domain/event.js';
import type { Instrument } from '../../domain/instrument.js';
import type { Side } from '../../domain/order.js';
import { lotsOf, ticksOf } from './on-grid.js';

/** An execution as a test states it: plain numbers. */
export interface FillFixture {
  /** The client order id: see `orderId`. */
  readonly order: string;
  readonly side: Side;
  readonly price: number;
  /** @default 1 */
  readonly quantity?: number;
  /** The venue's id of it. @default another one for each call */
  readonly executionId?: string;
  /** @default 'taker' */
  readonly liquidity?: 'maker' | 'taker';
  /** An exact decimal string. @default '0' */
  readonly fee?: string;
  /** @default the settlement currency */
  readonly feeCurrency?: string;
}

let executions = 0;

/**
 * A venue's report of an execution.
 *
 * @throws InputError for a price or quantity off the instrument's grid
 * @example
 * fill(BTC, { order: orderId(1), side: 'buy', price: 100, quantity: 0.5, fee: '0.05' });
 */
export function fill(instrument: Instrument, fixture: FillFixture): FillReport {
  const { order, side, price, quantity = 1, liquidity = 'taker', fee = '0' } = fixture;
  return {
    kind: 'report',
    type: 'fill',
    venue: instrument.venue,
    instrument: instrument.id,
    clientOrderId: clientOrderId(order),
    venueTime: 0,
    executionId: fixture.executionId ?? `execution-${++executions}`,
    side,
    price: ticksOf(instrument, price),
    quantity: lotsOf(instrument, quantity),
    liquidity,
    fee,
    feeCurrency: fixture.feeCurrency ?? instrument.settle,
  };
}

/**
 * Any other word of a venue about an order.
 *
 * @example
 * report(BTC, orderId(1), 'rejected', 'insufficient funds');
 */
export function report(
  instrument: Instrument,
  order: string,
  type: StateReport['type'],
  reason: string = '',
): StateReport {
  return {
    kind: 'report',
    type,
    venue: instrument.venue,
    instrument: instrument.id,
    clientOrderId: clientOrderId(order),
    venueTime: 0,
    reason,
  };
}
