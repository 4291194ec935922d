import { type Decimal, decimal, formatDecimal, quotient, ZERO } from '../../../src/domain/decimal.js';
import type { ListedInstrument } from '../../../src/domain/instrument-table.js';
import type { DoubleFill, DoubleOrder, OrderTerms } from '../market/double-order.js';
import type { Refusal } from '../market/matching-market.js';

type Fields = Readonly<Record<string, unknown>>;

/** How Coinbase says why it refuses an order. */
export const REFUSALS: Readonly<Record<Refusal, string>> = {
  balance: 'INSUFFICIENT_FUND',
  price: 'INVALID_PRICE_PRECISION',
  quantity: 'INVALID_SIZE_PRECISION',
  notional: 'INVALID_ORDER_SIZE_TOO_SMALL',
  postOnly: 'INVALID_LIMIT_PRICE_POST_ONLY',
  noLiquidity: 'INSUFFICIENT_LIQUIDITY',
  symbol: 'INVALID_PRODUCT_ID',
  wouldTrigger: 'INVALID_STOP_PRICE',
};

const CONFIGURATIONS: Readonly<Record<string, Pick<OrderTerms, 'type' | 'timeInForce'>>> = {
  limit_limit_gtc: { type: 'limit', timeInForce: 'GTC' },
  limit_limit_gtd: { type: 'limit', timeInForce: 'GTD' },
  limit_limit_fok: { type: 'limit', timeInForce: 'FOK' },
  sor_limit_ioc: { type: 'limit', timeInForce: 'IOC' },
  market_market_ioc: { type: 'market', timeInForce: 'IOC' },
  market_market_fok: { type: 'market', timeInForce: 'FOK' },
};

/** The terms of an order request, or why it cannot be read. */
export function termsOf(body: Fields, listed: ListedInstrument): OrderTerms | Refusal | undefined {
  const [[name, value] = ['', undefined]] = Object.entries((body['order_configuration'] ?? {}) as Fields);
  const kind = Object.hasOwn(CONFIGURATIONS, name) ? CONFIGURATIONS[name] : undefined;
  const { side, client_order_id: clientOrderId } = body;
  if (kind === undefined || typeof value !== 'object' || value === null) return undefined;
  if ((side !== 'BUY' && side !== 'SELL') || typeof clientOrderId !== 'string') return undefined;
  const terms = value as Fields;
  const quantity = listed.quantities.tryParse(terms['base_size'] as string);
  const price = kind.type === 'limit' ? listed.prices.tryParse(terms['limit_price'] as string) : 0;
  if (Number.isNaN(quantity)) return 'quantity';
  if (Number.isNaN(price)) return 'price';
  const end = terms['end_time'];
  return {
    symbol: listed.definition.symbol,
    clientOrderId,
    side: side === 'BUY' ? 'buy' : 'sell',
    ...kind,
    price,
    quantity,
    postOnly: terms['post_only'] === true,
    ...(typeof end === 'string' ? { expireTime: Date.parse(end) } : {}),
  };
}

/** Ids of orders look like the venue's, and tell the order's number. */
export const orderIdOf = (id: number): string => `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`;

/** The number of an order by its id, or `NaN`. */
export const numberOf = (orderId: unknown): number =>
  typeof orderId === 'string' && orderId.startsWith('00000000-0000-4000-8000-')
    ? Number(orderId.slice(-12))
    : Number.NaN;

const STATUS = {
  open: 'OPEN',
  filled: 'FILLED',
  canceled: 'CANCELLED',
  expired: 'EXPIRED',
  rejected: 'FAILED',
} as const;
const IN_FORCE = {
  GTC: 'GOOD_UNTIL_CANCELLED',
  GTD: 'GOOD_UNTIL_DATE_TIME',
  IOC: 'IMMEDIATE_OR_CANCEL',
  FOK: 'FILL_OR_KILL',
} as const;

const iso = (time: number): string => new Date(time).toISOString();

function totals(
  order: DoubleOrder,
  listed: ListedInstrument,
): { value: Decimal; fees: Decimal; average: string } {
  let value = ZERO;
  let fees = ZERO;
  for (const { price, quantity, fee } of order.fills) {
    value = value.plus(decimal(listed.prices.format(price)).times(listed.quantities.format(quantity)));
    fees = fees.plus(fee);
  }
  const filled = decimal(listed.quantities.format(order.filled));
  return { value, fees, average: filled.eq(0) ? '0' : formatDecimal(quotient(value, filled)) };
}

