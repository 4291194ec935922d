/** What the rows of a table are. */
export type TableKind = 'bar' | 'quoteBar' | 'quote' | 'trade';

/** A layout of a table, by the names in its header. */
export interface TableLayout {
  readonly kind: TableKind;
  readonly time: 'ts_utc_ms' | 'ts_event_ns' | 'ts_recv_ns' | 'timestamp_utc' | 'timestamp' | 'time_unix';
  /** Whether the time of a bar is where it starts or where it ends. */
  readonly stamp: 'start' | 'end';
  /** The column that says the instrument; without one the file is about a single one. */
  readonly contract?: 'contract' | 'symbol';
  readonly quantity: 'volume' | 'size' | 'amount' | 'none';
  /** All columns by which the layout is known. */
  readonly columns: readonly TableColumn[];
}

const PRICES = ['open', 'high', 'low', 'close'] as const;
const BIDS = ['bid_open', 'bid_high', 'bid_low', 'bid_close', 'bid_size'] as const;
const ASKS = ['ask_open', 'ask_high', 'ask_low', 'ask_close', 'ask_size'] as const;
const TOPS = ['bid_px', 'ask_px', 'bid_sz', 'ask_sz'] as const;

/** A column that some layout has. */
export type TableColumn =
  | TableLayout['time']
  | (typeof PRICES | typeof BIDS | typeof ASKS | typeof TOPS)[number]
  | 'contract'
  | 'symbol'
  | 'volume'
  | 'trades'
  | 'price'
  | 'size'
  | 'amount'
  | 'side'
  | 'trade_id';

type Named = Omit<TableLayout, 'columns'>;

const layout = (named: Named, ...others: TableColumn[]): TableLayout => ({
  ...named,
  columns: [
    named.time,
    ...(named.contract === undefined ? [] : [named.contract]),
    ...(named.quantity === 'none' ? [] : [named.quantity]),
    ...others,
  ],
});

const start = { stamp: 'start', quantity: 'volume' } as const;
const end = { stamp: 'end', quantity: 'volume' } as const;

/** Those with more columns come first: a header fits the first whose columns it has. */
const LAYOUTS: readonly TableLayout[] = [
  layout(
    { kind: 'quoteBar', time: 'ts_utc_ms', contract: 'contract', ...start, quantity: 'none' },
    ...BIDS,
    ...ASKS,
  ),
  layout({ kind: 'bar', time: 'ts_utc_ms', contract: 'contract', ...start }, ...PRICES),
  layout({ kind: 'trade', time: 'ts_utc_ms', contract: 'contract', ...start, quantity: 'size' }, 'price'),
  layout({ kind: 'trade', time: 'ts_utc_ms', ...start, quantity: 'amount' }, 'trade_id', 'side', 'price'),
  layout({ kind: 'bar', time: 'ts_utc_ms', ...start }, ...PRICES),
  layout({ kind: 'bar', time: 'ts_event_ns', contract: 'symbol', ...start }, ...PRICES),
  layout({ kind: 'quote', time: 'ts_recv_ns', contract: 'symbol', ...end, quantity: 'none' }, ...TOPS),
  layout({ kind: 'bar', time: 'timestamp_utc', ...end }, ...PRICES),
  layout({ kind: 'bar', time: 'timestamp', ...end }, ...PRICES),
  layout({ kind: 'trade', time: 'time_unix', ...start, quantity: 'none' }, 'price'),
];

/** The layout of a table with this header, or `undefined`. */
export function tableLayout(header: string): TableLayout | undefined {
  const names = header.trimEnd().split(',');
  return LAYOUTS.find(({ columns }) => columns.every((column) => names.includes(column)));
}
