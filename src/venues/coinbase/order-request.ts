import { decimal, formatDecimal } from '../../domain/decimal.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { Order } from '../../domain/order.js';

/** The body of an order request, or why Coinbase has no such order. */
export function orderRequest(
  order: Order,
  { definition, prices, quantities }: ListedInstrument,
): object | string {
  const { type, timeInForce, side, quantity, price, postOnly, expireTime } = order;
  if (order.display !== undefined) return 'Coinbase shows orders in full here';
  const base_size = formatDecimal(decimal(quantities.format(quantity)));
  const limit_price = formatDecimal(decimal(prices.format(price)));
  const configuration =
    type === 'market'
      ? timeInForce === 'FOK'
        ? { market_market_fok: { base_size } }
        : { market_market_ioc: { base_size } }
      : timeInForce === 'IOC'
        ? { sor_limit_ioc: { base_size, limit_price } }
        : timeInForce === 'FOK'
          ? { limit_limit_fok: { base_size, limit_price } }
          : timeInForce === 'GTD'
            ? {
                limit_limit_gtd: {
                  base_size,
                  limit_price,
                  end_time: new Date(expireTime ?? 0).toISOString(),
                  post_only: postOnly,
                },
              }
            : { limit_limit_gtc: { base_size, limit_price, post_only: postOnly } };
  return {
    client_order_id: order.clientOrderId,
    product_id: definition.symbol,
    side: side === 'buy' ? 'BUY' : 'SELL',
    order_configuration: configuration,
  };
}
