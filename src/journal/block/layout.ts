import { crc32 } from 'node:zlib';
import { InputError } from '../../domain/errors.js';
import { WIRE_VERSION } from '../../domain/wire.js';

/** The first four bytes of a block: `MRLB`. */
export const BLOCK_MAGIC = 0x424c_524d;

/** Version of the layout of blocks; the schema of the events in them has a version of its own. */
export const BLOCK_VERSION = 1;

/** Bytes before the first column. */
export const BLOCK_HEAD_BYTES = 56;

/** Longer blocks are neither written nor believed. */
export const LONGEST_BLOCK_BYTES: number = 64 * 1024 * 1024;

/** How an event of a block is stored, by the byte that the block holds for it. */
export const PACKED = 0;
export const QUOTE = 1;
export const TRADE = 2;
export const BOOK = 3;
export const BOOK_ORDER = 4;

/** How much of what is in a block. */
export interface BlockHead {
  /** Bytes of the whole block. */
  readonly length: number;
  readonly from: number;
  readonly count: number;
  /** Bytes of the names. */
  readonly names: number;
  readonly quotes: number;
  readonly trades: number;
  readonly books: number;
  readonly bookOrders: number;
}

/** The next multiple of 8: columns of doubles begin there. */
export const aligned = (bytes: number): number => Math.ceil(bytes / 8) * 8;

/** Reads the head of a block that begins at `at`. @throws InputError for what is no block, or of another version */
export function readHead(bytes: Buffer, at = 0): BlockHead {
  const left = bytes.length - at;
  if (left < BLOCK_HEAD_BYTES)
    throw new InputError(`a block begins with ${BLOCK_HEAD_BYTES} bytes, not ${left}`);
  const magic = bytes.readUInt32LE(at);
  if (magic !== BLOCK_MAGIC)
    throw new InputError(`a block begins with MRLB, not with 0x${magic.toString(16).padStart(8, '0')}`);
  const version = bytes.readUInt16LE(at + 4);
  if (version !== BLOCK_VERSION)
    throw new InputError(
      `the layout of the block is version ${version}; this millrace reads ${BLOCK_VERSION}`,
    );
  const schema = bytes.readUInt16LE(at + 6);
  if (schema !== WIRE_VERSION)
    throw new InputError(
      `the events of the block follow wire schema ${schema}; this millrace reads ${WIRE_VERSION}`,
    );
  const head: BlockHead = {
    length: bytes.readUInt32LE(at + 8),
    from: bytes.readUInt32LE(at + 16) + bytes.readUInt32LE(at + 20) * 0x1_0000_0000,
    count: bytes.readUInt32LE(at + 24),
    names: bytes.readUInt32LE(at + 28),
    quotes: bytes.readUInt32LE(at + 32),
    trades: bytes.readUInt32LE(at + 36),
    books: bytes.readUInt32LE(at + 40),
    bookOrders: bytes.readUInt32LE(at + 44),
  };
  const { length, from, count, quotes, trades, books, bookOrders } = head;
  if (length < BLOCK_HEAD_BYTES || length > LONGEST_BLOCK_BYTES)
    throw new InputError(
      `a block has ${BLOCK_HEAD_BYTES} to ${LONGEST_BLOCK_BYTES} bytes, and this one says ${length}`,
    );
  // Every event takes nine bytes at least: its time and how it is stored.
  if (count < 1 || count * 9 > length || quotes + trades + books + bookOrders > count)
    throw new InputError(`a block of ${length} bytes cannot hold ${count} events`);
  if (from < 1 || !Number.isSafeInteger(from + count))
    throw new InputError(`the events of a block begin at a seq of at least 1, not at ${from}`);
  return head;
}

/** CRC-32 of a block, its own field left out. */
export function blockChecksum(block: Uint8Array): number {
  return crc32(block.subarray(16), crc32(block.subarray(0, 12)));
}

/** The place of the checksum within a block. */
export const CHECKSUM_AT = 12;
