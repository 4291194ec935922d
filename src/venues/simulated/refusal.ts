import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { StatusEvent } from '../../domain/market-event.js';
import { availableTo, oppositeOf } from './available-levels.js';
import { checkOrder } from './check-order.js';
import { isWithin, type PriceBand } from './price-band.js';
import type { RecordedBook } from './recorded-book.js';
import type { TakenLiquidity } from './taken-liquidity.js';
import type { OrderRequest } from './venue-order.js';

/** How an instrument stands when an order arrives. */
export interface Standing {
  readonly status: StatusEvent['state'];
  readonly expired: boolean;
  readonly book: RecordedBook;
  readonly taken: TakenLiquidity;
  /** Prices that the venue takes now; `undefined`: all. */
  readonly band: PriceBand | undefined;
}

/** Why the venue does not take an order, or an empty string: its own rules first, then the state of the market. */
export function refusal(listed: ListedInstrument, order: OrderRequest, standing: Standing): string {
  const { status, expired, book, taken, band } = standing;
  if ((order.type !== 'limit' && order.type !== 'market') || order.timeInForce === 'GTD')
    return `no ${order.type} orders ${order.timeInForce}: this venue does not know them`;
  const reason = checkOrder(listed, order, book.price(oppositeOf(order.side), 0));
  if (reason !== '') return reason;
  if (expired) return 'the instrument has expired';
  if (band !== undefined && order.type === 'limit' && !isWithin(order.price, band)) {
    const [low, high] = [listed.prices.format(band.low), listed.prices.format(band.high)];
    return `price ${listed.prices.format(order.price)} is outside the limits, ${low} to ${high}`;
  }
  if (status === 'closed' || status === 'halted') return `the instrument is ${status}`;
  if (status !== 'open') {
    const rests = order.type === 'limit' && order.timeInForce === 'GTC';
    return rests ? '' : `only orders that can rest are taken in state ${status}`;
  }
  const market = order.type === 'market';
  if (market && !book.synced) return 'no market orders: the book is not synced';
  const [first] = availableTo(order, 1, book, taken, band);
  if (market && first === undefined) return 'no market orders: that side of the book is empty';
  if (order.postOnly && first !== undefined) return 'a post-only order would take liquidity';
  return '';
}
