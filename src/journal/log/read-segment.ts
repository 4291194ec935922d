import { InputError } from '../../domain/errors.js';
import { checkBlock } from '../block/decode-block.js';
import { aligned, LONGEST_BLOCK_BYTES } from '../block/layout.js';
import type { DiskFile } from '../disk/disk.js';
import type { Block } from '../journal-store.js';
import { RECORD_HEAD_BYTES, readRecordHead } from './segment-format.js';

const CHUNK_BYTES = 1 << 20;

/** One block as it stands in a segment. */
export interface StoredBlock extends Block {
  /** Where its record begins, and where the next one does. */
  readonly at: number;
  readonly next: number;
  readonly synced: number;
}

/** Where the whole records end, and why: nothing when they end with the file. */
export interface SegmentEnd {
  readonly at: number;
  readonly last: number;
  readonly bad: string | undefined;
}

/** Bytes of a file, read ahead in large pieces. */
class Window {
  readonly #file: DiskFile;
  #bytes: Buffer = Buffer.alloc(0);
  #start = 0;

  constructor(file: DiskFile) {
    this.#file = file;
  }

  /** So many bytes from `at` on, or as many as there are. */
  async take(at: number, length: number): Promise<Buffer> {
    if (at < this.#start || at + length > this.#start + this.#bytes.length) {
      const read = await this.#file.read(at, Math.max(length, CHUNK_BYTES));
      this.#bytes = Buffer.from(read.buffer as ArrayBuffer, read.byteOffset, read.length);
      this.#start = at;
    }
    return this.#bytes.subarray(at - this.#start, at - this.#start + length);
  }
}

/**
 * The whole records of a segment from `at` on, whose first event has the seq `expected`. What it returns at the end says
 * where they end, and what is wrong behind that place.
 */
export async function* readSegment(
  file: DiskFile,
  at: number,
  expected: number,
): AsyncGenerator<StoredBlock, SegmentEnd, undefined> {
  const window = new Window(file);
  let place = at;
  let next = expected;
  for (;;) {
    const end = (bad?: string): SegmentEnd => ({ at: place, last: next - 1, bad });
    const found = await readRecord(window, place);
    if (found === undefined) return end();
    if (typeof found === 'string') return end(found);
    if (found.from !== next) return end(`a block begins at seq ${found.from}, and ${next} is due`);
    yield found;
    place = found.next;
    next = found.to + 1;
  }
}

/** The record at a place; nothing at the end of the file; what is wrong with it otherwise. */
async function readRecord(window: Window, at: number): Promise<StoredBlock | string | undefined> {
  const headBytes = await window.take(at, RECORD_HEAD_BYTES);
  if (headBytes.length === 0) return undefined;
  if (headBytes.length < RECORD_HEAD_BYTES) return 'the last record is cut off';
  const head = readRecordHead(headBytes, 0);
  if (head === undefined) return 'the head of a record is damaged';
  if (head.length > LONGEST_BLOCK_BYTES) return `a record of ${head.length} bytes`;
  const bytes = await window.take(at + RECORD_HEAD_BYTES, head.length);
  if (bytes.length < head.length) return 'the last record is cut off';
  try {
    const { from, count } = checkBlock(bytes);
    const next = at + RECORD_HEAD_BYTES + aligned(head.length);
    return { from, to: from + count - 1, bytes, at, next, synced: head.synced };
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}

/**
 * The greatest seq that any whole record behind `at` says was on the disk when it was written; 0 without one.
 *
 * It tells a torn tail, whose events nobody was promised, from damage to events that were.
 */
export async function syncedBehind(file: DiskFile, at: number): Promise<number> {
  const window = new Window(file);
  const size = file.size();
  let synced = 0;
  // Records begin at multiples of 8.
  for (let place = aligned(at); place + RECORD_HEAD_BYTES <= size; ) {
    const head = await window.take(place, RECORD_HEAD_BYTES);
    const found = head.length === RECORD_HEAD_BYTES ? readRecordHead(head, 0) : undefined;
    const record = found === undefined ? undefined : await readRecord(window, place);
    if (typeof record === 'object') {
      synced = Math.max(synced, record.synced);
      place = record.next;
    } else place += 8;
  }
  return synced;
}
