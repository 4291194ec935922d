import { crc32 } from 'node:zlib';
import { encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/domain/errors.js';
import type { SequencedEvent } from '../../src/domain/event.js';
import { BlockEncoder } from '../../src/journal/block/block-encoder.js';
import { checkBlock, decodeBlock } from '../../src/journal/block/decode-block.js';
import { Packer } from '../../src/journal/block/pack.js';
import { Unpacker } from '../../src/journal/block/unpack.js';
import { manyRuns } from '../properties/many-runs.js';
import { anyLog, busyLog } from './events.js';

const encoder = new BlockEncoder();

/** The same bytes with a checksum that fits them: damage that only the decoder's own checks can find. */
function sealed(bytes: Uint8Array): Buffer {
  const block = Buffer.from(bytes);
  if (block.length >= 16) block.writeUInt32LE(crc32(block.subarray(16), crc32(block.subarray(0, 12))), 12);
  return block;
}

function refusedOrWhole(bytes: Uint8Array): void {
  try {
    decodeBlock(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).not.toBe('');
  }
}

describe('a block', () => {
  test('gives every event back to the bit, in order, wherever its bytes lie', () => {
    fc.assert(
      fc.property(anyLog, fc.integer({ min: 0, max: 9 }), (events, offset) => {
        const block = encoder.encode(events);
        expect(block).toMatchObject({ from: events[0]?.seq, to: events.at(-1)?.seq });
        const frame = Buffer.alloc(offset + block.bytes.length);
        frame.set(block.bytes, offset);
        // toStrictEqual compares by Object.is: -0 is not 0.
        expect(decodeBlock(frame.subarray(offset))).toStrictEqual(events);
        expect(checkBlock(block.bytes)).toMatchObject({ from: block.from, count: events.length });
      }),
      { numRuns: manyRuns(300) },
    );
  });

  test('does not depend on what was encoded before it', () => {
    fc.assert(
      fc.property(anyLog, anyLog, (one, other) => {
        encoder.encode(one);
        expect(encoder.encode(other).bytes).toEqual(new BlockEncoder().encode(other).bytes);
      }),
      { numRuns: manyRuns(50) },
    );
  });

  test('holds market events as columns', () => {
    const { bytes } = encoder.encode(busyLog(256));
    expect(bytes.length / 256).toBeLessThan(75);
    expect(decodeBlock(bytes)).toStrictEqual(busyLog(256));
  });

  test.each<[string, SequencedEvent[], string]>([
    ['no event', [], 'a block holds at least one event'],
    ['a gap', [...busyLog(2), ...busyLog(1, 4)], 'seq must be 3, right after the event before it, not 4'],
    ['a seq of nothing', busyLog(1, 0), 'seq must be an integer of at least 1, not 0'],
    [
      'a time that goes back',
      busyLog(2).map((event, index) => ({ ...event, ts: 5 - index })),
      'event 2: ts must not go back from 5 to 4',
    ],
    [
      'no time',
      [{ ...(busyLog(1)[0] as SequencedEvent), ts: Number.NaN }],
      'event 1: ts must be a Unix time',
    ],
    [
      'a kind of the future',
      [{ seq: 1, ts: 1, event: { kind: 'dividend' } as never }],
      'event 1: event.kind must be one of trade, quote',
    ],
    [
      'a field of the future',
      [{ seq: 1, ts: 1, event: { ...busyLog(1)[0]?.event, colour: 1 } as never }],
      'event 1: quote.colour must be absent',
    ],
    [
      'a price that is none',
      [{ seq: 1, ts: 1, event: { ...busyLog(1)[0]?.event, bidPrice: Number.NaN } as never }],
      'event 1: quote.bidPrice must be an integer of ticks, not NaN',
    ],
  ])('refuses %s by name, and goes on afterwards', (_name, events, message) => {
    expect(() => encoder.encode(events)).toThrow(InputError);
    expect(() => encoder.encode(events)).toThrow(message);
    expect(decodeBlock(encoder.encode(busyLog(3)).bytes)).toStrictEqual(busyLog(3));
  });
});

describe('bytes from outside', () => {
  test('cut anywhere are refused', () => {
    const { bytes } = encoder.encode(busyLog(20));
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeBlock(bytes.subarray(0, length))).toThrow(InputError);
      expect(() => decodeBlock(sealed(bytes.subarray(0, length)))).toThrow(InputError);
    }
  });

  test('with any bit turned are refused, the place named', () => {
    const { bytes } = encoder.encode(busyLog(20));
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const wrong = Buffer.from(bytes);
      wrong[bit >> 3] = (wrong[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(() => decodeBlock(wrong)).toThrow(InputError);
    }
    const damaged = Buffer.from(bytes);
    damaged[100] = (damaged[100] as number) ^ 1;
    expect(() => decodeBlock(damaged)).toThrow(/the checksum of block 1 to 20 is 0x[0-9a-f]{8}, not 0x/);
  });

  test('of a hostile sender, whose checksum fits, give events of the schema or one error', () => {
    const hostile = fc.tuple(
      anyLog,
      fc.array(fc.tuple(fc.nat(), fc.oneof(fc.constantFrom(0, 0xff, 0x7f, 0xdd, 0xdf, 0xc9), fc.nat(255))), {
        minLength: 1,
        maxLength: 8,
      }),
    );
    fc.assert(
      fc.property(hostile, ([events, changes]) => {
        const bytes = Buffer.from(encoder.encode(events).bytes);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        refusedOrWhole(sealed(bytes));
      }),
      { numRuns: manyRuns(1_000) },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), refusedOrWhole), { numRuns: manyRuns(300) });
  });

  test.each([
    ['a length that does not fit', 8, 1_000_000, /a block of 1000000 bytes was announced, \d+ are there/],
    ['a giant', 8, 0xffff_ffff, /a block has 56 to 67108864 bytes/],
    ['more events than bytes', 24, 0x00ff_ffff, /cannot hold 16777215 events/],
    ['names beyond the end', 28, 0x7fff_ffff, /the names go beyond the block's end/],
    ['more quotes than events', 32, 0xffff_ffff, /cannot hold 20 events/],
    ['fewer quotes than there are', 32, 1, /block 1 to 20: /],
    ['seq 0', 16, 0, /begin at a seq of at least 1, not at 0/],
  ])('%s: refused', (_name, at, value, message) => {
    const bytes = Buffer.from(encoder.encode(busyLog(20)).bytes);
    bytes.writeUInt32LE(value, at);
    expect(() => decodeBlock(sealed(bytes))).toThrow(InputError);
    expect(() => decodeBlock(sealed(bytes))).toThrow(message);
  });

  test('another version is refused by name', () => {
    const bytes = Buffer.from(encoder.encode(busyLog(1)).bytes);
    bytes.writeUInt16LE(9, 4);
    expect(() => decodeBlock(sealed(bytes))).toThrow(
      'the layout of the block is version 9; this millrace reads 1',
    );
    bytes.writeUInt16LE(1, 4);
    bytes.writeUInt16LE(77, 6);
    expect(() => decodeBlock(sealed(bytes))).toThrow('follow wire schema 77; this millrace reads');
    expect(() => decodeBlock(sealed(Buffer.alloc(64)))).toThrow(
      'a block begins with MRLB, not with 0x00000000',
    );
  });
});

