import { crc32 } from 'node:zlib';
import { decodeSnapshot, type Snapshot } from '../core/snapshot.js';
import type { EpochStart, SnapshotChunk } from './protocol/message.js';

/** A snapshot that was promised. */
export interface Promised {
  readonly epoch: number;
  readonly session: number;
  readonly seq: number;
  readonly epochs: readonly EpochStart[];
  readonly generation: number;
}

/** Most pieces of one snapshot: beyond it the number is a stranger's. */
const MAXIMUM_CHUNKS = 1_048_576;

/** Puts the pieces of a promised snapshot together, in whatever order they come. */
export class SnapshotAssembly {
  readonly promised: Promised;
  #pieces = new Map<number, Uint8Array>();
  #chunks = 0;

  constructor(promised: Promised) {
    this.promised = promised;
  }

  /** Takes a piece in; gives the snapshot when it is whole. A piece of another, or a damaged one, is dropped. */
  add(piece: SnapshotChunk): Snapshot | undefined {
    const { epoch, session, seq } = this.promised;
    if (piece.epoch !== epoch || piece.session !== session || piece.seq !== seq) return undefined;
    const { chunk, chunks } = piece;
    if (!(chunks > 0 && chunks <= MAXIMUM_CHUNKS && chunk >= 0 && chunk < chunks)) return undefined;
    if (crc32(piece.bytes) !== piece.crc) return undefined;
    if (chunks !== this.#chunks) {
      this.#pieces.clear();
      this.#chunks = chunks;
    }
    this.#pieces.set(chunk, piece.bytes);
    if (this.#pieces.size < chunks) return undefined;
    const whole = Buffer.concat(
      Array.from({ length: chunks }, (_, at) => this.#pieces.get(at) as Uint8Array),
    );
    this.#pieces.clear();
    const snapshot = decodeSnapshot(whole);
    return snapshot.seq === seq ? snapshot : undefined;
  }
}
