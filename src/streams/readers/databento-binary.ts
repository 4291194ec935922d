import { basename } from 'node:path';
import { InputError } from '../../domain/errors.js';
import type { TimedEvent } from '../../domain/event.js';
import type { Instrument } from '../../domain/instrument.js';
import { located, type PutEvent } from '../recording/line-source.js';
import { sizeOfFile } from '../recording/read-chunks.js';
import { BATCH_EVENTS, type EventBatch, type RecordingSource } from '../recording/source.js';
import { DatabentoDecoder } from './databento-decoder.js';
import type { DatabentoMetadata } from './databento-metadata.js';
import { readDatabento } from './databento-records.js';
import { DatabentoSymbols } from './databento-symbols.js';
import { refuseField } from './fields.js';
import { InstrumentFinder } from './find-instruments.js';
import type { ReaderOptions } from './reader-options.js';
import { usualFuture } from './usual-futures.js';

const DATASET = 'GLBX.MDP3';
const SURVEYED_RECORDS = 3_000;

/**
 * Opens a file in Databento's binary encoding (`.dbn`, `.dbn.zst`; versions 1 to 3) of CME.
 *
 * | schema | events | `ts` | `venueTime` |
 * |---|---|---|---|
 * | mbo | `bookOrder` | `ts_recv` | `ts_event` |
 * | trades, tbbo | `trade` | `ts_recv` | `ts_event` |
 * | mbp-1 | `trade` for action T, `quote` for others | `ts_recv` | `ts_event` |
 * | bbo-1s, bbo-1m | `quote` | `ts_recv`, the end of the interval | the same |
 * | ohlcv-1s to 1d | `bar` | its end | its end |
 * | definition | `instrument` of futures and their spreads | `ts_recv` | `ts_event` |
 * | status | `status` | `ts_recv` | `ts_event` |
 *
 * They are the same as those of the CSV that Databento makes of the file. A `ts` that goes back keeps the last one.
 * Symbols are those that the metadata give the numeric ids, or `symbols`. Definitions come from `instruments`, then
 * the defaults; a file of definitions gives its own.
 *
 * @throws InputError when the file is missing, empty, damaged, of another schema or dataset, or of an instrument that
 * nobody defines
 */
export async function openDatabentoBinary(
  path: string,
  options: ReaderOptions = {},
): Promise<RecordingSource> {
  const bytesTotal = await sizeOfFile(path);
  const surveyed: Buffer[] = [];
  let make: (() => DatabentoDecoder) | undefined;
  for await (const { metadata, records } of readDatabento(path)) {
    make ??= opener(path, metadata, options);
    if (metadata.schema !== 'definition') break;
    surveyed.push(...records);
    if (surveyed.length >= SURVEYED_RECORDS) break;
  }
  if (make === undefined)
    throw new InputError(`${path}: the file holds nothing; expected metadata and records`);
  const decoder = make;
  const instruments = surveyed.length > 0 ? defined(path, decoder(), surveyed) : decoder().instruments;
  const batches = (): AsyncIterable<EventBatch> => decodeRecords(path, decoder);
  return { name: basename(path), kind: 'market', bytesTotal, instruments, batches };
}

/** Makes fresh decoders for the passes over a file. */
function opener(path: string, metadata: DatabentoMetadata, options: ReaderOptions): () => DatabentoDecoder {
  try {
    if (metadata.dataset !== DATASET) refuseField('dataset', `${DATASET} (CME)`, metadata.dataset);
    const given = (options.instruments ?? []).filter(({ venue }) => venue === 'cme');
    const symbols = new DatabentoSymbols(metadata, options.symbols);
    const usual = symbols.all.flatMap((symbol) => usualFuture(symbol, metadata.start) ?? []);
    const finder = new InstrumentFinder('cme', [...given, ...usual], metadata.start);
    for (const symbol of symbols.all) finder.tryFind('cme', symbol);
    finder.close();
    return () => new DatabentoDecoder(metadata.version, symbols, finder, given);
  } catch (error) {
    throw located(path, error);
  }
}

/** What the first definitions of a file say; those of a whole exchange are many. */
function defined(path: string, decoder: DatabentoDecoder, records: readonly Buffer[]): readonly Instrument[] {
  const found = new Map<string, Instrument>();
  records.forEach((record, index) => {
    try {
      decoder.record(record, (_ts, event) => {
        if (event.kind === 'instrument') found.set(event.definition.id, event.definition);
      });
    } catch (error) {
      throw located(`${path}, record ${index + 1}`, error);
    }
  });
  return [...found.values()];
}

async function* decodeRecords(
  path: string,
  make: () => DatabentoDecoder,
): AsyncGenerator<EventBatch, void, undefined> {
  const decoder = make();
  let events: TimedEvent[] = [];
  let bytesRead = 0;
  let last = 0;
  let failure: { readonly error: unknown } | undefined;
  const put: PutEvent = (ts, event) => {
    if (ts > last) last = ts;
    events.push({ ts: last, event });
  };
  try {
    for await (const block of readDatabento(path)) {
      bytesRead = block.bytesRead;
      for (let index = 0; index < block.records.length; index++) {
        try {
          decoder.record(block.records[index] as Buffer, put);
        } catch (error) {
          throw located(`${path}, record ${block.firstRecord + index}`, error);
        }
        if (events.length >= BATCH_EVENTS) {
          yield { events, bytesRead };
          events = [];
        }
      }
    }
  } catch (error) {
    failure = { error };
  }
  // What was understood before the bad record is handed out first, as with lines.
  if (events.length > 0) yield { events, bytesRead };
  if (failure !== undefined) throw failure.error;
}