describe('msgpack of a block', () => {
  const back = (bytes: Uint8Array): unknown => new Unpacker(Buffer.from(bytes), 0, bytes.length).next();

  const refused = '"__proto__":';

  test('refuses to write a name that nobody reads back', () => {
    const packer = new Packer();
    expect(() => packer.pack(JSON.parse('{"a":[{"__proto__":0}]}'))).toThrow(
      'no field of an event may be named __proto__',
    );
  });

  test('holds any plain data', () => {
    const packer = new Packer();
    fc.assert(
      fc.property(
        fc.tuple(
          fc.jsonValue().filter((value) => !JSON.stringify(value).includes(refused)),
          fc.double({ noNaN: false }),
        ),
        ([value, number]) => {
          packer.reset();
          packer.pack([value, number]);
          const bytes = new Uint8Array(packer.length);
          packer.copyTo(bytes, 0);
          expect(back(bytes)).toEqual([value, number]);
        },
      ),
      { numRuns: manyRuns(300) },
    );
  });

  test.each<[string, number[], RegExp]>([
    [
      'an array longer than the bytes',
      [0xdd, 0xff, 0xff, 0xff, 0xff],
      /4294967295 values are announced, 0 bytes/,
    ],
    ['a map longer than the bytes', [0xde, 0x00, 0x02, 0xa0], /4 values are announced, 1 bytes are left/],
    [
      'a string longer than the bytes',
      [0xdb, 0x7f, 0, 0, 0, 1],
      /2130706432 bytes are announced, 1 are left/,
    ],
    ['endless nesting', new Array<number>(100).fill(0x91), /deeper than 16 levels/],
    ['a field twice', [0x82, 0xa1, 97, 1, 0xa1, 97, 2], /each once/],
    ['a field __proto__', [...encode(JSON.parse('{"__proto__":1}'))], /names of fields/],
    ['a number as the name of a field', [0x81, 1, 1], /names of fields/],
    ['no UTF-8', [0xa2, 0xc3, 0x28], /a string of 2 bytes is no UTF-8/],
    ['an extension of others', [0xc9, 0, 0, 0, 1, 9, 0], /an extension of type 9 and 1 bytes/],
    ['a type of msgpack that blocks do not use', [0xcf, 0, 0, 0, 0, 0, 0, 0, 1], /0xcf begins no value/],
  ])('%s: refused', (_name, bytes, message) => {
    expect(() => back(Uint8Array.from(bytes))).toThrow(InputError);
    expect(() => back(Uint8Array.from(bytes))).toThrow(message);
  });

  test('refuses what is no data', () => {
    expect(() => new Packer().pack(() => 1)).toThrow(InputError);
    expect(() => new Packer().pack(1n)).toThrow('an event holds plain data, not 1n');
    const endless: unknown[] = [];
    endless.push(endless);
    expect(() => new Packer().pack(endless)).toThrow('an event may nest 16 levels deep');
  });
});
