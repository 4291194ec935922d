import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { Aggressor, QuoteEvent, TradeEvent } from '../../domain/market-event.js';
import { located } from '../recording/event-collector.js';
import { type LineDecoder, lineSource } from '../recording/line-source.js';
import { sizeOfFile } from '../recording/read-chunks.js';
import type { RecordingSource } from '../recording/source.js';
import { ChannelGaps } from './channel-gaps.js';
import { CsvColumns, type CsvRow } from './csv-columns.js';
import { priceField, quantityField, refuseField } from './fields.js';
import { InstrumentFinder } from './find-instruments.js';
import type { ReaderOptions } from './reader-options.js';
import { flagsOf } from './row-flags.js';
import { surveyLines } from './survey-lines.js';
import { surveyRows } from './survey-rows.js';
import { nanoMillis } from './times.js';

const COLUMNS = [
  'ts_recv_ns',
  'ts_event_ns',
  'symbol',
  'action',
  'side',
  'price',
  'size',
  'sequence',
] as const;
const QUOTES = ['bid_px', 'ask_px', 'bid_sz', 'ask_sz'] as const;
type Column = (typeof COLUMNS)[number] | (typeof QUOTES)[number] | 'flags';
type Row = CsvRow<Column>;

/** The columns by which a header is known to be of this format; those of quotes are optional. */
export const TOP_OF_BOOK_COLUMNS: readonly string[] = COLUMNS;

const AGGRESSORS: ReadonlyMap<string, Aggressor> = new Map([
  ['B', 'buy'],
  ['A', 'sell'],
  ['N', 'none'],
]);

/**
 * Opens top-of-book data of CME (decoded Databento MBP-1 as CSV, gzip or plain): a `trade` for every row of action
 * T, a `quote` for every other row. A file of trades alone (the same columns without bid and ask) gives trades.
 *
 * `ts` is `ts_recv_ns`, `venueTime` is `ts_event_ns`; a `ts` that goes back keeps the last one. A row of a trade
 * repeats the top of the book from before it, so it makes no quote: the row after it does. Where rows say that the
 * publisher lost packets (`F_MAYBE_BAD_BOOK`), one `sync` event tells so, and their quotes are left out.
 *
 * @throws InputError when the file is missing, empty, of another format, or of an instrument that nobody defines
 *
 * @example
 * const recording = await openCmeTopOfBook('esh4.mbp-1.csv.gz');
 */
export async function openCmeTopOfBook(path: string, options: ReaderOptions = {}): Promise<RecordingSource> {
  const bytesTotal = await sizeOfFile(path);
  const lines = await surveyLines(path);
  try {
    const header = lines[0] as string;
    const columns = new CsvColumns<Column>(header, COLUMNS);
    const quoted = QUOTES.every((column) => columns.has(column));
    const rows = surveyRows(columns, lines, options.damage, (row) =>
      nanoMillis(row('ts_recv_ns'), 'ts_recv_ns'),
    );
    const finder = new InstrumentFinder('cme', options.instruments, rows.firstTime);
    for (const row of rows.rows) {
      if (options.damage === 'report') finder.tryFind('cme', row('symbol'));
      else finder.find('cme', row('symbol'));
    }
    finder.close();
    const flags = columns.has('flags') ? flagsOf : () => 0;
    const decoder = (): LineDecoder => {
      let header = true;
      let lastTrade = '';
      let repeats = 0;
      const gaps = new ChannelGaps();
      return {
        line(text, put) {
          if (header) {
            header = false;
            return;
          }
          const row = columns.row(text);
          const listed = finder.find('cme', row('symbol'));
          const ts = nanoMillis(row('ts_recv_ns'), 'ts_recv_ns');
          if (row('action') === 'T') {
            // Trades of one packet share its sequence number.
            const sequence = sequenceOf(row);
            repeats = sequence === lastTrade ? repeats + 1 : 0;
            lastTrade = sequence;
            const event = trade(listed, row, repeats === 0 ? lastTrade : `${lastTrade}-${repeats}`);
            if (quoted) gaps.note(listed.id, flags(row), ts, put);
            put(ts, event);
          } else if (quoted) {
            const event = quote(listed, row);
            if (gaps.note(listed.id, flags(row), ts, put)) put(ts, event);
          }
        },
      };
    };
    return lineSource({ path, bytesTotal, instruments: finder.instruments, damage: options.damage, decoder });
  } catch (error) {
    throw located(path, error);
  }
}

const sequenceOf = (row: Row): string =>
  /^\d{1,20}$/.test(row('sequence'))
    ? row('sequence')
    : refuseField('sequence', 'an integer of at least 0', row('sequence'));

function trade(listed: ListedInstrument, row: Row, tradeId: string): TradeEvent {
  return {
    kind: 'trade',
    instrument: listed.id,
    venueTime: nanoMillis(row('ts_event_ns'), 'ts_event_ns'),
    price: priceField(listed, row('price'), 'price'),
    quantity: quantityField(listed, row('size'), 'size'),
    aggressor: AGGRESSORS.get(row('side')) ?? refuseField('side', 'one of B, A, N', row('side')),
    tradeId,
  };
}

function quote(listed: ListedInstrument, row: Row): QuoteEvent {
  const sequence = Number(row('sequence'));
  return {
    kind: 'quote',
    instrument: listed.id,
    venueTime: nanoMillis(row('ts_event_ns'), 'ts_event_ns'),
    // An empty side has no price.
    bidPrice: row('bid_px') === '' ? 0 : priceField(listed, row('bid_px'), 'bid_px'),
    bidQuantity: row('bid_px') === '' ? 0 : quantityField(listed, row('bid_sz'), 'bid_sz'),
    askPrice: row('ask_px') === '' ? 0 : priceField(listed, row('ask_px'), 'ask_px'),
    askQuantity: row('ask_px') === '' ? 0 : quantityField(listed, row('ask_sz'), 'ask_sz'),
    updateId: Number.isSafeInteger(sequence) && sequence >= 0 ? sequence : -1,
  };
}
