import type { Instrument } from '../../domain/instrument.js';
import type { BlockEncoder } from '../block/block-encoder.js';
import { decodeBlock } from '../block/decode-block.js';
import type { Disk } from '../disk/disk.js';
import { recordOf } from './record-frames.js';
import type { Segment } from './recover.js';
import { segmentHead } from './segment-format.js';
import { readBlocks } from './segments.js';
import { snapshotName, snapshotsOf, TEMPORARY } from './snapshot-files.js';

/** What stays of a segment that is cut. */
export interface Kept {
  readonly segment: Segment;
  readonly bytes: readonly Uint8Array[];
}

/** What stays of the segment that holds `seq` and goes on behind it; `undefined` when none does. */
export async function keptOf(
  disk: Disk,
  segments: readonly Segment[],
  seq: number,
  instruments: readonly Instrument[],
  encoder: BlockEncoder,
): Promise<Kept | undefined> {
  const segment = segments.find(({ first, last }) => first <= seq + 1 && last > seq);
  if (segment === undefined) return undefined;
  const bytes: Uint8Array[] = [segmentHead(segment.first, false, instruments)];
  if (seq >= segment.first) {
    for await (const block of readBlocks(disk, segment.first - 1)) {
      if (block.to <= seq) bytes.push(...recordOf(block.bytes, 0));
      else {
        const events = decodeBlock(block.bytes).filter((event) => event.seq <= seq);
        if (events.length > 0) bytes.push(...recordOf(encoder.encode(events).bytes, 0));
        break;
      }
    }
  }
  return { segment, bytes };
}

/** Removes the segments that begin behind `seq + 1`, the youngest first: a crash meanwhile leaves no gap. */
export async function removeBehind(disk: Disk, segments: Segment[], seq: number): Promise<void> {
  for (let youngest = segments.at(-1); youngest !== undefined; youngest = segments.at(-1)) {
    if (youngest.first <= seq + 1) return;
    disk.remove(youngest.name);
    await disk.syncNames();
    segments.pop();
  }
}

/** Writes a segment anew, up to `last`. */
export async function replaceSegment(disk: Disk, { segment, bytes }: Kept, last: number): Promise<void> {
  await install(disk, segment.name, bytes);
  // Its head may be longer than it was, if more instruments are known by now.
  segment.places.forget();
  segment.last = last;
  segment.end = bytes.reduce((sum, { length }) => sum + length, 0);
}

/** Puts a file in the place of another, whole or not at all. */
export async function install(disk: Disk, name: string, bytes: readonly Uint8Array[]): Promise<void> {
  const file = disk.open(`${name}${TEMPORARY}`, 'create');
  try {
    file.write(bytes, 0);
    await file.sync();
  } finally {
    file.close();
  }
  disk.rename(`${name}${TEMPORARY}`, name);
  await disk.syncNames();
}

/** Removes the snapshots of these places. */
export async function removeSnapshots(disk: Disk, which: (seq: number) => boolean): Promise<void> {
  const gone = snapshotsOf(disk.list()).filter(which);
  if (gone.length === 0) return;
  for (const seq of gone) disk.remove(snapshotName(seq));
  await disk.syncNames();
}
