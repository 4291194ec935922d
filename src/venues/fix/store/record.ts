import { crc32 } from 'node:zlib';

/** What a record of a session's store says. */
export type RecordKind = 'begin' | 'sent' | 'received' | 'reset' | 'promise';

const KINDS: readonly RecordKind[] = ['begin', 'sent', 'received', 'reset', 'promise'];
/** Magic, kind, mode, payload length (4 bytes), promised length of the file (6), check of the head (2). */
const HEAD = 16;
const CHECK = 4;
const MAGIC_F = 0x46;
const MAGIC_X = 0x58;
/** No payload is larger: a length beyond it is damage. */
const LARGEST = 1 << 26;

/** A record as it is in a file. */
export interface StoredRecord {
  readonly kind: RecordKind;
  /** Whether records of its time were synced before anything was sent. */
  readonly synced: boolean;
  /** Bytes of the file that were certain when it was written. */
  readonly promised: number;
  readonly payload: Buffer;
  readonly end: number;
}

/** Spells a record. */
export function encodeRecord(
  kind: RecordKind,
  synced: boolean,
  promised: number,
  payload: readonly Uint8Array[],
): Buffer {
  let length = 0;
  for (const part of payload) length += part.length;
  const bytes = Buffer.allocUnsafe(HEAD + length + CHECK);
  bytes[0] = MAGIC_F;
  bytes[1] = MAGIC_X;
  bytes[2] = KINDS.indexOf(kind) + 1;
  bytes[3] = synced ? 2 : 1;
  bytes.writeUInt32LE(length, 4);
  bytes.writeUIntLE(promised, 8, 6);
  bytes.writeUInt16LE(crc32(bytes.subarray(0, 14)) & 0xffff, 14);
  let at = HEAD;
  for (const part of payload) {
    bytes.set(part, at);
    at += part.length;
  }
  bytes.writeUInt32LE(crc32(bytes.subarray(0, at)) >>> 0, at);
  return bytes;
}

/** `torn`: the file ends within it. `damaged`: its bytes contradict each other. */
export type ReadRecord = StoredRecord | 'torn' | 'damaged';

/** Reads the record at a place before the end of the bytes. */
export function readRecord(bytes: Buffer, at: number): ReadRecord {
  const left = bytes.length - at;
  if (bytes[at] !== MAGIC_F || (left > 1 && bytes[at + 1] !== MAGIC_X)) return 'damaged';
  if (left < HEAD) return 'torn';
  const kind = KINDS[(bytes[at + 2] as number) - 1];
  const mode = bytes[at + 3];
  const length = bytes.readUInt32LE(at + 4);
  const check = crc32(bytes.subarray(at, at + 14)) & 0xffff;
  if (
    check !== bytes.readUInt16LE(at + 14) ||
    kind === undefined ||
    (mode !== 1 && mode !== 2) ||
    length > LARGEST
  )
    return 'damaged';
  const end = at + HEAD + length + CHECK;
  if (end > bytes.length) return 'torn';
  if (crc32(bytes.subarray(at, end - CHECK)) >>> 0 !== bytes.readUInt32LE(end - CHECK)) return 'damaged';
  return {
    kind,
    synced: mode === 2,
    promised: bytes.readUIntLE(at + 8, 6),
    payload: bytes.subarray(at + HEAD, end - CHECK),
    end,
  };
}

/** Whether a whole record behind a damaged place says that the bytes there had been certain. */
export function promisedBehind(bytes: Buffer, damage: number): boolean {
  for (let at = bytes.indexOf(MAGIC_F, damage + 1); at >= 0; at = bytes.indexOf(MAGIC_F, at + 1)) {
    const record = readRecord(bytes, at);
    if (typeof record === 'object' && record.promised > damage) return true;
  }
  return false;
}

/** A whole number of up to 48 bits. */
export function whole(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(6);
  bytes.writeUIntLE(value, 0, 6);
  return bytes;
}

/** A time, or 0. */
export function float(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeDoubleLE(value);
  return bytes;
}
