import { InputError } from '../../domain/errors.js';

const FRAME = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
const LARGEST_WINDOW_BYTES = 128 * 1024 * 1024;
const LARGEST_BLOCK_BYTES = 128 * 1024;
const LONGEST_SKIP_PIECE = 64 * 1024;
const REPEATED_BYTE = 1;
const RESERVED = 3;

/**
 * Cuts zstd data into the pieces they are made of: the head of a frame, each block, its checksum.
 *
 * A block unpacks to at most 128 KiB; handing over several at once would leave it to the file how much memory
 * unpacking takes.
 */
export class ZstdPieces {
  readonly #path: string;
  #state: 'frame' | 'block' | 'checksum' | 'skipped' = 'frame';
  #hasChecksum = false;
  #toSkip = 0;

  /** @param path for messages */
  constructor(path: string) {
    this.#path = path;
  }

  /** Whether a frame has begun and not ended. */
  get within(): boolean {
    return this.#state !== 'frame';
  }

  /** The length of the piece at `start`, or 0 when it is not there as a whole. */
  next(bytes: Buffer, start: number): number {
    const left = bytes.length - start;
    if (this.#state === 'frame') return this.#frame(bytes, start, left);
    if (this.#state === 'block') return this.#block(bytes, start, left);
    if (this.#state === 'checksum') {
      if (left < 4) return 0;
      this.#state = 'frame';
      return 4;
    }
    const skipped = Math.min(left, this.#toSkip, LONGEST_SKIP_PIECE);
    this.#toSkip -= skipped;
    if (this.#toSkip === 0) this.#state = 'frame';
    return skipped;
  }

  #frame(bytes: Buffer, start: number, left: number): number {
    if (left < 8) return 0;
    const magic = bytes.readUInt32LE(start);
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) {
      this.#toSkip = bytes.readUInt32LE(start + 4);
      if (this.#toSkip > 0) this.#state = 'skipped';
      return 8;
    }
    if (magic !== FRAME) throw this.#damaged('no frame begins where one should');
    const flags = bytes[start + 4] as number;
    const single = (flags & 32) !== 0;
    const sizeBytes = [single ? 1 : 0, 2, 4, 8][flags >> 6] as number;
    const length = 5 + (single ? 0 : 1) + sizeBytes;
    if ((flags & 3) !== 0) throw new InputError(`${this.#path}: the zstd data need a dictionary`);
    if (left < length) return 0;
    const window = single ? contentSize(bytes, start + 5, sizeBytes) : windowOf(bytes[start + 5] as number);
    if (window > LARGEST_WINDOW_BYTES)
      throw new InputError(
        `${this.#path}: the zstd data need a window of ${window} bytes; 128 MiB is the most`,
      );
    this.#hasChecksum = (flags & 4) !== 0;
    this.#state = 'block';
    return length;
  }

  #block(bytes: Buffer, start: number, left: number): number {
    if (left < 3) return 0;
    const head = bytes.readUIntLE(start, 3);
    const type = (head >> 1) & 3;
    const size = head >> 3;
    if (type === RESERVED || size > LARGEST_BLOCK_BYTES) throw this.#damaged(`a block of ${size} bytes`);
    const length = 3 + (type === REPEATED_BYTE ? 1 : size);
    if (left < length) return 0;
    if ((head & 1) !== 0) this.#state = this.#hasChecksum ? 'checksum' : 'frame';
    return length;
  }

  #damaged(what: string): InputError {
    return new InputError(`${this.#path}: the zstd data are damaged (${what}): copy it again`);
  }
}

function windowOf(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

function contentSize(bytes: Buffer, at: number, length: number): number {
  if (length === 1) return bytes[at] as number;
  if (length === 2) return bytes.readUInt16LE(at) + 256;
  return length === 4 ? bytes.readUInt32LE(at) : Number(bytes.readBigUInt64LE(at));
}
