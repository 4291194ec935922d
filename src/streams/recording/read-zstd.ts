import { Decompress } from 'fzstd';
import { InputError } from '../../domain/errors.js';
import { ZstdPieces } from './zstd-pieces.js';

/**
 * Unpacks zstd data block by block, so that neither a large file nor a small one that claims to be large takes more
 * memory than its window and a block.
 *
 * @throws InputError when the data are damaged, end early, or need a dictionary or a window of more than 128 MiB
 */
export async function* unpackZstd(
  path: string,
  packed: AsyncIterable<Buffer>,
): AsyncGenerator<{ readonly bytes: Buffer; readonly bytesRead: number }, void, undefined> {
  let unpacked: Uint8Array[] = [];
  const decompressor = new Decompress((bytes) => {
    if (bytes.length > 0) unpacked.push(bytes);
  });
  const push = (piece: Uint8Array, final: boolean): Buffer[] => {
    unpacked = [];
    try {
      decompressor.push(piece, final);
    } catch (error) {
      // Whatever it stumbles over, the data are to blame.
      throw new InputError(`${path}: the zstd data are damaged (${(error as Error).message}): copy it again`);
    }
    return unpacked.map(({ buffer, byteOffset, length }) => Buffer.from(buffer, byteOffset, length));
  };
  const pieces = new ZstdPieces(path);
  let rest: Buffer = Buffer.alloc(0);
  let bytesRead = 0;
  // The last block is handed out after the checksum behind it, so that the count comes to the whole file.
  let held: readonly Buffer[] = [];
  for await (const more of packed) {
    rest = rest.length === 0 ? more : Buffer.concat([rest, more]);
    let start = 0;
    for (;;) {
      const length = pieces.next(rest, start);
      if (length === 0) break;
      const blocks = push(rest.subarray(start, start + length), false);
      if (blocks.length > 0) {
        for (const bytes of held) yield { bytes, bytesRead };
        held = blocks;
      }
      start += length;
      bytesRead += length;
    }
    rest = rest.subarray(start);
  }
  if (rest.length > 0 || pieces.within) {
    for (const bytes of held) yield { bytes, bytesRead };
    throw new InputError(`${path}: the zstd data end early: the file is cut off, copy it again`);
  }
  // Frames of a few bytes are held back until more comes, or nothing.
  for (const bytes of [...held, ...push(new Uint8Array(0), true)]) yield { bytes, bytesRead };
}