/** An order as REST tells it. */
export function restOrder(order: DoubleOrder, listed: ListedInstrument): Fields {
  const { value, fees, average } = totals(order, listed);
  const spell = (lots: number): string => formatDecimal(decimal(listed.quantities.format(lots)));
  const price = order.type === 'limit' ? { limit_price: listed.prices.format(order.price) } : {};
  const size = { base_size: spell(order.quantity), ...price };
  const [name] = Object.entries(CONFIGURATIONS).find(
    ([, { type, timeInForce }]) => type === order.type && timeInForce === order.timeInForce,
  ) ?? ['limit_limit_gtc'];
  return {
    order_id: orderIdOf(order.id),
    product_id: order.symbol,
    user_id: 'double',
    order_configuration: { [name]: size },
    side: order.side.toUpperCase(),
    client_order_id: order.clientOrderId,
    status: STATUS[order.status],
    time_in_force: IN_FORCE[order.timeInForce],
    created_time: iso(order.created),
    completion_percentage: ((100 * order.filled) / order.quantity).toFixed(2),
    filled_size: spell(order.filled),
    average_filled_price: average,
    fee: '',
    number_of_fills: String(order.fills.length),
    filled_value: formatDecimal(value),
    pending_cancel: false,
    size_in_quote: false,
    total_fees: formatDecimal(fees),
    size_inclusive_of_fees: false,
    total_value_after_fees: formatDecimal(order.side === 'buy' ? value.plus(fees) : value.minus(fees)),
    trigger_status: 'INVALID_ORDER_TYPE',
    order_type: order.type.toUpperCase(),
    reject_reason: 'REJECT_REASON_UNSPECIFIED',
    settled: order.status === 'filled',
    product_type: 'SPOT',
    reject_message: '',
    cancel_message: order.status === 'canceled' ? order.reason : '',
    order_placement_source: 'RETAIL_ADVANCED',
    outstanding_hold_amount: '0',
    is_liquidation: false,
    last_fill_time: order.fills.length === 0 ? null : iso(order.updated),
  };
}

/** An order as the channel `user` tells it: what is filled so far, and no execution. */
export function userOrder(order: DoubleOrder, listed: ListedInstrument): Fields {
  const { value, fees, average } = totals(order, listed);
  const spell = (lots: number): string => formatDecimal(decimal(listed.quantities.format(lots)));
  return {
    avg_price: average,
    cancel_reason: order.status === 'canceled' ? order.reason : '',
    client_order_id: order.clientOrderId,
    completion_percentage: ((100 * order.filled) / order.quantity).toFixed(2),
    contract_expiry_type: 'UNKNOWN_CONTRACT_EXPIRY_TYPE',
    cumulative_quantity: spell(order.filled),
    filled_value: formatDecimal(value),
    leaves_quantity: spell(order.status === 'open' ? order.quantity - order.filled : 0),
    limit_price: order.type === 'limit' ? listed.prices.format(order.price) : '',
    number_of_fills: String(order.fills.length),
    order_id: orderIdOf(order.id),
    order_side: order.side.toUpperCase(),
    order_type: order.type === 'limit' ? 'Limit' : 'Market',
    outstanding_hold_amount: '0',
    post_only: String(order.postOnly),
    product_id: order.symbol,
    product_type: 'SPOT',
    reject_reason: '',
    retail_portfolio_id: 'double',
    risk_managed_by: 'UNKNOWN_RISK_MANAGEMENT_TYPE',
    status: STATUS[order.status],
    stop_price: '',
    time_in_force: IN_FORCE[order.timeInForce],
    total_fees: formatDecimal(fees),
    total_value_after_fees: formatDecimal(order.side === 'buy' ? value.plus(fees) : value.minus(fees)),
    trigger_status: 'INVALID_ORDER_TYPE',
    creation_time: iso(order.created),
    end_time: order.expireTime === undefined ? '0001-01-01T00:00:00Z' : iso(order.expireTime),
    start_time: '0001-01-01T00:00:00Z',
  };
}

/** An execution as `historical/fills` tells it. */
export function restFill(order: DoubleOrder, fill: DoubleFill, listed: ListedInstrument): Fields {
  return {
    entry_id: `entry-${fill.tradeId}-${order.id}`,
    trade_id: `00000000-0000-4000-9000-${String(fill.tradeId).padStart(12, '0')}`,
    order_id: orderIdOf(order.id),
    trade_time: iso(fill.time),
    trade_type: 'FILL',
    price: formatDecimal(decimal(listed.prices.format(fill.price))),
    size: formatDecimal(decimal(listed.quantities.format(fill.quantity))),
    commission: formatDecimal(fill.fee),
    product_id: order.symbol,
    sequence_timestamp: iso(fill.time),
    liquidity_indicator: fill.liquidity.toUpperCase(),
    size_in_quote: false,
    user_id: 'double',
    side: order.side.toUpperCase(),
    retail_portfolio_id: 'double',
  };
}

/** A product as `market/products` tells it. */
export function restProduct(
  { definition, prices, quantities }: ListedInstrument,
  price: number | undefined,
): Fields {
  const { symbol, base, quote } = definition;
  return {
    product_id: symbol,
    price: prices.format(price ?? 0),
    price_percentage_change_24h: '0',
    volume_24h: '0',
    base_increment: quantities.format(quantities.parse(definition.orderStep)),
    quote_increment: definition.tick,
    quote_min_size: definition.minNotional,
    quote_max_size: '150000000',
    base_min_size: definition.minQuantity,
    base_max_size: '3400',
    base_name: base,
    quote_name: quote,
    watched: false,
    is_disabled: false,
    new: false,
    status: 'online',
    cancel_only: false,
    limit_only: false,
    post_only: false,
    trading_disabled: false,
    auction_mode: false,
    product_type: 'SPOT',
    quote_currency_id: quote,
    base_currency_id: base,
    alias: '',
    alias_to: [],
    base_display_symbol: base,
    quote_display_symbol: quote,
    price_increment: definition.tick,
    product_venue: 'CBE',
  };
}
