import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { InputError } from '../domain/errors.js';
import { ServiceError } from '../services/within.js';
import { LARGEST_PAYLOAD } from './check-entry.js';
import type { SignalEntry } from './signal-log.js';

const MAGIC = Buffer.from('MRSIGNAL1\n');
const HEADER = MAGIC.length + 8;
const FRAME = 8;
const FIXED = 10;
const LONGEST_BODY = FIXED + 800 + LARGEST_PAYLOAD;

/**
 * One file of a signal log: a header with the first position, then records of length, CRC-32 and body (position, id,
 * payload), one behind the other. All numbers are big-endian.
 */
export class SignalSegment {
  readonly path: string;
  readonly first: number;
  readonly #file: FileHandle;
  /** Where each record begins; the first is that of `first`. */
  readonly #offsets: number[];
  #size: number;

  private constructor(path: string, file: FileHandle, first: number, offsets: number[], size: number) {
    this.path = path;
    this.#file = file;
    this.first = first;
    this.#offsets = offsets;
    this.#size = size;
  }

  get last(): number {
    return this.first + this.#offsets.length - 1;
  }

  get size(): number {
    return this.#size;
  }

  static async create(path: string, first: number): Promise<SignalSegment> {
    const file = await open(path, 'wx+', 0o600);
    const header = Buffer.alloc(HEADER);
    MAGIC.copy(header);
    header.writeDoubleBE(first, MAGIC.length);
    await file.write(header, 0, HEADER, 0);
    await file.datasync();
    return new SignalSegment(path, file, first, [], HEADER);
  }

  /**
   * Opens a segment and tells the ids in it. What a crash left behind the last whole record of the log's `newest` segment is
   * cut off.
   *
   * @throws InputError naming the file and the place of a damage; `undefined` for a newest segment that a crash left empty
   */
  static async open(
    path: string,
    newest: boolean,
    found: (id: string, position: number) => void,
  ): Promise<SignalSegment | undefined> {
    const file = await open(path, 'r+');
    try {
      const bytes = await file.readFile();
      if (
        bytes.length < HEADER &&
        newest &&
        MAGIC.subarray(0, bytes.length).equals(bytes.subarray(0, MAGIC.length))
      ) {
        await file.close();
        return undefined;
      }
      if (bytes.length < HEADER || !bytes.subarray(0, MAGIC.length).equals(MAGIC))
        throw new InputError(
          `${path} is no segment of a signal log of millrace: its first bytes are not "${MAGIC.toString().trim()}"`,
        );
      const first = bytes.readDoubleBE(MAGIC.length);
      const offsets: number[] = [];
      let offset = HEADER;
      while (offset < bytes.length) {
        const record = recordAt(bytes, offset, first + offsets.length);
        if (record === undefined) {
          checkTorn(path, bytes, offset, first + offsets.length, newest);
          await file.truncate(offset);
          await file.datasync();
          break;
        }
        found(record.entry.id, record.entry.position);
        offsets.push(offset);
        offset = record.end;
      }
      return new SignalSegment(path, file, first, offsets, offset);
    } catch (error) {
      await file.close().catch(() => undefined);
      throw error;
    }
  }

  /** Appends entries and resolves when they are on the disk. Their positions must follow `last`. */
  async append(entries: readonly SignalEntry[]): Promise<void> {
    const records = entries.map(encode);
    const bytes = Buffer.concat(records);
    const { bytesWritten } = await this.#file.write(bytes, 0, bytes.length, this.#size);
    if (bytesWritten !== bytes.length)
      throw new ServiceError(`${this.path}: the disk took only a part of what was appended`);
    await this.#file.datasync();
    for (const record of records) {
      this.#offsets.push(this.#size);
      this.#size += record.length;
    }
  }

  /** The entry at a position that this segment holds. @throws InputError when it was damaged since */
  async read(position: number): Promise<SignalEntry> {
    const index = position - this.first;
    const begin = this.#offsets[index] as number;
    const end = this.#offsets[index + 1] ?? this.#size;
    const bytes = Buffer.alloc(end - begin);
    await this.#file.read(bytes, 0, bytes.length, begin);
    const record = recordAt(bytes, 0, position);
    if (record === undefined)
      throw new InputError(`${this.path} is damaged at byte ${begin}: the record of position ${position}`);
    return record.entry;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

function encode({ position, id, payload }: SignalEntry): Buffer {
  const name = Buffer.from(id);
  const body = FIXED + name.length + payload.length;
  const bytes = Buffer.alloc(FRAME + body);
  bytes.writeUInt32BE(body, 0);
  bytes.writeDoubleBE(position, FRAME);
  bytes.writeUInt16BE(name.length, FRAME + 8);
  name.copy(bytes, FRAME + FIXED);
  bytes.set(payload, FRAME + FIXED + name.length);
  bytes.writeUInt32BE(crc32(bytes.subarray(FRAME)), 4);
  return bytes;
}

/** The whole record at an offset, if it is the one of `position`. */
function recordAt(
  bytes: Buffer,
  offset: number,
  position: number,
): { readonly entry: SignalEntry; readonly end: number } | undefined {
  if (offset + FRAME > bytes.length) return undefined;
  const length = bytes.readUInt32BE(offset);
  const end = offset + FRAME + length;
  if (length < FIXED || length > LONGEST_BODY || end > bytes.length) return undefined;
  const body = bytes.subarray(offset + FRAME, end);
  if (crc32(body) !== bytes.readUInt32BE(offset + 4) || body.readDoubleBE(0) !== position) return undefined;
  const idEnd = FIXED + body.readUInt16BE(8);
  const id = body.toString('utf8', FIXED, idEnd);
  return { entry: { position, id, payload: Uint8Array.from(body.subarray(idEnd)), deliveries: 0 }, end };
}

/** A crash leaves a torn record at the very end. Where a whole one follows, what was confirmed is damaged. */
function checkTorn(path: string, bytes: Buffer, offset: number, position: number, newest: boolean): void {
  const fail = (): never => {
    throw new InputError(
      `${path} is damaged at byte ${offset}: the record of position ${position}. Restore the folder, or move this file away and lose what is in it`,
    );
  };
  if (!newest) fail();
  for (let at = offset + 1; at + FRAME + FIXED <= bytes.length; at++) {
    const follows = bytes.readDoubleBE(at + FRAME);
    if (follows > position && Number.isSafeInteger(follows) && recordAt(bytes, at, follows) !== undefined)
      fail();
  }
}
