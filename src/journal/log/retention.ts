import { decodeBlock } from '../block/decode-block.js';
import type { Disk } from '../disk/disk.js';
import { readSegment } from './read-segment.js';
import type { Segment } from './recover.js';
import { headOf } from './segments.js';
import { snapshotsOf } from './snapshot-files.js';

/**
 * What a journal may forget. Only whole segments go, and only those that every snapshot that is kept is past: without a
 * snapshot nothing is ever removed.
 */
export interface Retention {
  /** Newest snapshots that are kept. @default 2 */
  readonly snapshots?: number;
  /** Segments go while the log is larger than so many bytes. */
  readonly bytes?: number;
  /** Segments go whose last event is so many milliseconds of event time older than the newest. */
  readonly age?: number;
}

/** The snapshots, of these from the newest on, that may go. */
export const spareSnapshots = (
  newestFirst: readonly number[],
  { snapshots = 2 }: Retention,
): readonly number[] => newestFirst.slice(snapshots);

/** Names of the segments that may go, oldest first. With neither `bytes` nor `age` all that are covered may. */
export async function removable(
  disk: Disk,
  segments: readonly Segment[],
  { bytes, age }: Retention,
): Promise<string[]> {
  const covered = snapshotsOf(disk.list()).at(-1) ?? 0;
  let total = segments.reduce((sum, { end }) => sum + end, 0);
  const now = age === undefined ? 0 : await lastTime(disk, segments.at(-1) as Segment);
  const names: string[] = [];
  // The youngest stays in any case: it says where the log goes on.
  for (const segment of segments.slice(0, -1)) {
    if (segment.last > covered) break;
    const tooMuch = bytes !== undefined && total > bytes;
    const tooOld = age !== undefined && now - (await lastTime(disk, segment)) > age;
    if (!tooMuch && !tooOld && (bytes !== undefined || age !== undefined)) break;
    total -= segment.end;
    names.push(segment.name);
  }
  return names;
}

/** The time of the last event of a segment. */
async function lastTime(disk: Disk, { name, first }: Segment): Promise<number> {
  const file = disk.open(name, 'read');
  try {
    const head = await headOf(disk, name, file);
    if (head === undefined) return 0;
    let bytes: Uint8Array | undefined;
    for await (const block of readSegment(file, head.bytes, first)) bytes = block.bytes;
    return bytes === undefined ? 0 : (decodeBlock(bytes).at(-1)?.ts ?? 0);
  } finally {
    file.close();
  }
}
