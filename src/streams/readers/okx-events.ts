import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { QuoteEvent, TradeEvent } from '../../domain/market-event.js';
import { type Fields, listField, priceField, quantityField, refuseField, textField } from './fields.js';
import { venueMillis } from './times.js';

/** The venue's time, which it writes as a text of milliseconds. */
export function okxMillis(data: Fields): number {
  const { ts } = data;
  if (typeof ts !== 'string' || !/^\d{1,14}$/.test(ts)) refuseField('ts', 'a Unix time in milliseconds', ts);
  return venueMillis(Number(ts), 'ts');
}

/** A trade; `side` is the side of whoever took. */
export function okxTrade(listed: ListedInstrument, data: Fields): TradeEvent {
  const { side } = data;
  return {
    kind: 'trade',
    instrument: listed.id,
    venueTime: okxMillis(data),
    price: priceField(listed, data['px'], 'px'),
    quantity: quantityField(listed, data['sz'], 'sz'),
    aggressor: side === 'buy' || side === 'sell' ? side : refuseField('side', 'buy or sell', side),
    tradeId: textField(data['tradeId'], 'tradeId'),
  };
}

/** Best bid and ask of a ticker, or of a book of one level; a side without a price is empty. */
export function okxQuote(listed: ListedInstrument, data: Fields): QuoteEvent {
  const ticker = data['bids'] === undefined;
  const [bid, bidSize] = ticker ? [data['bidPx'], data['bidSz']] : best(data, 'bids');
  const [ask, askSize] = ticker ? [data['askPx'], data['askSz']] : best(data, 'asks');
  return {
    kind: 'quote',
    instrument: listed.id,
    venueTime: okxMillis(data),
    bidPrice: bid === '' ? 0 : priceField(listed, bid, 'bidPx'),
    bidQuantity: bid === '' ? 0 : quantityField(listed, bidSize, 'bidSz'),
    askPrice: ask === '' ? 0 : priceField(listed, ask, 'askPx'),
    askQuantity: ask === '' ? 0 : quantityField(listed, askSize, 'askSz'),
    updateId: -1,
  };
}

function best(data: Fields, side: string): readonly unknown[] {
  const [level] = listField(data[side], side);
  return level === undefined ? ['', ''] : listField(level, side);
}
