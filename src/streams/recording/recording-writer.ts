import { closeSync, fsync, openSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { Encoder } from '@msgpack/msgpack';
import { ConfigurationError, InputError, show } from '../../domain/errors.js';
import type { SequencedEvent, TimedEvent } from '../../domain/event.js';
import type { Instrument } from '../../domain/instrument.js';
import { FRAME_HEAD_BYTES, frameHead, LONGEST_PAYLOAD_BYTES } from './record-frames.js';
import { recordingHeader } from './recording-header.js';
import type { RecordingSource } from './source.js';

/** What a recording holds and how it is written. */
export interface RecordingOptions {
  /** `journal`: every event must be a `SequencedEvent`. */
  readonly kind: RecordingSource['kind'];
  readonly instruments: readonly Instrument[];
  /** What the header says of when and how it was made. @default "" */
  readonly created?: string;
  /** Replace a file that exists. @default false */
  readonly overwrite?: boolean;
}

const BUFFER_BYTES = 256 * 1024;

/**
 * Writes a recording of our own, event by event.
 *
 * At most 256 KiB wait in memory; then they are handed to the operating system at once, within `write`, so that a
 * source that is faster than the disk is slowed down instead of filling the memory. `close` makes them durable. After
 * a crash the file reads up to its last whole record.
 *
 * @throws ConfigurationError when the file exists and may not be replaced, or cannot be created
 *
 * @example
 * const writer = new RecordingWriter('monday.millrace', { kind: 'market', instruments: [btc] });
 * writer.write({ ts: Date.now(), event });
 * await writer.close();
 */
export class RecordingWriter {
  readonly path: string;
  readonly #kind: RecordingSource['kind'];
  readonly #encoder = new Encoder({ ignoreUndefined: true });
  readonly #buffer: Buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  #used = 0;
  #file: number;
  #closing: Promise<void> | undefined;

  constructor(path: string, options: RecordingOptions) {
    this.path = path;
    this.#kind = options.kind;
    try {
      this.#file = openSync(path, options.overwrite === true ? 'w' : 'wx');
    } catch (error) {
      const exists = (error as { code?: unknown }).code === 'EEXIST';
      throw new ConfigurationError(
        exists
          ? `recording ${path} exists already: name another file, or set overwrite to true`
          : `recording ${path} cannot be created: ${(error as Error).message}`,
      );
    }
    this.#append(recordingHeader(options.kind, options.instruments, options.created ?? ''));
  }

  /** @throws InputError when a journal is given an event without `seq`, or the writer is closed */
  write(timed: TimedEvent): void {
    if (this.#closing !== undefined)
      throw new InputError(`recording ${this.path} is closed; it takes no event`);
    const { ts, event } = timed;
    if (this.#kind === 'market') {
      this.#append([ts, event]);
      return;
    }
    const { seq } = timed as SequencedEvent;
    if (!Number.isSafeInteger(seq))
      throw new InputError(`seq of an event in journal ${this.path} must be an integer, not ${show(seq)}`);
    this.#append([seq, ts, event]);
  }

  /** Hands what waits in memory to the operating system. */
  flush(): void {
    this.#put(this.#buffer.subarray(0, this.#used));
    this.#used = 0;
  }

  /** Flushes, waits until the disk has it all, and closes the file. Calling it twice is one call. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    try {
      this.flush();
      await promisify(fsync)(this.#file);
    } finally {
      closeSync(this.#file);
    }
  }

  #append(record: unknown): void {
    const payload = this.#encoder.encodeSharedRef(record);
    if (payload.length > LONGEST_PAYLOAD_BYTES)
      throw new InputError(`an event of ${payload.length} bytes is too long for recording ${this.path}`);
    const head = frameHead(payload);
    const length = FRAME_HEAD_BYTES + payload.length;
    if (this.#used + length > BUFFER_BYTES) this.flush();
    if (length > BUFFER_BYTES) {
      this.#put(head);
      this.#put(payload);
      return;
    }
    this.#buffer.set(head, this.#used);
    this.#buffer.set(payload, this.#used + FRAME_HEAD_BYTES);
    this.#used += length;
  }

  #put(bytes: Uint8Array): void {
    for (let written = 0; written < bytes.length; ) written += writeSync(this.#file, bytes, written);
  }
}
