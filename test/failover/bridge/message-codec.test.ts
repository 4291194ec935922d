import { decode, encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/domain/errors.js';
import { decodeMessage } from '../../../src/failover/bridge/decode-message.js';
import { encodeMessage } from '../../../src/failover/bridge/encode-message.js';
import { MOST_EPOCHS } from '../../../src/failover/bridge/limits.js';
import type { Append, Hello, Message, Reject } from '../../../src/failover/protocol/message.js';
import { anyMessage } from './arbitrary-message.js';

/** What came of frames: a message, or a refusal. Anything else that is thrown is a bug. */
function received(frames: readonly Uint8Array[]): Message | InputError {
  try {
    return decodeMessage(frames);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error;
  }
}

const HELLO: Hello = {
  type: 'hello',
  version: 1,
  schemaHash: 's',
  configurationHash: 'c',
  coreHash: 'k',
  node: 'a',
  incarnation: 'i',
  holder: 'h',
  attempt: 2,
  epoch: 3,
  last: 9,
  epochs: [{ epoch: 1, firstSeq: 1 }],
};
const APPEND: Append = {
  type: 'append',
  epoch: 1,
  session: 2,
  from: 3,
  to: 4,
  end: 5,
  block: new Uint8Array([1, 2, 3]),
};

describe('the codec of messages', () => {
  test('what is encoded is decoded to the same', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        expect(decodeMessage(encodeMessage(message))).toEqual(message);
      }),
      { numRuns: 500 },
    );
  });

  test('the header is plain msgpack that any library reads', () => {
    expect(decode(encodeMessage(APPEND)[0] as Uint8Array)).toEqual(['append', 1, 2, 3, 4, 5]);
    expect(decode(encodeMessage(HELLO)[0] as Uint8Array)).toEqual([
      'hello',
      {
        version: 1,
        schemaHash: 's',
        configurationHash: 'c',
        coreHash: 'k',
        node: 'a',
        incarnation: 'i',
        holder: 'h',
        attempt: 2,
        epoch: 3,
        last: 9,
        epochs: [[1, 1]],
      },
    ]);
  });

  test('a block is not copied, neither way', () => {
    const frames = encodeMessage(APPEND);
    expect(frames[1]).toBe(APPEND.block);
    expect((decodeMessage(frames) as Append).block).toBe(APPEND.block);
  });

  test('a HELLO of another version with fields of its own is still understood', () => {
    const { type, epochs, ...rest } = HELLO;
    const later = {
      ...rest,
      version: 2,
      epochs: [[1, 1]],
      newest: { a: [1, 'b', null, -5, 1.5, true] },
      more: 2n,
    };
    expect(decodeMessage([encode([type, later], { useBigInt64: true })])).toEqual({ ...HELLO, version: 2 });
  });

  test('a field of another version may be of any type of msgpack', () => {
    const { type, epochs, ...rest } = HELLO;
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.uint8Array(), (value, binary) => {
        const header = encode([type, { other: value, ...rest, binary, epochs: [[1, 1]], last: 9 }]);
        expect(decodeMessage([header])).toEqual(HELLO);
      }),
    );
  });

  test.each<readonly [string, readonly Uint8Array[]]>([
    ['a message must be one or two frames, not none', []],
    ['a message must be one or two frames, not 3', [...encodeMessage(APPEND), new Uint8Array(1)]],
    ['message must be complete', [new Uint8Array(0)]],
    ['message must be an array, not a map', [encode({ type: 'ack' })]],
    ['message.type must be a string, not an unsigned integer', [encode([1])]],
    ['message.type must be one of hello, reject', [encode(['bye'])]],
    ['message.type must be one of hello, reject', [encode(['constructor'])]],
    ['append must have 2 frames, not 1', encodeMessage(APPEND).slice(0, 1)],
    ['append must have 6 fields, not 7', [encode(['append', 1, 2, 3, 4, 5, 6]), APPEND.block]],
    ['append.block must be at least one byte', [encode(['append', 1, 2, 3, 4, 5]), new Uint8Array(0)]],
    [
      'append.epoch must be an unsigned integer, not a float',
      [encode(['append', Number.NaN, 2, 3, 4, 5]), APPEND.block],
    ],
    [
      'append.epoch must be an unsigned integer, not a negative',
      [encode(['append', -1, 2, 3, 4, 5]), APPEND.block],
    ],
    [
      'append.epoch must be an unsigned integer, not nil',
      [encode(['append', null, 2, 3, 4, 5]), APPEND.block],
    ],
    ['append.from must be an integer from 1', [encode(['append', 1, 2, 0, 4, 5]), APPEND.block]],
    ['append.to must be an integer from 3', [encode(['append', 1, 2, 3, 2, 5]), APPEND.block]],
    ['append.end must be an integer from 4', [encode(['append', 1, 2, 3, 4, 3]), APPEND.block]],
    [
      'append.session must be an integer from 0 to 9007199254740991',
      [encode(['append', 1, 2n ** 63n, 3, 4, 5], { useBigInt64: true }), APPEND.block],
    ],
    ['heartbeat.state must be a seq and a hash', [encode(['heartbeat', 1, 2, 3, true, [4]])]],
    ['heartbeat.state must be an array', [encode(['heartbeat', 1, 2, 3, true, 'x'])]],
    ['handOver must have 1 frame, not 2', [encode(['handOver', 1, 2, 3]), new Uint8Array(1)]],
    ['hello must be a map, not an array', [encode(['hello', []])]],
    ['hello.version must be there', [encode(['hello', {}])]],
    [
      'hello.epochs[1].epoch must be an integer from 2',
      [
        helloOf([
          [1, 1],
          [1, 2],
        ]),
      ],
    ],
    [
      'hello.epochs[1].firstSeq must be an integer from 5',
      [
        helloOf([
          [1, 5],
          [2, 4],
        ]),
      ],
    ],
    [
      'reject.code must be one of version',
      [encode(['reject', { epoch: 1, to: 'a', session: 0, code: 'x', message: '' }])],
    ],
    ['welcome.shadow must be a boolean', [encode(['welcome', 1, 2, 'i', 1, 'a', 'b', 3, 4, [], 1])]],
    [
      'welcome.node must be a string of 1 to 400 bytes, not one of 0',
      [encode(['welcome', 1, 2, 'i', 1, '', 'b', 3, 4, [], true])],
    ],
    ['snapshot.crc must be', [encode(['snapshot', 1, 2, 3, 0, 1, 7]), APPEND.block]],
    ['snapshot.chunks must be an integer from 2', [encode(['snapshot', 1, 2, 3, 1, 1, 7]), APPEND.block]],
    [
      'handOver must be the whole frame, not followed by 2 more bytes',
      [new Uint8Array([...encode(['handOver', 1, 2, 3]), 0, 0])],
    ],
    ['welcome.to must be UTF-8', [raw('welcome', [11, 1, 2, 0xa1, 0xff])]],
  ])('%s', (message, frames) => {
    expect(received(frames)).toBeInstanceOf(InputError);
    expect((received(frames) as InputError).message).toContain(message);
  });

  test('lengths that are merely claimed cost nothing', () => {
    const claims = [
      [0xdd, 0xff, 0xff, 0xff, 0xff],
      [0x92, 0xdb, 0xff, 0xff, 0xff, 0xff],
      [0x92, ...encode('hello'), 0xdf, 0xff, 0xff, 0xff, 0xff],
      [0x92, ...encode('hello'), 0x81, ...encode('x'), 0xdd, 0xff, 0xff, 0xff, 0xff],
      [0x92, ...encode('hello'), 0x81, ...encode('x'), 0xc6, 0xff, 0xff, 0xff, 0xff],
      [0x92, ...encode('hello'), 0x81, ...encode('epochs'), 0xdd, 0xff, 0xff, 0xff, 0xff],
    ];
    for (const claim of claims) expect(received([new Uint8Array(claim)])).toBeInstanceOf(InputError);
  });

  test('deep nesting is passed over without recursion', () => {
    const deep = [0x92, ...encode('hello'), 0x81, ...encode('x'), ...new Array<number>(1_000_000).fill(0x91)];
    expect((received([new Uint8Array(deep)]) as InputError).message).toContain('cut off');
  });

  test('a payload or header beyond its limit is refused by its length', () => {
    const { block, ...rest } = APPEND;
    const frames = encodeMessage({ ...rest, block: new Uint8Array(1_001) });
    expect(() => decodeMessage(frames, 1_000)).toThrow('at most 1000 bytes long, not 1001');
    expect(() => decodeMessage([new Uint8Array(3_000_000)])).toThrow('a header must be at most');
    expect(block.length).toBe(3);
  });

  test('as many reigns as a HELLO may list are carried, one more is refused by the sender', () => {
    const epochs = Array.from({ length: MOST_EPOCHS }, (_, index) => ({
      epoch: 2 ** 50 + index,
      firstSeq: 2 ** 51 + index,
    }));
    expect(decodeMessage(encodeMessage({ ...HELLO, epochs }))).toEqual({ ...HELLO, epochs });
    const more = [...epochs, { epoch: 2 ** 52, firstSeq: 2 ** 52 }];
    expect(() => encodeMessage({ ...HELLO, epochs: more })).toThrow(InputError);
  });

  test('a long reason is cut, so that the other side still takes it', () => {
    const sent: Reject = {
      type: 'reject',
      epoch: 1,
      to: 'i',
      session: 0,
      code: 'schema',
      message: '€'.repeat(10_000),
    };
    expect((decodeMessage(encodeMessage(sent)) as Reject).message).toMatch(/^€{1000,}\.\.\.$/u);
  });

  test('every cut of a message is refused, or is no cut of its header', () => {
    fc.assert(
      fc.property(anyMessage, fc.nat(), (message, at) => {
        const [header, ...rest] = encodeMessage(message);
        expect(received([header.subarray(0, at % header.length), ...rest])).toBeInstanceOf(InputError);
      }),
    );
  });

  test('a message with bytes changed is refused by name or is another whole message; nothing else is thrown', () => {
    fc.assert(
      fc.property(
        anyMessage,
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1 }),
        (message, changes) => {
          const [header, ...rest] = encodeMessage(message);
          const changed = header.slice();
          for (const [at, byte] of changes) changed[at % changed.length] = byte;
          const result = received([changed, ...rest]);
          if (!(result instanceof InputError)) expect(received(encodeMessage(result))).toEqual(result);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('any bytes and any msgpack at all are refused by name', () => {
    const any = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.jsonValue().map((value) => encode(value)),
      fc
        .tuple(
          fc.constantFrom('hello', 'reject', 'welcome', 'snapshot', 'append', 'ack', 'heartbeat', 'handOver'),
          fc.array(fc.jsonValue()),
        )
        .map(([type, fields]) => encode([type, ...fields])),
    );
    fc.assert(
      fc.property(fc.array(any, { maxLength: 3 }), (frames) => {
        const result = received(frames);
        if (!(result instanceof InputError)) expect(received(encodeMessage(result))).toEqual(result);
      }),
      { numRuns: 2_000 },
    );
  });
});

function helloOf(epochs: readonly (readonly [number, number])[]): Uint8Array {
  const { type, epochs: _, ...rest } = HELLO;
  return encode([type, { ...rest, epochs }]);
}

function raw(type: string, [fields = 0, ...rest]: readonly number[]): Uint8Array {
  return new Uint8Array([0x90 + fields, ...encode(type), ...rest]);
}
