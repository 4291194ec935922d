import { crc32 } from 'node:zlib';
import { decodeSnapshot, encodeSnapshot, type Snapshot } from '../../core/snapshot.js';
import { InputError } from '../../domain/errors.js';
import type { Disk } from '../disk/disk.js';
import { readSeq, writeSeq } from './segment-format.js';

/** The first four bytes of a snapshot's file: `MRLS`. */
const MAGIC = 0x534c_524d;
const VERSION = 1;
const HEAD_BYTES = 32;
/** It came from another member: the journal begins behind it. */
const RECEIVED = 1;
const NAME = /^snapshot-(\d{16})\.mrs$/;

export const TEMPORARY = '.tmp';

export const snapshotName = (seq: number): string => `snapshot-${String(seq).padStart(16, '0')}.mrs`;

/** Seqs of the snapshots of a folder, newest first. */
export function snapshotsOf(names: readonly string[]): number[] {
  return names
    .map((name) => NAME.exec(name)?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number)
    .sort((a, b) => b - a);
}

/** A snapshot out of its file. */
export interface StoredSnapshot {
  readonly snapshot: Snapshot;
  readonly received: boolean;
}

/** Puts a snapshot on the disk; it is there whole, or not at all. */
export async function writeSnapshot(disk: Disk, snapshot: Snapshot, received: boolean): Promise<void> {
  const payload = encodeSnapshot(snapshot);
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32LE(MAGIC, 0);
  head.writeUInt16LE(VERSION, 4);
  head.writeUInt16LE(received ? RECEIVED : 0, 6);
  writeSeq(head, 8, snapshot.seq);
  writeSeq(head, 16, payload.length);
  head.writeUInt32LE(crc32(payload, crc32(head.subarray(0, 24))), 24);
  const name = snapshotName(snapshot.seq);
  const temporary = `${name}${TEMPORARY}`;
  if (disk.list().includes(temporary)) disk.remove(temporary);
  const file = disk.open(temporary, 'create');
  try {
    file.write([head, payload], 0);
    await file.sync();
  } finally {
    file.close();
  }
  disk.rename(temporary, name);
  await disk.syncNames();
}

/** @throws InputError when the file is not whole */
export async function readSnapshot(disk: Disk, seq: number): Promise<StoredSnapshot> {
  const name = snapshotName(seq);
  const file = disk.open(name, 'read');
  try {
    const read = await file.read(0, file.size());
    const bytes = Buffer.from(read.buffer as ArrayBuffer, read.byteOffset, read.length);
    const refuse = (why: string): never => {
      throw new InputError(`${disk.name}, ${name}: ${why}`);
    };
    if (bytes.length < HEAD_BYTES || bytes.readUInt32LE(0) !== MAGIC) refuse('not a snapshot');
    if (bytes.readUInt16LE(4) !== VERSION)
      refuse(`layout ${bytes.readUInt16LE(4)}; this millrace reads ${VERSION}`);
    const payload = bytes.subarray(HEAD_BYTES);
    if (readSeq(bytes, 16) !== payload.length || readSeq(bytes, 8) !== seq) refuse('cut off');
    if (bytes.readUInt32LE(24) !== crc32(payload, crc32(bytes.subarray(0, 24))))
      refuse('the checksum is wrong');
    return {
      snapshot: decodeSnapshot(payload),
      received: (bytes.readUInt16LE(6) & RECEIVED) !== 0,
    };
  } finally {
    file.close();
  }
}

/** The newest whole snapshot at or before a seq; one that is damaged is passed over for an older one. */
export async function newestSnapshotOf(disk: Disk, upTo: number): Promise<Snapshot | undefined> {
  for (const seq of snapshotsOf(disk.list())) {
    if (seq > upTo) continue;
    try {
      return (await readSnapshot(disk, seq)).snapshot;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
    }
  }
  return undefined;
}
