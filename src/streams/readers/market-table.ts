import { basename } from 'node:path';
import { positiveNumber } from '../../domain/check.js';
import { InputError, show } from '../../domain/errors.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import { located, type PutEvent } from '../recording/event-collector.js';
import { type LineDecoder, lineSource } from '../recording/line-source.js';
import { sizeOfFile } from '../recording/read-chunks.js';
import { readLines } from '../recording/read-lines.js';
import type { RecordingSource } from '../recording/source.js';
import { CsvColumns } from './csv-columns.js';
import { refuseField } from './fields.js';
import { NamedInstruments } from './named-instruments.js';
import type { ReaderOptions } from './reader-options.js';
import { surveyLines } from './survey-lines.js';
import { surveyRows } from './survey-rows.js';
import { type TableColumn, type TableLayout, tableLayout } from './table-layouts.js';
import { barOfRow, quoteOfRow, tradeOfRow } from './table-rows.js';
import { barInterval, tableMillis } from './table-times.js';

const MOST_CONTRACTS = 10_000;

/**
 * Opens a table (CSV, packed or plain) of bars, of trades, or of quotes, told by its header:
 *
 * | header | events | the time of a row |
 * |---|---|---|
 * | `ts_utc_ms[,contract],open,high,low,close,volume[,trades]` | `bar` | start of the bar |
 * | `ts_event_ns,symbol,open,high,low,close,volume` | `bar` | start of the bar |
 * | `timestamp` or `timestamp_utc`, and the same columns | `bar` | end of the bar |
 * | `ts_utc_ms,contract,bid_open...bid_size,ask_open...ask_size` | `quote` at the close | start of the bar |
 * | `ts_recv_ns,symbol,bid_px,ask_px,bid_sz,ask_sz` | `quote` | end of the sampled interval |
 * | `ts_utc_ms,contract,price,size` | `trade` | that of the trade |
 * | `ts_utc_ms,trade_id,side,price,amount` | `trade`, `side` is the aggressor's | that of the trade |
 * | `time_unix,price` | `trade` of quantity 0 | that of the trade |
 *
 * A bar is known at its end and not before: `ts` and `venueTime` are the end. Of trades both are their time. A `ts`
 * that goes back keeps the last one. Times are UTC. The length of bars is that of `bars.interval`, of the name (`1m`),
 * or what the times have in common. Volumes are in units of the instrument's quantity.
 *
 * Instruments are found by what rows and file name say, in `instruments`, then among the usual ones. Numbers may be
 * spelled by a program that computes in floats; one that is off the instrument's grid is refused.
 *
 * @throws InputError when the file is missing, empty, of another format, or of an instrument that nobody defines
 *
 * @example
 * const recording = await openMarketTable('es-1m.csv');
 */
export async function openMarketTable(path: string, options: ReaderOptions = {}): Promise<RecordingSource> {
  const bytesTotal = await sizeOfFile(path);
  const lines = await surveyLines(path);
  try {
    const header = lines[0] as string;
    const layout = tableLayout(header);
    if (layout === undefined)
      throw new InputError(`the header must be of bars, quotes or trades, not ${show(header)}`);
    const table = survey(basename(path), layout, lines, options);
    for (const contract of await contractsOf(path, table)) {
      if (options.damage === 'report') table.named.tryFind(contract);
      else table.named.find(contract);
    }
    const decoder = (): LineDecoder => decode(table);
    const { instruments } = table.named;
    return lineSource({ path, bytesTotal, instruments, damage: options.damage, decoder });
  } catch (error) {
    throw located(path, error);
  }
}

/** The field of a row, or `undefined` where the row is bad. */
function fieldOf(columns: CsvColumns<TableColumn>, line: string, column: TableColumn): string | undefined {
  try {
    return columns.row(line)(column);
  } catch {
    return undefined;
  }
}

interface Table {
  readonly layout: TableLayout;
  readonly columns: CsvColumns<TableColumn>;
  readonly named: NamedInstruments;
  /** Of bars, else 0. */
  readonly interval: number;
  readonly stamp: TableLayout['stamp'];
}

function survey(
  name: string,
  layout: TableLayout,
  lines: readonly string[],
  { instruments, bars, damage }: ReaderOptions,
): Table {
  const columns = new CsvColumns<TableColumn>(lines[0] as string, layout.columns);
  const { times, firstTime } = surveyRows(columns, lines, damage, (row) =>
    tableMillis(row(layout.time), layout.time),
  );
  const named = new NamedInstruments(name, instruments, firstTime);
  const given = bars?.interval === undefined ? undefined : positiveNumber('bars.interval', bars.interval);
  const spans = layout.kind === 'bar' || layout.kind === 'quoteBar';
  const interval = spans ? (given ?? barInterval(name, times)) : 0;
  return { layout, columns, named, interval, stamp: bars?.stamp ?? layout.stamp };
}

/** The contracts of a table, all of them: distant ones trade late in a day. Bad rows are met when reading. */
async function contractsOf(path: string, { layout, columns }: Table): Promise<ReadonlySet<string>> {
  const contracts = new Set<string>();
  const { contract } = layout;
  if (contract === undefined) return contracts.add('');
  let number = 0;
  for await (const { lines } of readLines(path)) {
    for (const line of lines) {
      if (line.length === 0 || line === '\r' || number++ === 0) continue;
      const found = fieldOf(columns, line, contract);
      if (found !== undefined) contracts.add(found);
      if (contracts.size > MOST_CONTRACTS)
        throw new InputError(`${contract}: more than ${MOST_CONTRACTS} different ones`);
    }
  }
  return contracts;
}

function decode({ layout, columns, named, interval, stamp }: Table): LineDecoder {
  const counted = columns.has('trades');
  let number = 0;
  const put = (listed: ListedInstrument, row: ReturnType<typeof columns.row>, out: PutEvent): void => {
    const time = tableMillis(row(layout.time), layout.time);
    if (interval > 0 && time % interval !== 0)
      refuseField(layout.time, `a multiple of the bars' length of ${interval} ms`, row(layout.time));
    const end = stamp === 'start' ? time + interval : time;
    if (layout.kind === 'bar') out(end, barOfRow(listed, row, end - interval, end, counted));
    else if (layout.kind === 'trade') out(time, tradeOfRow(listed, row, time, layout, number - 1));
    else out(end, quoteOfRow(listed, row, end, layout.kind));
  };
  return {
    line(text, out) {
      if (number++ === 0) return;
      const row = columns.row(text);
      put(named.find(layout.contract === undefined ? '' : row(layout.contract)), row, out);
    },
  };
}
