import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { InputError } from '../domain/errors.js';
import type { Disk, DiskFile } from '../journal/disk/disk.js';

/** Bytes of a line of sums: length and checksum of what was written, and the checksum of these two. */
const LINE = 12;

/** The names of a segment's files. */
export const namesOf = (segment: number) => {
  const base = String(segment).padStart(6, '0');
  return {
    stream: `${base}.arrows`,
    sums: `${base}.sums`,
    sealed: `${base}.arrow`,
    digest: `${base}.arrow.sha256`,
  };
};

/**
 * A segment that is being written: an Arrow stream, and beside it the length and CRC-32 of each batch, which is written
 * after the batch. Arrow itself has no checksums. A batch counts once its line is there.
 */
export class OpenSegment {
  readonly number: number;
  readonly #stream: DiskFile;
  readonly #sums: DiskFile;
  #length = 0;
  #lines = 0;
  rows = 0;

  constructor(disk: Disk, number: number, head: Uint8Array) {
    this.number = number;
    const names = namesOf(number);
    this.#stream = disk.open(names.stream, 'create');
    this.#sums = disk.open(names.sums, 'create');
    this.append(head, 0);
  }

  append(bytes: Uint8Array, rows: number): void {
    this.#stream.write([bytes], this.#length);
    this.#sums.write([lineOf(bytes)], this.#lines * LINE);
    this.#length += bytes.length;
    this.#lines += 1;
    this.rows += rows;
  }

  async sync(): Promise<void> {
    // Both are begun at once: the segment may be closed meanwhile, and a file that is closed by then must not be touched again.
    await Promise.all([this.#stream.sync(), this.#sums.sync()]);
  }

  close(): void {
    this.#stream.close();
    this.#sums.close();
  }
}

function lineOf(bytes: Uint8Array): Buffer {
  const line = Buffer.alloc(LINE);
  line.writeUInt32LE(bytes.length, 0);
  line.writeUInt32LE(crc32(bytes), 4);
  line.writeUInt32LE(crc32(line.subarray(0, 8)), 8);
  return line;
}

const contentOf = (disk: Disk, name: string): Promise<Uint8Array> => contentOfFile(disk.open(name, 'read'));

async function contentOfFile(file: DiskFile): Promise<Uint8Array> {
  try {
    return await file.read(0, file.size());
  } finally {
    file.close();
  }
}

/**
 * The whole batches of a segment that was being written: what a crash left behind them is not theirs.
 *
 * @throws InputError naming the file and the batch when one was changed
 */
export async function wholeBatches(disk: Disk, number: number): Promise<Uint8Array> {
  const names = namesOf(number);
  // Both are opened before anything is waited for: once it is sealed they are taken away.
  const streamFile = disk.open(names.stream, 'read');
  const sumsFile = disk.list().includes(names.sums) ? disk.open(names.sums, 'read') : undefined;
  const [bytes, summed] = await Promise.all([
    contentOfFile(streamFile),
    sumsFile === undefined ? Buffer.alloc(0) : contentOfFile(sumsFile),
  ]);
  const sums = Buffer.from(summed);
  let length = 0;
  for (let at = 0, batch = 0; at + LINE <= sums.length; at += LINE, batch++) {
    const damaged = (what: string): InputError =>
      new InputError(`${disk.name}/${what} is damaged: batch ${batch} differs from its checksum`);
    const whole = crc32(sums.subarray(at, at + 8)) === sums.readUInt32LE(at + 8);
    // A line that a crash tore is the last one.
    if (!whole && at + 2 * LINE > sums.length) break;
    if (!whole) throw damaged(names.sums);
    const end = length + sums.readUInt32LE(at);
    if (end > bytes.length) {
      // The system kept the line and not all of its batch: then it kept nothing behind it either.
      break;
    }
    if (crc32(bytes.subarray(length, end)) !== sums.readUInt32LE(at + 4)) throw damaged(names.stream);
    length = end;
  }
  return bytes.subarray(0, length);
}

/** Writes a sealed segment so that it is there in whole or not at all, and takes away what it was made of. */
export async function writeSealed(disk: Disk, number: number, bytes: Uint8Array): Promise<void> {
  const names = namesOf(number);
  const digest = createHash('sha256').update(bytes).digest('hex');
  await put(disk, names.digest, Buffer.from(`${digest}  ${names.sealed}\n`));
  await put(disk, names.sealed, bytes);
  await disk.syncNames();
  for (const name of [names.stream, names.sums]) if (disk.list().includes(name)) disk.remove(name);
}

async function put(disk: Disk, name: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${name}.tmp`;
  if (disk.list().includes(temporary)) disk.remove(temporary);
  const file = disk.open(temporary, 'create');
  try {
    file.write([bytes], 0);
    await file.sync();
  } finally {
    file.close();
  }
  disk.rename(temporary, name);
}

/** A sealed segment. @throws InputError naming the file when it was changed */
export async function readSealed(disk: Disk, number: number): Promise<Uint8Array> {
  const names = namesOf(number);
  const bytes = await contentOf(disk, names.sealed);
  const written = disk.list().includes(names.digest)
    ? Buffer.from(await contentOf(disk, names.digest))
        .toString('latin1')
        .slice(0, 64)
    : '';
  if (createHash('sha256').update(bytes).digest('hex') !== written)
    throw new InputError(`${disk.name}/${names.sealed} is damaged: it differs from ${names.digest}`);
  return bytes;
}

/** What is kept of a segment: all of it once it is sealed, else its whole batches. */
export function segmentBytes(disk: Disk, number: number): Promise<Uint8Array> {
  const sealed = disk.list().includes(namesOf(number).sealed);
  return sealed ? readSealed(disk, number) : wholeBatches(disk, number);
}

/** The segments of a folder in order, and which of them are sealed. */
export function segmentsOf(disk: Disk): { readonly number: number; readonly sealed: boolean }[] {
  const names = new Set(disk.list());
  const numbers = new Set<number>();
  for (const name of names) {
    const [, number] = /^(\d{6,})\.arrows?$/.exec(name) ?? [];
    if (number !== undefined) numbers.add(Number(number));
  }
  return [...numbers]
    .sort((a, b) => a - b)
    .map((number) => ({ number, sealed: names.has(namesOf(number).sealed) }));
}
