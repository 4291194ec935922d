import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { Aggressor, BarEvent, QuoteEvent, TradeEvent } from '../../domain/market-event.js';
import type { CsvRow } from './csv-columns.js';
import { refuseField, soundPrice } from './fields.js';
import { gridNumber, gridQuantity } from './grid-number.js';
import type { TableColumn, TableLayout } from './table-layouts.js';

type Row = CsvRow<TableColumn>;

const AGGRESSORS: ReadonlyMap<string, Aggressor> = new Map([
  ['buy', 'buy'],
  ['sell', 'sell'],
  ['', 'none'],
]);

/** A bar; `trades` is -1 where the table does not count them. */
export function barOfRow(
  listed: ListedInstrument,
  row: Row,
  start: number,
  end: number,
  counted: boolean,
): BarEvent {
  const [open, high, low, close] = (['open', 'high', 'low', 'close'] as const).map((column) =>
    priceOf(listed, row, column),
  ) as [number, number, number, number];
  if (high < Math.max(open, close)) refuseField('high', 'the highest price of the bar', row('high'));
  if (low > Math.min(open, close)) refuseField('low', 'the lowest price of the bar', row('low'));
  const volume = gridQuantity(listed.quantities, row('volume'), 'volume');
  const trades = counted ? countOf(row('trades')) : -1;
  const instrument = listed.id;
  return { kind: 'bar', instrument, venueTime: end, start, end, open, high, low, close, volume, trades };
}

/** Best bid and ask at the close of a bar of quotes, or of a sample. A side without a price is empty. */
export function quoteOfRow(
  listed: ListedInstrument,
  row: Row,
  venueTime: number,
  kind: TableLayout['kind'],
): QuoteEvent {
  const bar = kind === 'quoteBar';
  const price = (column: TableColumn): number => (row(column) === '' ? 0 : priceOf(listed, row, column));
  const quantity = (of: TableColumn, column: TableColumn): number =>
    row(of) === '' ? 0 : gridQuantity(listed.quantities, row(column), column);
  const [bid, ask] = bar ? (['bid_close', 'ask_close'] as const) : (['bid_px', 'ask_px'] as const);
  const [bidSize, askSize] = bar ? (['bid_size', 'ask_size'] as const) : (['bid_sz', 'ask_sz'] as const);
  return {
    kind: 'quote',
    instrument: listed.id,
    venueTime,
    bidPrice: price(bid),
    bidQuantity: quantity(bid, bidSize),
    askPrice: price(ask),
    askQuantity: quantity(ask, askSize),
    updateId: -1,
  };
}

/** A trade. Where the table has no sizes, its quantity is 0: nobody knows it, so nobody may count on it. */
export function tradeOfRow(
  listed: ListedInstrument,
  row: Row,
  venueTime: number,
  { quantity, columns }: TableLayout,
  number: number,
): TradeEvent {
  const side = columns.includes('side') ? row('side') : '';
  return {
    kind: 'trade',
    instrument: listed.id,
    venueTime,
    price: priceOf(listed, row, 'price'),
    quantity: quantity === 'none' ? 0 : gridQuantity(listed.quantities, row(quantity), quantity),
    aggressor: AGGRESSORS.get(side) ?? refuseField('side', 'buy, sell or empty', side),
    tradeId: columns.includes('trade_id') ? row('trade_id') : String(number),
  };
}

function priceOf(listed: ListedInstrument, row: Row, column: TableColumn): number {
  return soundPrice(listed, gridNumber(listed.prices, row(column), column), row(column), column);
}

function countOf(text: string): number {
  const count = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(count) ? count : refuseField('trades', 'an integer of at least 0', text);
}
