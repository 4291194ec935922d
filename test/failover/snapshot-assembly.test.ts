import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { encodeSnapshot, type Snapshot } from '../../src/core/snapshot.js';
import type { SnapshotChunk } from '../../src/failover/protocol/message.js';
import { SnapshotAssembly } from '../../src/failover/snapshot-assembly.js';

const SNAPSHOT: Snapshot = {
  version: 1,
  pipeline: 'p',
  parts: [],
  seq: 7,
  ts: 0,
  stages: { desk: 'x'.repeat(1_000) },
  derived: [],
  drivers: {},
  gate: null,
  timers: [],
  inbox: [],
  replayed: 0,
};

function pieces(size: number, more: Partial<SnapshotChunk> = {}): SnapshotChunk[] {
  const bytes = encodeSnapshot(SNAPSHOT);
  const chunks = Math.ceil(bytes.length / size);
  return Array.from({ length: chunks }, (_, chunk) => {
    const piece = bytes.subarray(chunk * size, (chunk + 1) * size);
    return {
      type: 'snapshot',
      epoch: 2,
      session: 3,
      seq: 7,
      chunk,
      chunks,
      crc: crc32(piece),
      bytes: piece,
      ...more,
    };
  });
}

const promised = { epoch: 2, session: 3, seq: 7, epochs: [], generation: 1 };

describe('a snapshot in pieces', () => {
  test('is whole when the last piece is there, in whatever order and however often they come', () => {
    const assembly = new SnapshotAssembly(promised);
    const all = pieces(100);
    const given = [...all].reverse().flatMap((piece) => [piece, piece]);
    const results = given.map((piece) => assembly.add(piece));
    expect(results.slice(0, -2).every((result) => result === undefined)).toBe(true);
    expect(results.at(-2)).toEqual(SNAPSHOT);
  });

  test.each([
    ['of another session', { session: 4 }],
    ['of another epoch', { epoch: 1 }],
    ['of another place', { seq: 8 }],
    ['damaged', { crc: 1 }],
    ['with a number out of range', { chunk: 99 }],
    ['with a negative number', { chunk: -1 }],
    ['of endless pieces', { chunks: 2 ** 40 }],
    ['of no pieces', { chunks: 0 }],
  ])('a piece %s is dropped', (_, more) => {
    const assembly = new SnapshotAssembly(promised);
    expect(pieces(1e6, more).map((piece) => assembly.add(piece))).toEqual([undefined]);
    expect(assembly.add(pieces(1e6)[0] as SnapshotChunk)).toEqual(SNAPSHOT);
  });

  test('whole and yet no snapshot: an error that says so', () => {
    const bytes = new Uint8Array([0xc0]);
    const piece: SnapshotChunk = {
      type: 'snapshot',
      epoch: 2,
      session: 3,
      seq: 7,
      chunk: 0,
      chunks: 1,
      crc: crc32(bytes),
      bytes,
    };
    expect(() => new SnapshotAssembly(promised).add(piece)).toThrow();
  });
});
