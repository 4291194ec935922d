import { crc32 } from 'node:zlib';
import { InputError } from '../../domain/errors.js';
import type { Instrument } from '../../domain/instrument.js';
import { checkEvent, WIRE_VERSION } from '../../domain/wire.js';
import { aligned } from '../block/layout.js';
import { Packer } from '../block/pack.js';
import { Unpacker } from '../block/unpack.js';

/** The first four bytes of a segment: `MRLJ`. */
const SEGMENT_MAGIC = 0x4a4c_524d;
const SEGMENT_VERSION = 1;
export const SEGMENT_HEAD_BYTES = 32;
export const RECORD_HEAD_BYTES = 16;
/** The journal begins anew with this segment: what came before is gone on purpose. */
const ANEW = 1;

/** What a segment says of itself. */
export interface SegmentHead {
  /** Seq of its first event. */
  readonly first: number;
  readonly anew: boolean;
  readonly instruments: readonly Instrument[];
  /** Where its first record begins. */
  readonly bytes: number;
}

const SEGMENT_NAME = /^journal-(\d{16})\.mrj$/;

export const segmentName = (first: number): string => `journal-${String(first).padStart(16, '0')}.mrj`;

/** The first seq of a segment by the name of its file, or `undefined` for another file. */
export function firstOf(name: string): number | undefined {
  const digits = SEGMENT_NAME.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

const low = (value: number): number => value % 0x1_0000_0000;
const high = (value: number): number => Math.floor(value / 0x1_0000_0000);
export const readSeq = (bytes: Buffer, at: number): number =>
  bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 0x1_0000_0000;

export function writeSeq(bytes: Buffer, at: number, value: number): void {
  bytes.writeUInt32LE(low(value), at);
  bytes.writeUInt32LE(high(value), at + 4);
}

export function segmentHead(first: number, anew: boolean, instruments: readonly Instrument[]): Buffer {
  const packer = new Packer();
  packer.pack(instruments);
  const bytes = Buffer.alloc(SEGMENT_HEAD_BYTES + aligned(packer.length));
  bytes.writeUInt32LE(SEGMENT_MAGIC, 0);
  bytes.writeUInt16LE(SEGMENT_VERSION, 4);
  bytes.writeUInt16LE(WIRE_VERSION, 6);
  writeSeq(bytes, 8, first);
  bytes.writeUInt32LE(anew ? ANEW : 0, 16);
  bytes.writeUInt32LE(packer.length, 20);
  packer.copyTo(bytes, SEGMENT_HEAD_BYTES);
  bytes.writeUInt32LE(headChecksum(bytes, packer.length), 24);
  return bytes;
}

const headChecksum = (bytes: Buffer, length: number): number =>
  crc32(bytes.subarray(SEGMENT_HEAD_BYTES, SEGMENT_HEAD_BYTES + length), crc32(bytes.subarray(0, 24)));

/**
 * Reads the head of a segment; `undefined` when it is not whole, as after a crash.
 *
 * @throws InputError for a whole head of another version, or whose instruments are none
 */
export function readSegmentHead(bytes: Buffer): SegmentHead | undefined {
  if (bytes.length < SEGMENT_HEAD_BYTES || bytes.readUInt32LE(0) !== SEGMENT_MAGIC) return undefined;
  const length = bytes.readUInt32LE(20);
  if (length > bytes.length - SEGMENT_HEAD_BYTES) return undefined;
  if (bytes.readUInt32LE(24) !== headChecksum(bytes, length)) return undefined;
  const [version, schema] = [bytes.readUInt16LE(4), bytes.readUInt16LE(6)];
  if (version !== SEGMENT_VERSION)
    throw new InputError(
      `the journal's layout is version ${version}; this millrace reads ${SEGMENT_VERSION}`,
    );
  if (schema !== WIRE_VERSION)
    throw new InputError(`the journal follows wire schema ${schema}; this millrace reads ${WIRE_VERSION}`);
  const instruments = new Unpacker(bytes, SEGMENT_HEAD_BYTES, SEGMENT_HEAD_BYTES + length).next();
  if (!Array.isArray(instruments)) throw new InputError('the instruments of a segment must be an array');
  return {
    first: readSeq(bytes, 8),
    anew: (bytes.readUInt32LE(16) & ANEW) !== 0,
    instruments: instruments.map((definition) => {
      const event = checkEvent({ kind: 'instrument', venueTime: 0, definition });
      return (event as { readonly definition: Instrument }).definition;
    }),
    bytes: SEGMENT_HEAD_BYTES + aligned(length),
  };
}

/** What stands before each block of a segment. */
export interface RecordHead {
  /** Bytes of the block. */
  readonly length: number;
  /** Up to this seq the log was on the disk when the block was written. */
  readonly synced: number;
}

export function recordHead(length: number, synced: number): Buffer {
  const bytes = Buffer.allocUnsafe(RECORD_HEAD_BYTES);
  bytes.writeUInt32LE(length, 0);
  writeSeq(bytes, 8, synced);
  bytes.writeUInt32LE(recordChecksum(bytes, 0), 4);
  return bytes;
}

/** Reads a record's head; `undefined` when it is not whole. */
export function readRecordHead(bytes: Buffer, at: number): RecordHead | undefined {
  const length = bytes.readUInt32LE(at);
  if (length === 0 || bytes.readUInt32LE(at + 4) !== recordChecksum(bytes, at)) return undefined;
  return { length, synced: readSeq(bytes, at + 8) };
}

const recordChecksum = (bytes: Buffer, at: number): number =>
  crc32(bytes.subarray(at + 8, at + 16), crc32(bytes.subarray(at, at + 4)));
