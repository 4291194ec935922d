import { InputError } from '../../domain/errors.js';
import type { Instrument } from '../../domain/instrument.js';
import type { Disk, DiskFile } from '../disk/disk.js';
import { Places } from './places.js';
import { readSegment, syncedBehind } from './read-segment.js';
import { headOf, segmentNames } from './segments.js';
import { readSnapshot, snapshotName, snapshotsOf, TEMPORARY } from './snapshot-files.js';

/** A segment as the journal keeps it in mind. */
export interface Segment {
  readonly name: string;
  readonly first: number;
  /** Last seq in it; `first - 1` while it is empty. */
  last: number;
  /** Where the next record goes. */
  end: number;
  /** Where some of its records begin; none of a segment that was not read through. */
  readonly places: Places;
}

/** What was cut off when a journal was opened: the tail that a crash tore. */
export interface CutTail {
  readonly file: string;
  readonly at: number;
  /** Bytes that went, in later segments too. */
  readonly bytes: number;
  readonly reason: string;
}

/** A journal as it was found, made whole. */
export interface Recovered {
  readonly segments: Segment[];
  readonly instruments: readonly Instrument[];
  readonly cut: CutTail | undefined;
}

/** Segments younger than this many bytes from the end are read through; damage in older ones shows when they are read. */
const DEEP_BYTES = 64 * 1024 * 1024;

/** Where the whole log ends. */
interface Stop {
  readonly index: number;
  readonly at: number;
  readonly last: number;
  readonly reason: string;
}

/**
 * Makes the log of a folder whole: removes what was never finished, cuts a torn tail.
 *
 * @throws InputError naming file and place when events are damaged that were on the disk for sure, and what to do
 */
export async function recover(disk: Disk): Promise<Recovered> {
  for (const name of disk.list()) if (name.endsWith(TEMPORARY)) disk.remove(name);
  await dropReplaced(disk);
  const names = segmentNames(disk.list());
  const files = names.map((name) => disk.open(name, 'write'));
  try {
    const { segments, stop, instruments } = await walk(disk, names, files);
    let cut: CutTail | undefined;
    if (stop !== undefined) {
      await refuseDamage(disk, names, files, stop);
      cut = await cutTail(disk, names, files, stop);
    }
    // A killed process leaves what only the system's memory has; from here on it is on the disk.
    for (const [index, file] of files.entries()) if (index < segments.length) await file.sync();
    await disk.syncNames();
    const last = segments.at(-1)?.last ?? 0;
    await settleSnapshots(disk, last);
    return { segments, instruments, cut };
  } finally {
    for (const file of files) file.close();
  }
}

/** A journal that was begun anew may have been stopped before what it replaced was gone. */
async function dropReplaced(disk: Disk): Promise<void> {
  const names = segmentNames(disk.list());
  for (let index = names.length - 1; index > 0; index--) {
    const name = names[index] as string;
    const file = disk.open(name, 'read');
    const head = await headOf(disk, name, file).finally(() => file.close());
    if (head?.anew !== true) continue;
    for (const old of names.slice(0, index).reverse()) {
      disk.remove(old);
      await disk.syncNames();
    }
    return;
  }
}

async function walk(
  disk: Disk,
  names: readonly string[],
  files: readonly DiskFile[],
): Promise<{ segments: Segment[]; stop: Stop | undefined; instruments: readonly Instrument[] }> {
  const segments: Segment[] = [];
  let instruments: readonly Instrument[] = [];
  let young = 0;
  const deep = new Set<number>();
  for (let index = files.length - 1; index >= 0 && (young < DEEP_BYTES || deep.size < 2); index--) {
    young += (files[index] as DiskFile).size();
    deep.add(index);
  }
  let last = -1;
  for (const [index, file] of files.entries()) {
    const name = names[index] as string;
    const head = await headOf(disk, name, file);
    const due = last + 1;
    if (head === undefined)
      return {
        segments,
        instruments,
        stop: { index, at: 0, last, reason: 'the head of the segment is torn' },
      };
    if (index > 0 && head.first !== due) {
      const reason = `it begins at seq ${head.first}, and ${due} is due`;
      return { segments, instruments, stop: { index, at: 0, last, reason } };
    }
    instruments = head.instruments;
    const places = new Places();
    const segment: Segment = { name, first: head.first, last: head.first - 1, end: head.bytes, places };
    segments.push(segment);
    if (!deep.has(index)) {
      const following = Number(/\d{16}/.exec(names[index + 1] as string)?.[0]);
      segment.last = following - 1;
      segment.end = file.size();
      last = segment.last;
      continue;
    }
    const reading = readSegment(file, head.bytes, head.first);
    let step = await reading.next();
    for (; !step.done; step = await reading.next()) places.note(step.value.from, step.value.at);
    const { at, bad } = step.value;
    segment.last = step.value.last;
    segment.end = at;
    last = segment.last;
    if (bad !== undefined) return { segments, instruments, stop: { index, at, last, reason: bad } };
  }
  return { segments, instruments, stop: undefined };
}

/** Whole records behind the bad place tell how far the log was on the disk: what was there may not be missing now. */
async function refuseDamage(
  disk: Disk,
  names: readonly string[],
  files: readonly DiskFile[],
  { index, at, last, reason }: Stop,
): Promise<void> {
  let synced = 0;
  for (let place = index; place < files.length; place++)
    synced = Math.max(synced, await syncedBehind(files[place] as DiskFile, place === index ? at : 0));
  if (synced > Math.max(last, 0)) {
    throw new InputError(
      `${disk.name}, ${names[index]}, byte ${at}: ${reason}: events ${Math.max(last, 0) + 1} to ${synced} were on the disk and are damaged. ` +
        'Restore the folder from a copy, or move it away and let this member catch up from the other one',
    );
  }
}

async function cutTail(
  disk: Disk,
  names: readonly string[],
  files: readonly DiskFile[],
  { index, at, reason }: Stop,
): Promise<CutTail> {
  let bytes = 0;
  // The youngest first, so that a crash meanwhile leaves no gap.
  for (let place = files.length - 1; place > index || (place === index && at === 0); place--) {
    bytes += (files[place] as DiskFile).size();
    disk.remove(names[place] as string);
    await disk.syncNames();
  }
  if (at > 0) {
    const file = files[index] as DiskFile;
    bytes += file.size() - at;
    file.truncate(at);
    await file.sync();
  }
  return { file: names[index] as string, at, bytes, reason };
}

/** A snapshot ahead of the log is one that came from elsewhere and was not begun from, or tells of lost events. */
async function settleSnapshots(disk: Disk, last: number): Promise<void> {
  for (const seq of snapshotsOf(disk.list())) {
    if (seq <= last) return;
    const stored = await readSnapshot(disk, seq).catch((error: unknown) => {
      if (error instanceof InputError) return undefined;
      throw error;
    });
    if (stored !== undefined && !stored.received)
      throw new InputError(
        `${disk.name}: ${snapshotName(seq)} is there, and the journal ends at ${last}: events that were on the disk are missing. ` +
          'Restore the folder from a copy, or move it away and let this member catch up from the other one',
      );
    disk.remove(snapshotName(seq));
    await disk.syncNames();
  }
}
