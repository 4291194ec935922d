import { expect, test } from 'vitest';
import type { SequencedEvent } from '../../src/domain/event.js';
import { EncodingRehearsal } from '../../src/failover/encoding-rehearsal.js';
import { BlockEncoder } from '../../src/journal/block/block-encoder.js';

const block = (seq: number): readonly SequencedEvent[] => [
  { seq, ts: seq, event: { kind: 'barrier', id: `${seq}` } },
];

test('the first blocks are encoded, then one of 64, whatever becomes of it', () => {
  const encoded: number[] = [];
  const rehearsal = new EncodingRehearsal({
    encode: ([first]) => {
      encoded.push(first?.seq ?? 0);
      throw new Error('it cannot be encoded');
    },
  });
  for (let seq = 0; seq < 200; seq++) rehearsal.sent(block(seq));
  expect(encoded).toEqual([...Array.from({ length: 50 }, (_, index) => index), 64, 128, 192]);
});

test('nothing stays in an encoder of its own: what is encoded elsewhere is the same', () => {
  const before = new BlockEncoder().encode(block(1));
  const encoder = new BlockEncoder();
  const rehearsal = new EncodingRehearsal(encoder);
  rehearsal.sent([]);
  rehearsal.sent([{ seq: 5, ts: Number.NaN, event: { kind: 'barrier', id: 'x' } }]);
  rehearsal.sent(block(3));
  expect(encoder.encode(block(1))).toEqual(before);
});
