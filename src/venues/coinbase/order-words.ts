import { clientOrderId } from '../../domain/brand.js';
import type { FillReport, TrueOrder } from '../../domain/event.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import { type Fields, priceField, refuseField, textField } from '../../streams/readers/fields.js';
import { isoMillis } from '../../streams/readers/times.js';
import { amountField, executedField, nameField } from '../driver/execution-fields.js';

/** An order as the venue tells it, by whichever way. */
export interface ToldOrder {
  readonly orderId: string;
  readonly clientOrderId: string;
  readonly product: string;
  readonly status: TrueOrder['status'] | 'pending';
  /** Exact decimal strings. */
  readonly filled: string;
  readonly averagePrice: string;
  /** Why it ended, in the venue's words. */
  readonly reason: string;
  /** When it was made (Unix milliseconds). */
  readonly created: number;
}

const STATUS: Readonly<Record<string, TrueOrder['status'] | 'pending'>> = {
  PENDING: 'pending',
  QUEUED: 'pending',
  OPEN: 'accepted',
  CANCEL_QUEUED: 'accepted',
  EDIT_QUEUED: 'accepted',
  FILLED: 'filled',
  CANCELLED: 'canceled',
  EXPIRED: 'expired',
  FAILED: 'rejected',
};

/** An order of channel `user`: it counts what is filled, and tells no execution. */
export function orderOfChannel(order: Fields): ToldOrder {
  return {
    ...identity(order),
    filled: amountField(order['cumulative_quantity'], 'cumulative_quantity'),
    averagePrice: amountField(order['avg_price'], 'avg_price'),
    reason: wordOf(order['reject_reason']) || wordOf(order['cancel_reason']),
    created: isoMillis(order['creation_time'], 'creation_time'),
  };
}

/** An order of `orders/historical`. */
export function orderOfRest(order: Fields): ToldOrder {
  return {
    ...identity(order),
    filled: amountField(order['filled_size'], 'filled_size'),
    averagePrice: amountField(order['average_filled_price'], 'average_filled_price'),
    reason: wordOf(order['reject_message']) || wordOf(order['cancel_message']),
    created: isoMillis(order['created_time'], 'created_time'),
  };
}

function identity(order: Fields): Pick<ToldOrder, 'orderId' | 'clientOrderId' | 'product' | 'status'> {
  const { status } = order;
  const known = typeof status === 'string' && Object.hasOwn(STATUS, status) ? STATUS[status] : undefined;
  return {
    orderId: textField(order['order_id'], 'order_id'),
    clientOrderId: typeof order['client_order_id'] === 'string' ? order['client_order_id'] : '',
    product: textField(order['product_id'], 'product_id'),
    status: known ?? refuseField('status', `one of ${Object.keys(STATUS).join(', ')}`, status),
  };
}

const wordOf = (value: unknown): string =>
  typeof value === 'string' && value !== 'REJECT_REASON_UNSPECIFIED' ? value : '';

/** What an execution of `historical/fills` is about. */
export interface ToldFill {
  readonly orderId: string;
  /** `REVERSAL` takes an execution back, `CORRECTION` changes it. */
  readonly tradeType: string;
  /** When the venue listed it (Unix milliseconds). */
  readonly listed: number;
  readonly product: string;
  readonly fields: Fields;
}

export function fillOfRest(fields: Fields): ToldFill {
  return {
    orderId: textField(fields['order_id'], 'order_id'),
    tradeType: textField(fields['trade_type'], 'trade_type'),
    listed: isoMillis(fields['sequence_timestamp'], 'sequence_timestamp'),
    product: textField(fields['product_id'], 'product_id'),
    fields,
  };
}

/** The report of an execution, exact. @throws InputError for one that cannot be told exactly */
export function fillReport({ fields }: ToldFill, id: string, listed: ListedInstrument): FillReport {
  if (fields['size_in_quote'] === true)
    refuseField('size_in_quote', 'false: our sizes are in base units', true);
  const { side, liquidity_indicator: liquidity } = fields;
  if (side !== 'BUY' && side !== 'SELL') refuseField('side', 'BUY or SELL', side);
  return {
    kind: 'report',
    type: 'fill',
    venue: listed.definition.venue,
    instrument: listed.id,
    clientOrderId: clientOrderId(id),
    venueTime: isoMillis(fields['trade_time'], 'trade_time'),
    executionId: nameField(fields['trade_id'], 'trade_id'),
    side: side === 'BUY' ? 'buy' : 'sell',
    price: priceField(listed, fields['price'], 'price'),
    quantity: executedField(listed, fields['size'], 'size'),
    liquidity: liquidity === 'MAKER' ? 'maker' : 'taker',
    fee: amountField(textField(fields['commission'], 'commission'), 'commission'),
    feeCurrency: listed.definition.quote,
  };
}
