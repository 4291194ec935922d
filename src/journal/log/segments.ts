import { InputError } from '../../domain/errors.js';
import type { Instrument } from '../../domain/instrument.js';
import { LONGEST_BLOCK_BYTES } from '../block/layout.js';
import type { Disk, DiskFile } from '../disk/disk.js';
import type { Place } from './places.js';
import { readSegment, type SegmentEnd, type StoredBlock } from './read-segment.js';
import { firstOf, readSegmentHead, SEGMENT_HEAD_BYTES, type SegmentHead } from './segment-format.js';

/** A file of the log that has a whole head. */
export interface SegmentFile extends SegmentHead {
  readonly name: string;
}

/** Names of the segments of a folder, oldest first. */
export function segmentNames(names: readonly string[]): string[] {
  return names.filter((name) => firstOf(name) !== undefined).sort();
}

/** The head of a segment, or `undefined` when it is torn. @throws InputError for one of another version */
export async function headOf(disk: Disk, name: string, file: DiskFile): Promise<SegmentFile | undefined> {
  const place = `${disk.name}, ${name}`;
  try {
    let bytes = await file.read(0, 1 << 16);
    const length = bytes.length < SEGMENT_HEAD_BYTES ? 0 : asBuffer(bytes).readUInt32LE(20);
    if (length + SEGMENT_HEAD_BYTES > bytes.length && length < LONGEST_BLOCK_BYTES)
      bytes = await file.read(0, length + SEGMENT_HEAD_BYTES);
    const head = readSegmentHead(asBuffer(bytes));
    if (head !== undefined && head.first !== firstOf(name))
      throw new InputError(`it begins at seq ${head.first}: it was renamed, or belongs elsewhere`);
    return head && { ...head, name };
  } catch (error) {
    throw error instanceof InputError ? new InputError(`${place}: ${error.message}`) : error;
  }
}

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length);

/** What reading a journal came to. */
export interface ReadEnd {
  /** Last seq that was read. */
  readonly last: number;
  /** What stands behind it that is no whole record, with the file and the place. */
  readonly bad: string | undefined;
  readonly instruments: readonly Instrument[];
}

/**
 * The blocks of a journal behind `after`, in order, the first possibly beginning before that; segments that hold none
 * of them are passed over unread, and so is what stands in front of the place that `near` knows in a segment.
 *
 * @throws InputError when events behind `after` are gone, or missing in the middle
 */
export async function* readBlocks(
  disk: Disk,
  after: number,
  near: (segment: string, seq: number) => Place | undefined = () => undefined,
): AsyncGenerator<StoredBlock & { readonly file: string }, ReadEnd, undefined> {
  const names = segmentNames(disk.list());
  const firsts = names.map((name) => firstOf(name) as number);
  const oldest = firsts[0];
  if (oldest !== undefined && after < oldest - 1)
    throw new InputError(
      `${disk.name}: events from ${after + 1} on were asked for, and the journal begins at ${oldest}: begin from a snapshot`,
    );
  let last = (oldest ?? 1) - 1;
  let instruments: readonly Instrument[] = [];
  for (const [index, name] of names.entries()) {
    const following = firsts[index + 1];
    if (following !== undefined && following <= after + 1) {
      last = following - 1;
      continue;
    }
    const file = disk.open(name, 'read');
    try {
      const head = await headOf(disk, name, file);
      const fails = (at: number, why: string): ReadEnd => {
        const bad = `${disk.name}, ${name}, byte ${at}: ${why}`;
        if (following !== undefined)
          throw new InputError(`${bad}: the journal is damaged here, more follows`);
        return { last, bad, instruments };
      };
      if (head === undefined) return fails(0, 'the head of the segment is torn');
      instruments = head.instruments;
      if (index > 0 && head.first !== last + 1)
        throw new InputError(`${disk.name}, ${name}: begins at seq ${head.first}, and ${last + 1} is due`);
      const { seq, at } = near(name, after + 1) ?? { seq: head.first, at: head.bytes };
      last = seq - 1;
      const reading = readSegment(file, at, seq);
      let step: IteratorResult<StoredBlock, SegmentEnd> = await reading.next();
      for (; !step.done; step = await reading.next()) {
        last = step.value.to;
        if (last > after) yield { ...step.value, file: name };
      }
      if (step.value.bad !== undefined) return fails(step.value.at, step.value.bad);
    } finally {
      file.close();
    }
  }
  return { last, bad: undefined, instruments };
}
