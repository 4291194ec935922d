import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { BookEvent, QuoteEvent, TradeEvent } from '../../domain/market-event.js';
import {
  type Fields,
  listField,
  objectField,
  priceField,
  quantityField,
  refuseField,
  textField,
} from './fields.js';
import { isoMillis } from './times.js';

/** An event of channel `l2_data`; its levels carry no ids, the connection vouches for their order. */
export function bookOfUpdates(listed: ListedInstrument, event: Fields, venueTime: number): BookEvent {
  const { type } = event;
  if (type !== 'snapshot' && type !== 'update') refuseField('type', 'snapshot or update', type);
  const bids: number[] = [];
  const asks: number[] = [];
  for (const item of listField(event['updates'], 'updates')) {
    const level = objectField(item, 'updates');
    const { side } = level;
    const levels =
      side === 'bid'
        ? bids
        : side === 'offer' || side === 'ask'
          ? asks
          : refuseField('side', 'bid or offer', side);
    levels.push(
      priceField(listed, level['price_level'], 'price_level'),
      quantityField(listed, level['new_quantity'], 'new_quantity'),
    );
  }
  return {
    kind: 'book',
    instrument: listed.id,
    venueTime,
    action: type === 'snapshot' ? 'snapshot' : 'delta',
    first: -1,
    last: -1,
    previous: -1,
    bids,
    asks,
  };
}

/**
 * A trade of channel `market_trades`.
 *
 * Its `side` is the maker's, as on Coinbase's other feeds: in recordings, trades at the best bid say BUY and trades
 * at the best ask say SELL. The aggressor is the other side.
 */
export function tradeOfPrint(listed: ListedInstrument, trade: Fields): TradeEvent {
  const { side } = trade;
  return {
    kind: 'trade',
    instrument: listed.id,
    venueTime: isoMillis(trade['time'], 'time'),
    price: priceField(listed, trade['price'], 'price'),
    quantity: quantityField(listed, trade['size'], 'size'),
    aggressor: side === 'BUY' ? 'sell' : side === 'SELL' ? 'buy' : refuseField('side', 'BUY or SELL', side),
    tradeId: textField(trade['trade_id'], 'trade_id'),
  };
}

/** The quote of a ticker, or `undefined` where it does not say best bid and ask with their quantities. */
export function quoteOfTicker(
  listed: ListedInstrument,
  ticker: Fields,
  venueTime: number,
): QuoteEvent | undefined {
  const {
    best_bid: bid,
    best_ask: ask,
    best_bid_quantity: bidQuantity,
    best_ask_quantity: askQuantity,
  } = ticker;
  if (!bid || !ask || !bidQuantity || !askQuantity) return undefined;
  return {
    kind: 'quote',
    instrument: listed.id,
    venueTime,
    bidPrice: priceField(listed, bid, 'best_bid'),
    bidQuantity: quantityField(listed, bidQuantity, 'best_bid_quantity'),
    askPrice: priceField(listed, ask, 'best_ask'),
    askQuantity: quantityField(listed, askQuantity, 'best_ask_quantity'),
    updateId: -1,
  };
}
