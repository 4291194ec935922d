import { crc32 } from 'node:zlib';
import { InputError } from '../../domain/errors.js';
import { readChunks } from './read-chunks.js';

/**
 * A recording of our own is a row of frames: length of the payload (4 bytes), CRC-32 of the payload (4 bytes), both
 * big-endian, then the payload. The first payload is the header.
 */
export const FRAME_HEAD_BYTES = 8;

/** Longer payloads are neither written nor believed. */
export const LONGEST_PAYLOAD_BYTES: number = 64 * 1024 * 1024;

/** One whole frame. */
export interface Frame {
  readonly payload: Buffer;
  /** Where the frame begins, in bytes of the unpacked file. */
  readonly offset: number;
  readonly bytesRead: number;
}

/** What stands after the last whole frame. */
export interface Tail {
  readonly offset: number;
  readonly bytes: number;
  readonly reason: string;
}

/** Writes the head of a frame. */
export function frameHead(payload: Uint8Array): Buffer {
  const head = Buffer.allocUnsafe(FRAME_HEAD_BYTES);
  head.writeUInt32BE(payload.length, 0);
  head.writeUInt32BE(crc32(payload), 4);
  return head;
}

/**
 * Reads the whole frames of a file, in blocks.
 *
 * A last frame that is short, or whose checksum is wrong, is what a crash leaves: it is reported to `onTail` and the
 * rest of the file stands. A bad frame with whole ones after it is damage.
 *
 * @throws InputError when a frame before the last is damaged, or the file cannot be read
 */
export async function* readFrames(
  path: string,
  onTail: (tail: Tail) => void,
): AsyncGenerator<readonly Frame[], void, undefined> {
  let rest: Buffer = Buffer.alloc(0);
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let offset = 0;
  let needed = FRAME_HEAD_BYTES;
  let bad = '';
  const damaged = (): InputError =>
    new InputError(`${path}, byte ${offset}: ${bad}: the recording is damaged here, records follow`);
  const join = (): void => {
    rest = Buffer.concat([rest, ...waiting]);
    waiting = [];
    waitingBytes = 0;
  };

  for await (const { bytes, bytesRead } of readChunks(path)) {
    waiting.push(bytes);
    waitingBytes += bytes.length;
    // Joining only when it can help keeps long frames linear.
    if (rest.length + waitingBytes < needed) continue;
    join();
    if (bad === '') {
      const taken = takeFrames(rest, offset, bytesRead);
      ({ bad, needed } = taken);
      rest = rest.subarray(taken.bytes);
      offset += taken.bytes;
      if (taken.frames.length > 0) yield taken.frames;
    }
    if (bad === '') continue;
    if (holdsFrame(rest) || rest.length > LONGEST_PAYLOAD_BYTES) throw damaged();
    needed = 2 * rest.length;
  }
  join();
  if (rest.length === 0) return;
  if (bad === '') bad = 'the last record is cut off';
  if (holdsFrame(rest)) throw damaged();
  onTail({ offset, bytes: rest.length, reason: bad });
}

interface Taken {
  readonly frames: readonly Frame[];
  readonly bytes: number;
  /** How many bytes the next frame takes. */
  readonly needed: number;
  /** What is wrong with the next frame, or nothing. */
  readonly bad: string;
}

function takeFrames(from: Buffer, offset: number, bytesRead: number): Taken {
  const frames: Frame[] = [];
  let bytes = 0;
  let needed = FRAME_HEAD_BYTES;
  while (from.length - bytes >= FRAME_HEAD_BYTES) {
    const length = from.readUInt32BE(bytes);
    if (length === 0 || length > LONGEST_PAYLOAD_BYTES)
      return { frames, bytes, needed, bad: `a record of ${length} bytes` };
    needed = FRAME_HEAD_BYTES + length;
    if (from.length - bytes < needed) break;
    const payload = from.subarray(bytes + FRAME_HEAD_BYTES, bytes + needed);
    if (crc32(payload) !== from.readUInt32BE(bytes + 4))
      return { frames, bytes, needed, bad: 'the checksum of a record is wrong' };
    frames.push({ payload, offset: offset + bytes, bytesRead });
    bytes += needed;
    needed = FRAME_HEAD_BYTES;
  }
  return { frames, bytes, needed, bad: '' };
}

/** Whether a whole frame stands anywhere in these bytes, after their first: then they are no torn tail. */
function holdsFrame(bytes: Buffer): boolean {
  for (let at = 1; at + FRAME_HEAD_BYTES < bytes.length; at++) {
    // Every payload is a short msgpack array of numbers and an event; this spares most checksums.
    const first = bytes[at + FRAME_HEAD_BYTES] as number;
    if (first !== 0x92 && first !== 0x93) continue;
    const length = bytes.readUInt32BE(at);
    const start = at + FRAME_HEAD_BYTES;
    if (length === 0 || start + length > bytes.length) continue;
    if (crc32(bytes.subarray(start, start + length)) === bytes.readUInt32BE(at + 4)) return true;
  }
  return false;
}
