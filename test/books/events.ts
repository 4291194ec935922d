import { instrumentId } from '../../src/domain/brand.js';
import type { BookEvent, BookOrderEvent } from '../../src/domain/market-event.js';

const instrument = instrumentId('BTC-USDT.SPOT@binance');

/** A snapshot; without an id, -1. */
export const snapshot = (bids: readonly number[], asks: readonly number[], last = -1): BookEvent => ({
  kind: 'book',
  instrument,
  venueTime: 0,
  action: 'snapshot',
  first: -1,
  last,
  previous: -1,
  bids,
  asks,
});

/** A delta of a feed without ids, unless they are given. */
export const delta = (
  bids: readonly number[],
  asks: readonly number[],
  ids: { readonly first?: number; readonly last?: number; readonly previous?: number } = {},
): BookEvent => ({
  ...snapshot(bids, asks),
  action: 'delta',
  first: ids.first ?? -1,
  last: ids.last ?? -1,
  previous: ids.previous ?? -1,
});

/** A change of one order, the last of its group unless said otherwise. */
export const orderEvent = (
  action: BookOrderEvent['action'],
  orderId: string,
  fields: Partial<BookOrderEvent> = {},
): BookOrderEvent => ({
  kind: 'bookOrder',
  instrument,
  venueTime: 0,
  action,
  orderId,
  side: 'none',
  price: 0,
  quantity: 0,
  snapshot: false,
  last: true,
  ...fields,
});
