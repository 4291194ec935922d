import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { InputError } from '../../domain/errors.js';
import { unpackZstd } from './read-zstd.js';

/** A piece of a file's content, unpacked. */
export interface Chunk {
  readonly bytes: Buffer;
  /** Bytes of the file as stored that have been consumed so far. */
  readonly bytesRead: number;
}

const CHUNK_BYTES = 256 * 1024;

/** The size of a file that must exist and hold something. @throws InputError when it does not */
export async function sizeOfFile(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new InputError(`${path}: there is no such file; name a recording`);
  if (!found.isFile()) throw new InputError(`${path}: this is not a file; name a recording`);
  if (found.size === 0)
    throw new InputError(`${path}: the file is empty; a recording holds at least one message`);
  return found.size;
}

/**
 * Reads a file piece by piece, unpacking gzip and zstd (which its first bytes tell, not its name).
 *
 * @throws InputError when the file cannot be read, or its packed data are damaged or end early
 */
export async function* readChunks(path: string): AsyncGenerator<Chunk, void, undefined> {
  await sizeOfFile(path);
  const packing = await packingOf(path);
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  try {
    if (packing === 'zstd') {
      yield* unpackZstd(path, file as AsyncIterable<Buffer>);
      return;
    }
    if (packing === 'none') {
      let bytesRead = 0;
      for await (const bytes of file as AsyncIterable<Buffer>) {
        bytesRead += bytes.length;
        yield { bytes, bytesRead };
      }
      return;
    }
    const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
    // A failure of either stream reaches the loop below through `gunzip`.
    pipeline(file, gunzip, () => {});
    for await (const bytes of gunzip as AsyncIterable<Buffer>) {
      yield { bytes, bytesRead: gunzip.bytesWritten };
    }
  } catch (error) {
    throw asInputError(path, error);
  } finally {
    file.destroy();
  }
}

/** The first bytes of a file, unpacked: at most `length`, fewer when the file is shorter. */
export async function readBeginning(path: string, length: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let total = 0;
  for await (const { bytes } of readChunks(path)) {
    pieces.push(bytes);
    total += bytes.length;
    if (total >= length) break;
  }
  return Buffer.concat(pieces).subarray(0, length);
}

/** What the first bytes of packed files are; those of zstd may also be of a frame to skip. */
const GZIP = 0x1f8b;
const ZSTD = 0x28b52ffd;

async function packingOf(path: string): Promise<'gzip' | 'zstd' | 'none'> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
      if (bytesRead >= 2 && buffer.readUInt16BE(0) === GZIP) return 'gzip';
      const skipped = (buffer[0] as number) >> 4 === 5 && buffer.readUIntBE(1, 3) === 0x2a4d18;
      return bytesRead === 4 && (buffer.readUInt32BE(0) === ZSTD || skipped) ? 'zstd' : 'none';
    } finally {
      await file.close();
    }
  } catch (error) {
    throw asInputError(path, error);
  }
}

function asInputError(path: string, error: unknown): unknown {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (code === 'Z_BUF_ERROR')
    return new InputError(`${path}: the gzip data end early: the file is cut off, copy it again`);
  if (typeof code === 'string' && code.startsWith('Z_'))
    return new InputError(`${path}: the gzip data are damaged (${message}): copy the file again`);
  if (typeof code === 'string' && code.startsWith('E'))
    return new InputError(`${path}: the file cannot be read (${message})`);
  return error;
}
