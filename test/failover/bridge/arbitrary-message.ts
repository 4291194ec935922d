import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import type { Message } from '../../../src/failover/protocol/message.js';

const integer = fc.oneof(
  fc.nat(),
  fc.maxSafeNat(),
  fc.constantFrom(0, 127, 128, 255, 256, 65_535, 65_536, 2 ** 32),
);
const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
const bytes = fc.uint8Array({ minLength: 1, maxLength: 300 });
const state = fc.option(fc.record({ seq: integer, hash: name }), { nil: undefined });

const without = <T extends object>(object: T): T =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;

const epochs = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 1e6 }), fc.nat()), { maxLength: 40 })
  .map((steps) => {
    let epoch = 0;
    let firstSeq = 0;
    return steps.map(([reigns, events]) => {
      epoch += reigns;
      firstSeq += events;
      return { epoch, firstSeq };
    });
  });

/** Any message that a member may send. */
export const anyMessage: fc.Arbitrary<Message> = fc.oneof(
  fc.record({
    type: fc.constant('hello' as const),
    version: integer,
    schemaHash: name,
    configurationHash: name,
    coreHash: name,
    node: name,
    incarnation: name,
    holder: name,
    attempt: integer,
    epoch: integer,
    last: integer,
    epochs,
  }),
  fc.record({
    type: fc.constant('reject' as const),
    epoch: integer,
    to: name,
    session: integer,
    code: fc.constantFrom(
      'version',
      'schema',
      'configuration',
      'node',
      'not-leading',
      'malformed',
      'session',
      'diverged' as const,
    ),
    message: fc.string({ maxLength: 200 }),
  }),
  fc.record({
    type: fc.constant('welcome' as const),
    epoch: integer,
    to: name,
    attempt: integer,
    node: name,
    incarnation: name,
    truncateTo: integer,
    snapshotSeq: integer,
    epochs,
    shadow: fc.boolean(),
    session: integer,
  }),
  fc
    .record({
      epoch: integer,
      session: integer,
      seq: integer.map((seq) => Math.max(1, seq)),
      chunk: fc.nat(100),
      more: fc.nat(100),
      bytes,
    })
    .map(({ chunk, more, ...rest }) => ({
      type: 'snapshot' as const,
      ...rest,
      chunk,
      chunks: chunk + 1 + more,
      crc: crc32(rest.bytes),
    })),
  fc
    .record({
      epoch: integer,
      session: integer,
      from: fc.nat(),
      more: fc.nat(),
      behind: fc.nat(),
      block: bytes,
    })
    .map(({ from, more, behind, ...rest }) => ({
      type: 'append' as const,
      ...rest,
      from: from + 1,
      to: from + 1 + more,
      end: from + 1 + more + behind,
    })),
  fc
    .record({
      type: fc.constant('ack' as const),
      epoch: integer,
      session: integer,
      upTo: integer,
      credit: integer,
      gap: fc.boolean(),
      digest: fc.option(name, { nil: undefined }),
      state,
    })
    .map(without) as fc.Arbitrary<Message>,
  fc
    .record({
      type: fc.constant('heartbeat' as const),
      epoch: integer,
      session: integer,
      end: integer,
      paired: fc.boolean(),
      state,
    })
    .map(without) as fc.Arbitrary<Message>,
  fc.record({ type: fc.constant('handOver' as const), epoch: integer, session: integer, seq: integer }),
);
