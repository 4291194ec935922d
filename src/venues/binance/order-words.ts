import type { ClientOrderId } from '../../domain/brand.js';
import { clientOrderId } from '../../domain/brand.js';
import { decimal, formatDecimal, quotient } from '../../domain/decimal.js';
import type { FillReport, TrueOrder } from '../../domain/event.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { Order } from '../../domain/order.js';
import {
  countField,
  type Fields,
  flagField,
  priceField,
  quantityField,
  refuseField,
  textField,
} from '../../streams/readers/fields.js';
import { venueMillis } from '../../streams/readers/times.js';
import { amountField, executedField, nameField } from '../driver/execution-fields.js';
import type { CanceledOrder } from '../driver/outcome.js';
import type { BinanceMarket } from './options.js';

type Parameters = Readonly<Record<string, string | number | boolean>>;

const STATUSES: Readonly<Record<string, TrueOrder['status']>> = {
  NEW: 'accepted',
  PENDING_NEW: 'accepted',
  PENDING_CANCEL: 'accepted',
  PARTIALLY_FILLED: 'partiallyFilled',
  FILLED: 'filled',
  CANCELED: 'canceled',
  REJECTED: 'rejected',
  EXPIRED: 'expired',
  EXPIRED_IN_MATCH: 'expired',
};

/** Of spot: a stop that follows the market in ticks it has not. */
const TYPES: Readonly<Record<Order['type'], string>> = {
  limit: 'LIMIT',
  market: 'MARKET',
  stop: 'STOP_LOSS',
  stopLimit: 'STOP_LOSS_LIMIT',
  trailingStop: '',
};

/** An order as a request, in the venue's words; prices and quantities exact. */
export function orderParameters(order: Order, listed: ListedInstrument, market: BinanceMarket): Parameters {
  const { side, type, timeInForce, price, quantity, postOnly, reduceOnly, display, stopPrice } = order;
  const { prices, quantities, definition } = listed;
  const spot = market === 'spot';
  const limited = type === 'limit' || type === 'stopLimit';
  const maker = postOnly && spot;
  return {
    symbol: definition.symbol,
    side: side === 'buy' ? 'BUY' : 'SELL',
    type: maker ? 'LIMIT_MAKER' : TYPES[type],
    ...(limited && !maker ? { timeInForce: postOnly ? 'GTX' : timeInForce } : {}),
    ...(limited ? { price: prices.format(price) } : {}),
    ...(stopPrice === undefined ? {} : { stopPrice: prices.format(stopPrice) }),
    quantity: quantities.format(quantity),
    ...(display === undefined ? {} : { icebergQty: quantities.format(display) }),
    ...(reduceOnly && !spot ? { reduceOnly: 'true' } : {}),
    newClientOrderId: order.clientOrderId,
    newOrderRespType: 'ACK',
  };
}

/** An order out of the answer to a cancel: its own id is the original one, beside that of the cancel. */
export function canceledOrder(fields: Fields, listed: ListedInstrument): CanceledOrder {
  const id = fields['origClientOrderId'] ?? fields['clientOrderId'];
  return {
    clientOrderId: clientOrderId(nameField(id, 'origClientOrderId')),
    filled: quantityField(listed, fields['executedQty'], 'executedQty'),
  };
}

/** Where an order stands, as REST and the WebSocket interface tell it. */
export interface ToldOrder {
  readonly orderId: string;
  readonly clientOrderId: ClientOrderId;
  readonly status: TrueOrder['status'];
  readonly filled: number;
  readonly averagePrice?: string;
  readonly venueTime: number;
}

/** @throws InputError for an answer that is none */
export function toldOrder(fields: Fields, listed: ListedInstrument): ToldOrder {
  const filled = quantityField(listed, fields['executedQty'], 'executedQty');
  const average = averagePrice(fields, filled);
  const status = textField(fields['status'], 'status');
  return {
    orderId: orderIdField(fields['orderId'], 'orderId'),
    clientOrderId: clientOrderId(nameField(fields['clientOrderId'], 'clientOrderId')),
    status: (Object.hasOwn(STATUSES, status) ? STATUSES[status] : undefined) ?? 'accepted',
    filled,
    venueTime: venueMillis(fields['updateTime'] ?? fields['transactTime'] ?? fields['time'], 'updateTime'),
    ...(average === undefined ? {} : { averagePrice: average }),
  };
}

function averagePrice(fields: Fields, filled: number): string | undefined {
  if (filled === 0) return undefined;
  const told = fields['avgPrice'];
  if (typeof told === 'string' && Number(told) > 0) return amountField(told, 'avgPrice');
  const worth = fields['cummulativeQuoteQty'];
  // Below 0 it is not known (orders of long ago).
  if (typeof worth !== 'string' || !(Number(worth) > 0)) return undefined;
  const spent = decimal(amountField(worth, 'cummulativeQuoteQty'));
  return formatDecimal(quotient(spent, decimal(textField(fields['executedQty'], 'executedQty'))));
}

/** A fill out of the list of an account's trades. */
export function toldFill(
  fields: Fields,
  listed: ListedInstrument,
  venue: string,
  id: ClientOrderId,
): FillReport {
  const buys = fields['isBuyer'] ?? fields['buyer'];
  const maker = fields['isMaker'] ?? fields['maker'];
  return {
    kind: 'report',
    type: 'fill',
    venue,
    instrument: listed.id,
    clientOrderId: id,
    venueTime: venueMillis(fields['time'], 'time'),
    executionId: String(countField(fields['id'], 'id')),
    // Whatever is not said must not pass for a sale.
    side: flagField(buys, 'isBuyer') ? 'buy' : 'sell',
    price: priceField(listed, fields['price'], 'price'),
    quantity: executedField(listed, fields['qty'], 'qty'),
    liquidity: maker === true ? 'maker' : 'taker',
    fee: amountField(fields['commission'], 'commission'),
    feeCurrency: nameField(fields['commissionAsset'], 'commissionAsset'),
  };
}

/** A fill out of a private stream; the fields are named alike on spot and on futures. */
export function streamedFill(
  fields: Fields,
  listed: ListedInstrument,
  venue: string,
  id: ClientOrderId,
): FillReport {
  const { N: currency, S: side } = fields;
  if (side !== 'BUY' && side !== 'SELL') refuseField('S', 'BUY or SELL', side);
  return {
    kind: 'report',
    type: 'fill',
    venue,
    instrument: listed.id,
    clientOrderId: id,
    venueTime: venueMillis(fields['T'], 'T'),
    executionId: String(countField(fields['t'], 't')),
    side: side === 'BUY' ? 'buy' : 'sell',
    price: priceField(listed, fields['L'], 'L'),
    quantity: executedField(listed, fields['l'], 'l'),
    liquidity: fields['m'] === true ? 'maker' : 'taker',
    fee: amountField(fields['n'], 'n'),
    feeCurrency: currency ? nameField(currency, 'N') : listed.definition.settle,
  };
}

/** The venue's own id of an order, a number or its digits. */
export function orderIdField(value: unknown, name: string): string {
  const id = String(value);
  if ((typeof value !== 'number' && typeof value !== 'string') || !/^\d{1,20}$/.test(id))
    refuseField(name, 'the id of an order', value);
  return id;
}

/** The client order id that a word of a private stream is about: a cancel has one of its own, and names the order's beside it. */
export function idOf(fields: Fields): ClientOrderId {
  const original = fields['C'];
  const renamed = typeof original === 'string' && original !== '' && original !== 'null';
  return clientOrderId(nameField(renamed && fields['x'] !== 'NEW' ? original : fields['c'], 'c'));
}
