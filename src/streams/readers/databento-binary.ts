import { basename } from 'node:path';
import type { InstrumentId } from '../../domain/brand.js';
import { InputError } from '../../domain/errors.js';
import type { Instrument } from '../../domain/instrument.js';
import { type Damage, EventCollector, located } from '../recording/event-collector.js';
import { sizeOfFile } from '../recording/read-chunks.js';
import type { EventBatch, RecordingSource } from '../recording/source.js';
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
 *
 * @example
 * const recording = await openDatabentoBinary('glbx-mdp3-20240102.mbo.dbn.zst');
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
  const instruments =
    surveyed.length > 0 ? defined(path, decoder(), surveyed, options.damage) : decoder().instruments;
  const batches = (): AsyncIterable<EventBatch> => decodeRecords(path, decoder, options.damage);
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
function defined(
  path: string,
  decoder: DatabentoDecoder,
  records: readonly Buffer[],
  damage: Damage | undefined,
): readonly Instrument[] {
  const found = new Map<string, Instrument>();
  records.forEach((record, index) => {
    try {
      decoder.record(record, (_ts, event) => {
        if (event.kind === 'instrument') found.set(event.definition.id, event.definition);
      });
    } catch (error) {
      if (damage === 'report' && error instanceof InputError) return;
      throw located(`${path}, record ${index + 1}`, error);
    }
  });
  return [...found.values()];
}

async function* decodeRecords(
  path: string,
  make: () => DatabentoDecoder,
  damage: Damage | undefined,
): AsyncGenerator<EventBatch, void, undefined> {
  const decoder = make();
  const collector = new EventCollector(path, basename(path), damage);
  let bytesRead = 0;
  let failure: { readonly error: unknown } | undefined;
  try {
    for await (const block of readDatabento(path)) {
      bytesRead = block.bytesRead;
      for (let index = 0; index < block.records.length; index++) {
        const record = block.records[index] as Buffer;
        try {
          decoder.record(record, collector.put);
          collector.understood();
        } catch (error) {
          const of = decoder.instrumentOf(record);
          const mayConcern = (instrument: InstrumentId): boolean => of === undefined || of === instrument;
          collector.bad(error, { place: `record ${block.firstRecord + index}`, mayConcern });
        }
        if (collector.full) yield { events: collector.take(), bytesRead };
      }
    }
    collector.end();
  } catch (error) {
    failure = { error };
  }
  // What was understood before the bad record is handed out first, as with lines.
  const events = collector.take();
  if (events.length > 0) yield { events, bytesRead };
  if (failure !== undefined) throw failure.error;
}
