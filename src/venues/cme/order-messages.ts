import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { Order, Side } from '../../domain/order.js';
import { type Field, formatTimestamp, TAG } from '../fix/index.js';

const SIDES = { buy: '1', sell: '2' } as const;
const TYPES = { market: '1', limit: '2', stop: '3', stopLimit: '4' } as const;
const TIMES = { GTC: '1', IOC: '3', FOK: '4', GTD: '6' } as const;

/** What every order of a session says beside its own terms. */
export interface OrderMarks {
  readonly version: 'FIX.4.2' | 'FIX.4.4';
  readonly account: string;
  readonly instrument: readonly Field[];
  /** Fields of the gateway, and of the exchange's rules. */
  readonly more: readonly Field[];
}

export const sideField = (side: Side): Field => [TAG.Side, SIDES[side]];

/** Message D: a new order. */
export function newOrder(order: Order, listed: ListedInstrument, marks: OrderMarks): Field[] {
  return [
    [TAG.MsgType, 'D'],
    [TAG.ClOrdID, order.clientOrderId],
    ...terms(order, order.quantity, listed, marks),
  ];
}

/**
 * Message G: a new order in the place of another. The venue counts the fills of both as one, and so the quantity is that
 * of the new one and what the old one has filled.
 */
export function replacement(
  order: Order,
  filled: number,
  listed: ListedInstrument,
  marks: OrderMarks,
): Field[] {
  return [
    [TAG.MsgType, 'G'],
    [TAG.OrigClOrdID, order.replaces as string],
    [TAG.ClOrdID, order.clientOrderId],
    ...terms(order, order.quantity + filled, listed, marks),
  ];
}

function terms(order: Order, quantity: number, listed: ListedInstrument, marks: OrderMarks): Field[] {
  const { prices, quantities } = listed;
  const fields: Field[] = [
    [TAG.Account, marks.account],
    // Automated, no broker's intervention.
    [TAG.HandlInst, '1'],
    ...marks.instrument,
    sideField(order.side),
    // When it was decided, not when it leaves: what is older than that is known for it.
    [TAG.TransactTime, formatTimestamp(order.requestTime)],
    [TAG.OrderQty, quantities.format(quantity)],
    [TAG.OrdType, TYPES[order.type as keyof typeof TYPES]],
    [TAG.TimeInForce, TIMES[order.timeInForce]],
  ];
  if (order.type === 'limit' || order.type === 'stopLimit')
    fields.push([TAG.Price, prices.format(order.price)]);
  if (order.stopPrice !== undefined) fields.push([TAG.StopPx, prices.format(order.stopPrice)]);
  if (order.expireTime !== undefined) fields.push([TAG.ExpireTime, formatTimestamp(order.expireTime)]);
  if (order.display !== undefined) fields.push([TAG.MaxFloor, quantities.format(order.display)]);
  return [...fields, ...marks.more];
}

/** Message F: a cancel, under an id of its own. */
export function cancelRequest(
  { clientOrderId, side }: { readonly clientOrderId: string; readonly side: Side | undefined },
  cancelId: string,
  quantity: string | undefined,
  now: number,
  marks: OrderMarks,
): Field[] {
  return [
    [TAG.MsgType, 'F'],
    [TAG.OrigClOrdID, clientOrderId],
    [TAG.ClOrdID, cancelId],
    [TAG.Account, marks.account],
    ...marks.instrument,
    ...(side === undefined ? [] : [sideField(side)]),
    [TAG.TransactTime, formatTimestamp(now)],
    ...(quantity === undefined ? [] : [[TAG.OrderQty, quantity] as const]),
    ...marks.more,
  ];
}

/** Message H: where an order stands. */
export function statusRequest(
  { clientOrderId, side }: { readonly clientOrderId: string; readonly side: Side | undefined },
  marks: OrderMarks,
): Field[] {
  return [
    [TAG.MsgType, 'H'],
    [TAG.ClOrdID, clientOrderId],
    [TAG.Account, marks.account],
    ...marks.instrument,
    ...(side === undefined ? [] : [sideField(side)]),
  ];
}
