import { basename } from 'node:path';
import { Decoder } from '@msgpack/msgpack';
import { InputError, show } from '../../domain/errors.js';
import type { SequencedEvent, TimedEvent } from '../../domain/event.js';
import { checkEvent } from '../../domain/wire.js';
import { located } from '../recording/line-source.js';
import { sizeOfFile } from '../recording/read-chunks.js';
import { readFrames, type Tail } from '../recording/record-frames.js';
import { checkHeader, type RecordingHeader } from '../recording/recording-header.js';
import { BATCH_EVENTS, type EventBatch, type RecordingSource } from '../recording/source.js';
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
 */
export async function openOwnRecording(
  path: string,
  options: OwnRecordingOptions = {},
): Promise<RecordingSource> {
  const bytesTotal = await sizeOfFile(path);
  const header = await readHeader(path);
  if (options.kind !== undefined && header.kind !== options.kind)
    throw new InputError(`${path}: header.kind must be ${options.kind} here, not ${show(header.kind)}`);
  const onTail = ({ offset, bytes, reason }: Tail): void =>
    options.onTornTail?.({ file: path, offset, bytes, reason });
  return {
    name: basename(path),
    kind: header.kind,
    bytesTotal,
    instruments: header.instruments,
    batches: () => readEvents(path, header.kind, onTail),
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
  onTail: (tail: Tail) => void,
): AsyncGenerator<EventBatch, void, undefined> {
  const decoder = new Decoder();
  let events: TimedEvent[] = [];
  let bytesRead = 0;
  let last = { ts: 0, seq: -1 };
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
        try {
          const record = decodePayload(decoder, payload);
          const timed = kind === 'journal' ? sequenced(record, last) : marketEvent(record, last.ts);
          last = { ts: timed.ts, seq: (timed as SequencedEvent).seq ?? -1 };
          events.push(timed);
        } catch (error) {
          throw located(`${path}, record at byte ${offset}`, error);
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
  if (events.length > 0) yield { events, bytesRead };
  if (failure !== undefined) throw failure.error;
}

function decodePayload(decoder: Decoder, payload: Uint8Array): unknown {
  try {
    return decoder.decode(payload);
  } catch {
    throw new InputError(`a record must be msgpack, not ${payload.length} other bytes`);
  }
}

function marketEvent(record: unknown, least: number): TimedEvent {
  if (!Array.isArray(record) || record.length !== 2)
    throw new InputError(`a record must be [ts, event], not ${show(record)}`);
  return { ts: Math.max(least, time(record[0])), event: checkEvent(record[1]) };
}

function sequenced(record: unknown, last: { readonly ts: number; readonly seq: number }): SequencedEvent {
  if (!Array.isArray(record) || record.length !== 3)
    throw new InputError(`a record must be [seq, ts, event], not ${show(record)}`);
  const [seq, ts, event] = record as unknown[];
  if (!Number.isSafeInteger(seq) || (seq as number) < 1 || (last.seq > 0 && seq !== last.seq + 1)) {
    const expected =
      last.seq > 0 ? `${last.seq + 1}, right after the record before it` : 'an integer of at least 1';
    throw new InputError(`seq must be ${expected}, not ${show(seq)}`);
  }
  return { seq: seq as number, ts: Math.max(last.ts, time(ts)), event: checkEvent(event) };
}

function time(value: unknown): number {
  if (typeof value !== 'number' || !(value >= 0 && value < 1e14))
    throw new InputError(`ts must be a Unix time in milliseconds, not ${show(value)}`);
  return value;
}
