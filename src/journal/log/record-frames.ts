import { aligned } from '../block/layout.js';
import { RECORD_HEAD_BYTES, recordHead } from './segment-format.js';

const PADDING = Buffer.alloc(8);

/** A block as a record of a segment: head, block, padding. @param synced the last event known to be on the disk */
export function recordOf(block: Uint8Array, synced: number): readonly Uint8Array[] {
  const padding = aligned(block.length) - block.length;
  const head = recordHead(block.length, synced);
  return padding === 0 ? [head, block] : [head, block, PADDING.subarray(0, padding)];
}

/** How long the record of a block is. */
export const recordBytes = (block: Uint8Array): number => RECORD_HEAD_BYTES + aligned(block.length);
