import { basename } from 'node:path';
import { InputError } from '../../domain/errors.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { BookOrderEvent } from '../../domain/market-event.js';
import { located } from '../recording/event-collector.js';
import { type LineDecoder, lineSource } from '../recording/line-source.js';
import { sizeOfFile } from '../recording/read-chunks.js';
import type { RecordingSource } from '../recording/source.js';
import { ChannelGaps } from './channel-gaps.js';
import { CsvColumns, type CsvRow } from './csv-columns.js';
import { ACTIONS, LAST, SIDES, SNAPSHOT } from './databento-codes.js';
import { priceField, quantityField, refuseField } from './fields.js';
import { InstrumentFinder } from './find-instruments.js';
import { contractIn } from './index-futures.js';
import type { ReaderOptions } from './reader-options.js';
import { flagsOf } from './row-flags.js';
import { surveyLines } from './survey-lines.js';
import { surveyRows } from './survey-rows.js';
import { nanoMillis } from './times.js';

const COLUMNS = [
  'ts_recv_ns',
  'ts_event_ns',
  'instrument_id',
  'action',
  'side',
  'price',
  'size',
  'order_id',
  'flags',
] as const;
type Row = CsvRow<(typeof COLUMNS)[number]>;

/** The columns by which a header is known to be of this format. */
export const ORDER_BY_ORDER_COLUMNS: readonly string[] = COLUMNS;

/**
 * Opens order-by-order data of CME (decoded Databento MBO as CSV, gzip or plain) as `bookOrder` events.
 *
 * `ts` is `ts_recv_ns`, the time of reception at the data centre; `venueTime` is `ts_event_ns`. A `ts` that goes
 * back keeps the last one. Where a row says that the publisher lost packets (`F_MAYBE_BAD_BOOK`), a `sync` event tells so
 * before it. The side of a `trade` is the aggressor's, of a `fill` the resting order's. The rows
 * carry no symbol, only a number: `symbols` translates it; else the file may hold one instrument, which is the
 * one CME future in `instruments`, or the one that the file's name speaks of (`esh4`).
 *
 * @throws InputError when the file is missing, empty, of another format, or of an instrument that nobody defines
 *
 * @example
 * const recording = await openCmeOrderByOrder('esh4.mbo.csv.gz');
 */
export async function openCmeOrderByOrder(
  path: string,
  options: ReaderOptions = {},
): Promise<RecordingSource> {
  const bytesTotal = await sizeOfFile(path);
  const lines = await surveyLines(path);
  try {
    const columns = new CsvColumns(lines[0] as string, COLUMNS);
    const { rows, firstTime } = surveyRows(columns, lines, options.damage, (row) =>
      nanoMillis(row('ts_recv_ns'), 'ts_recv_ns'),
    );
    const finder = new InstrumentFinder('cme', options.instruments, firstTime);
    const ids = idsOf(rows, options);
    const listed = new Map(
      [...ids].map((id) => [id, finder.find('cme', symbolOf(id, ids.size, path, options))]),
    );
    finder.close();
    const decoder = (): LineDecoder => {
      let header = true;
      const gaps = new ChannelGaps();
      return {
        line(text, put) {
          if (header) {
            header = false;
            return;
          }
          const row = columns.row(text);
          const id = row('instrument_id');
          const instrument =
            listed.get(id) ?? refuseField('instrument_id', `one of ${[...ids].join(', ')}`, id);
          const ts = nanoMillis(row('ts_recv_ns'), 'ts_recv_ns');
          const flags = flagsOf(row);
          const event = change(instrument, row, flags);
          gaps.note(instrument.id, flags, ts, put);
          put(ts, event);
        },
      };
    };
    return lineSource({ path, bytesTotal, instruments: finder.instruments, damage: options.damage, decoder });
  } catch (error) {
    throw located(path, error);
  }
}

/** The ids of the rows; where damage is reported, one that stands there once or hardly ever is taken for damage. */
function idsOf(rows: readonly Row[], { damage }: ReaderOptions): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(row('instrument_id'), (counts.get(row('instrument_id')) ?? 0) + 1);
  const most = Math.max(...counts.values());
  const least = damage === 'report' ? Math.min(most, Math.max(2, rows.length / 100)) : 0;
  return new Set([...counts].flatMap(([id, count]) => (count >= least ? [id] : [])));
}

function symbolOf(id: string, ids: number, path: string, options: ReaderOptions): string {
  const { symbols = {} } = options;
  if (Object.hasOwn(symbols, id)) return symbols[id] as string;
  const futures = (options.instruments ?? []).filter(({ venue }) => venue === 'cme');
  const symbol = contractIn(basename(path)) ?? (futures.length === 1 ? futures[0]?.symbol : undefined);
  if (ids > 1 || symbol === undefined)
    throw new InputError(
      `instrument_id ${id} has no symbol: say it in "symbols", such as { "${id}": "ESH4" }`,
    );
  return symbol;
}

const orderIdOf = (row: Row): string =>
  /^\d{1,20}$/.test(row('order_id'))
    ? row('order_id')
    : refuseField('order_id', 'an integer of at least 0', row('order_id'));

function change(listed: ListedInstrument, row: Row, flags: number): BookOrderEvent {
  const action =
    ACTIONS.get(row('action')) ?? refuseField('action', 'one of A, C, M, R, T, F', row('action'));
  // Clearing the book concerns no price.
  const priced = action !== 'clear' || row('price') !== '';
  return {
    kind: 'bookOrder',
    instrument: listed.id,
    venueTime: nanoMillis(row('ts_event_ns'), 'ts_event_ns'),
    action,
    orderId: orderIdOf(row),
    side: SIDES.get(row('side')) ?? refuseField('side', 'one of B, A, N', row('side')),
    price: priced ? priceField(listed, row('price'), 'price') : 0,
    quantity: quantityField(listed, row('size'), 'size'),
    snapshot: (flags & SNAPSHOT) !== 0,
    last: (flags & LAST) !== 0,
  };
}
