import { basename } from 'node:path';
import { Decoder } from '@msgpack/msgpack';
import type { InstrumentId } from '../../domain/brand.js';
import { InputError, show } from '../../domain/errors.js';
import { checkEvent } from '../../domain/wire.js';
import { EventCollector, located } from '../recording/event-collector.js';
import { sizeOfFile } from '../recording/read-chunks.js';
import { readFrames, type Tail } from '../recording/record-frames.js';
import { checkHeader, type RecordingHeader } from '../recording/recording-header.js';
import type { EventBatch, RecordingSource } from '../recording/source.js';
import type { ReaderOptions } from './reader-options.js';

/** What {@link openOwnRecording} takes besides what every reader takes. */
export interface OwnRecordingOptions extends ReaderOptions {
  /** Refuse a recording of the other kind. @default either is taken */
  readonly kind?: RecordingSource['kind'];
}

/**
 * Opens a recording that `record` or `RecordingWriter` made: market events, or a journal of sequenced events.
 *
 * `ts` is what was written; one that goes back keeps the last one. Events are checked field by field. A file that
 * ends in a torn record (a crash) reads up to the last whole one and tells `onTornTail`. The definitions are those
 * in the file; `instruments` does not replace them, since the events are already in ticks and lots of theirs.
 *
 * @throws InputError when the file is missing, empty, of another format, kind or version of the schema, or damaged
 *
 * @example
 * const recording = await openOwnRecording('monday.millrace', { onTornTail: (tail) => console.warn(tail) });
 */
export async function openOwnRecording(
  path: string,
  options: OwnRecordingOptions = {},
): Promise<RecordingSource> {
  const bytesTotal = await sizeOfFile(path);
  const header = await readHeader(path);
  if (options.kind !== undefined && header.kind !== options.kind)
    throw new InputError(`${path}: header.kind must be ${options.kind} here, not ${show(header.kind)}`);
  return {
    name: basename(path),
    kind: header.kind,
    bytesTotal,
    instruments: header.instruments,
    batches: () => readEvents(path, header.kind, options),
  };
}

async function readHeader(path: string): Promise<RecordingHeader> {
  for await (const [first] of readFrames(path, () => {})) {
    if (first === undefined) continue;
    try {
      return checkHeader(decodePayload(new Decoder(), first.payload));
    } catch (error) {
      throw located(path, error);
    }
  }
  throw new InputError(`${path}: no whole record; a millrace recording begins with its header`);
}

async function* readEvents(
  path: string,
  kind: RecordingSource['kind'],
  { damage, onTornTail }: OwnRecordingOptions,
): AsyncGenerator<EventBatch, void, undefined> {
  const onTail = ({ offset, bytes, reason }: Tail): void =>
    onTornTail?.({ file: path, offset, bytes, reason });
  const decoder = new Decoder();
  // A journal with an event left out would be another journal.
  const collector = new EventCollector(path, basename(path), kind === 'market' ? damage : 'refuse');
  const take = kind === 'journal' ? sequences(collector) : marketEvents(collector);
  let bytesRead = 0;
  let failure: { readonly error: unknown } | undefined;
  let headerSeen = false;
  try {
    for await (const frames of readFrames(path, onTail)) {
      for (const { payload, offset, bytesRead: consumed } of frames) {
        bytesRead = consumed;
        if (!headerSeen) {
          headerSeen = true;
          continue;
        }
        let record: unknown;
        try {
          record = decodePayload(decoder, payload);
          take(record);
          collector.understood();
        } catch (error) {
          collector.bad(error, { place: `record at byte ${offset}`, mayConcern: mayConcern(record) });
        }
        if (collector.full) yield { events: collector.take(), bytesRead };
      }
    }
    collector.end();
  } catch (error) {
    failure = { error };
  }
  const events = collector.take();
  if (events.length > 0) yield { events, bytesRead };
  if (failure !== undefined) throw failure.error;
}

/** Whose book a bad record may have been about: that of the instrument it names, or any. */
function mayConcern(record: unknown): (instrument: InstrumentId) => boolean {
  const [, event] = Array.isArray(record) ? (record as unknown[]) : [];
  const { kind, instrument: named } = (event ?? {}) as {
    readonly kind?: unknown;
    readonly instrument?: unknown;
  };
  const known = typeof kind === 'string' && kind !== 'book' && kind !== 'bookOrder';
  return (instrument) => !known && (typeof named !== 'string' || named === instrument);
}

function decodePayload(decoder: Decoder, payload: Uint8Array): unknown {
  try {
    return decoder.decode(payload);
  } catch {
    throw new InputError(`a record must be msgpack, not ${payload.length} other bytes`);
  }
}

function marketEvents({ put }: EventCollector): (record: unknown) => void {
  return (record) => {
    if (!Array.isArray(record) || record.length !== 2)
      throw new InputError(`a record must be [ts, event], not ${show(record)}`);
    const [ts, event] = record as unknown[];
    put(time(ts), checkEvent(event));
  };
}

function sequences({ put }: EventCollector): (record: unknown) => void {
  let last = -1;
  return (record) => {
    if (!Array.isArray(record) || record.length !== 3)
      throw new InputError(`a record must be [seq, ts, event], not ${show(record)}`);
    const [seq, ts, event] = record as unknown[];
    if (!Number.isSafeInteger(seq) || (seq as number) < 1 || (last > 0 && seq !== last + 1)) {
      const expected =
        last > 0 ? `${last + 1}, right after the record before it` : 'an integer of at least 1';
      throw new InputError(`seq must be ${expected}, not ${show(seq)}`);
    }
    put(time(ts), checkEvent(event), seq as number);
    last = seq as number;
  };
}

function time(value: unknown): number {
  if (typeof value !== 'number' || !(value >= 0 && value < 1e14))
    throw new InputError(`ts must be a Unix time in milliseconds, not ${show(value)}`);
  return value;
}
