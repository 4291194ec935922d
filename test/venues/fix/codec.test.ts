import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encode, type Field } from '../../../src/venues/fix/codec/encode.js';
import { Framer } from '../../../src/venues/fix/codec/framer.js';
import type { FixMessage } from '../../../src/venues/fix/codec/message.js';
import { parse } from '../../../src/venues/fix/codec/parse.js';
import { formatTimestamp, parseTimestamp, tryTimestamp } from '../../../src/venues/fix/codec/timestamp.js';
import { manyRuns } from '../../properties/many-runs.js';

const VERSION = 'FIX.4.4';
const head = (sequence: number, type = '8'): Field[] => [
  [35, type],
  [49, 'BROKER'],
  [56, 'DESK'],
  [34, sequence],
  [52, '20260105-14:30:00.250'],
];

/** A message of text in which a bar stands for the delimiter; length and checksum are reckoned here. */
function spelled(body: string, length = body.length): Buffer {
  const text = `8=${VERSION}|9=${length}|${body}`.replaceAll('|', '\x01');
  const bytes = Buffer.from(text, 'latin1');
  const sum = bytes.reduce((total, byte) => (total + byte) & 255, 0);
  return Buffer.concat([bytes, Buffer.from(`10=${String(sum).padStart(3, '0')}\x01`)]);
}

const cut = (bytes: Buffer, largest?: number): { messages: FixMessage[]; framer: Framer } => {
  const framer = new Framer(largest);
  const messages: FixMessage[] = [];
  framer.take(bytes, (message) => messages.push(message));
  return { messages, framer };
};

const tag = fc.integer({ min: 1_000, max: 99_999 });
const value = fc
  .array(fc.integer({ min: 2, max: 255 }), { minLength: 1, maxLength: 40 })
  .map((codes) => String.fromCharCode(...codes));
const fields = fc.array(fc.tuple(tag, fc.oneof(value, fc.nat())), { maxLength: 20 });
const message = fc.tuple(fc.integer({ min: 1, max: 1e9 }), fields);

describe('encoding', () => {
  test('reckons the body length and the checksum', () => {
    expect(
      encode(VERSION, [...head(7, '0')]).equals(
        spelled('35=0|49=BROKER|56=DESK|34=7|52=20260105-14:30:00.250|'),
      ),
    ).toBe(true);
  });

  test('is read back as it was, whatever the values are', () => {
    fc.assert(
      fc.property(message, ([sequence, more]) => {
        const parsed = parse(encode(VERSION, [...head(sequence), ...more])) as FixMessage;
        expect(parsed.fault).toBeUndefined();
        expect(parsed.sequence).toBe(sequence);
        expect(parsed.fields().slice(7, -1)).toEqual(more.map(([tag, value]) => [tag, String(value)]));
      }),
      { numRuns: manyRuns(200) },
    );
  });

  test.each([
    ['an empty text', ''],
    ['the delimiter', 'a\x01b'],
    ['a character beyond Latin-1', 'snow ☃'],
    ['a fraction', 1.5],
    ['not a number', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['no bytes', new Uint8Array(0)],
  ])('refuses %s by the tag', (_, value) => {
    expect(() => encode(VERSION, [...head(1), [58, value]])).toThrow(/tag 58/);
  });

  test('takes a value of a megabyte, and short ones after it', () => {
    const long = 'x'.repeat(1 << 20);
    expect(parse(encode(VERSION, [...head(1), [58, long]]))?.get(58)).toBe(long);
    expect(parse(encode(VERSION, [...head(2), [58, 'short'], [9_000, -12]]))?.get(9_000)).toBe('-12');
  });

  test('carries raw data with the delimiter in it', () => {
    const raw = Buffer.from('a\x0110=000\x018=FIX.4.4\x01b', 'latin1');
    const parsed = parse(encode(VERSION, [...head(1), [95, raw.length], [96, raw], [58, 'behind']]));
    expect(parsed?.fault).toBeUndefined();
    expect(parsed?.data(96)?.equals(raw)).toBe(true);
    expect(parsed?.get(58)).toBe('behind');
  });
});

describe('parsing', () => {
  const whole = '35=8|49=BROKER|56=DESK|34=7|52=20260105-14:30:00.250|';

  test.each([
    ['a wrong checksum', Buffer.from(spelled(whole).toString('latin1').replace('34=7', '34=8'), 'latin1')],
    ['a length that is too small', spelled(whole, whole.length - 1)],
    ['a length that is too large', spelled(whole, whole.length + 1)],
    ['no length', Buffer.from(`8=FIX.4.4\x01${whole.replaceAll('|', '\x01')}10=000\x01`)],
    ['a type that is not third', spelled(`49=BROKER|35=8|56=DESK|34=7|`)],
    ['no sequence number', spelled('35=8|49=BROKER|56=DESK|')],
    ['the sequence number 0', spelled('35=8|49=BROKER|56=DESK|34=0|')],
    ['a sequence number that is none', spelled('35=8|49=BROKER|56=DESK|34=1x|')],
    ['a sequence number beyond exact integers', spelled('35=8|49=BROKER|56=DESK|34=99999999999999999999|')],
    ['nothing', Buffer.alloc(0)],
    ['bytes behind it', Buffer.concat([spelled(whole), Buffer.from('x')])],
  ])('takes %s for garbled', (_, bytes) => {
    expect(parse(bytes)).toBeUndefined();
  });

  test.each([
    ['a field without a value', '58=|', 4],
    ['a field without a tag', '=x|', 0],
    ['a tag that is no number', '5a=x|', 0],
    ['a tag that begins with 0', '058=x|', 0],
    ['a length that is not that of its data', '95=3|96=abcdef|', 5],
  ])('tells %s from a garbled message', (_, field, reason) => {
    expect(parse(spelled(`${whole}${field}`))).toMatchObject({ sequence: 7, type: '8', fault: { reason } });
  });

  test('reads entries of repeating groups', () => {
    const entries = '268=2|269=0|270=5000.25|271=3|269=1|270=5000.50|58=end|';
    const parsed = parse(spelled(`${whole}${entries}`)) as FixMessage;
    const groups = parsed.groups(268, new Set([269, 270, 271]));
    expect(groups.map((group) => [group.get(269), group.get(270), group.get(271)])).toEqual([
      ['0', '5000.25', '3'],
      ['1', '5000.50', undefined],
    ]);
    expect(parsed.groups(146, new Set([55]))).toEqual([]);
  });

  test.each(['268=3|269=0|269=1|', '268=1|269=0|269=1|', '268=x|269=0|', '268=1|58=none|'])(
    'refuses a counter that counts otherwise: %s',
    (entries) => {
      const parsed = parse(spelled(`${whole}${entries}`)) as FixMessage;
      expect(() => parsed.groups(268, new Set([269]))).toThrow(/tag 268 says/);
    },
  );
});

describe('framing', () => {
  const one = encode(VERSION, head(1));
  const two = encode(VERSION, [...head(2), [58, 'second']]);

  test('hands out the same messages however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(message, { minLength: 1, maxLength: 8 }),
        fc.array(fc.nat(), { maxLength: 30 }),
        (messages, cuts) => {
          const wire = messages.map(([sequence, more]) => encode(VERSION, [...head(sequence), ...more]));
          const bytes = Buffer.concat(wire);
          const places = [0, ...cuts.map((at) => at % bytes.length), bytes.length].sort((a, b) => a - b);
          const framer = new Framer();
          const found: FixMessage[] = [];
          for (let index = 1; index < places.length; index++)
            framer.take(bytes.subarray(places[index - 1], places[index]), (each) => found.push(each));
          expect(found.map(({ bytes }) => bytes.toString('hex'))).toEqual(
            wire.map((each) => each.toString('hex')),
          );
          expect(framer.garbled).toBe(0);
        },
      ),
      { numRuns: manyRuns(100) },
    );
  });

  test('keeps messages as they were when more bytes come', () => {
    const framer = new Framer();
    const found: FixMessage[] = [];
    const bytes = Buffer.concat([one, two, one, two]);
    for (const byte of bytes) framer.take(Buffer.from([byte]), (each) => found.push(each));
    expect(found.map((each) => each.bytes.equals(each.sequence === 1 ? one : two))).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  const withByte = (bytes: Buffer, at: number, byte: number): Buffer => {
    const changed = Buffer.from(bytes);
    changed[at] = byte;
    return changed;
  };

  test('never hands out a message of which a byte was changed, and always the ones around it', () => {
    fc.assert(
      fc.property(fc.nat(two.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const broken = withByte(two, at, (two[at] as number) ^ change);
        // Two more behind it: a length that became larger swallows some.
        const { messages, framer } = cut(
          Buffer.concat([one, broken, ...Array.from({ length: 40 }, () => one)]),
          1_000,
        );
        expect(messages[0]?.bytes.equals(one)).toBe(true);
        expect(messages.every(({ bytes }) => bytes.equals(one))).toBe(true);
        expect(messages.length).toBeGreaterThan(1);
        expect(framer.garbled).toBeGreaterThan(0);
      }),
      { numRuns: manyRuns(300) },
    );
  });

  test('survives noise of any kind, and reads on behind it', () => {
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc
        .constantFrom(
          '8=FIX',
          '8=FIX.4.4\x019=',
          '8=FIX.4.4\x019=12\x01',
          '\x0110=000\x01',
          '8=FIX.4.4\x019=99999999999\x01',
        )
        .map((text) => Buffer.from(text, 'latin1')),
    );
    fc.assert(
      fc.property(fc.array(noise, { maxLength: 6 }), (parts) => {
        const framer = new Framer(1_000);
        const found: FixMessage[] = [];
        for (const part of parts) framer.take(Buffer.from(part), (each) => found.push(each));
        expect(found).toEqual([]);
        // What the noise claimed to be long ends within the largest message.
        for (let filler = 0; filler < 30; filler++) framer.take(one, (each) => found.push(each));
        expect(found.length).toBeGreaterThan(0);
        expect(found.every(({ bytes }) => bytes.equals(one))).toBe(true);
      }),
      { numRuns: manyRuns(300) },
    );
  });

  test('takes no noise for a begin string, even where the checksum is right by chance', () => {
    // The bytes of the noise add up to a multiple of 256, so that the checksum of the message behind them is that of both.
    const noise = Buffer.from([...Buffer.from('8=FIX8=FIX'), 230, 84, 118, 165, 243]);
    expect(noise.reduce((sum, byte) => sum + byte, 0) % 256).toBe(0);
    const { messages, framer } = cut(Buffer.concat([noise, one]), 1_000);
    expect(messages.map(({ bytes }) => bytes.toString('latin1'))).toEqual([one.toString('latin1')]);
    expect(framer.garbled).toBeGreaterThan(0);
    expect(parse(Buffer.concat([noise, one]))).toBeUndefined();
    for (const version of [
      'FIX.4',
      'FIX.4.',
      'FIX.4.44',
      'FIXX.4.4',
      'FIXT.4',
      'FIX44',
      'FIX.A.4',
      'FIX.4.4 ',
      'x',
      '',
    ])
      expect(parse(encode(version, head(1))), version).toBeUndefined();
    for (const version of ['FIX.4.2', 'FIX.4.4', 'FIXT.1.1'])
      expect(parse(encode(version, head(1)))?.get(8), version).toBe(version);
  });

  test('leaves out a message of 10 MB, holds no more than the largest, and reads on', () => {
    const giant = encode(VERSION, [...head(2), [58, 'x'.repeat(10 << 20)]]);
    const framer = new Framer();
    const found: number[] = [];
    for (let at = 0; at < giant.length; at += 65_536)
      framer.take(giant.subarray(at, at + 65_536), (each) => found.push(each.sequence));
    framer.take(one, (each) => found.push(each.sequence));
    expect(found).toEqual([1]);
    expect(framer.garbled).toBeGreaterThan(0);
  });

  test.each([0, 255, 1.5, Number.NaN])('refuses a limit of %s', (largest) => {
    expect(() => new Framer(largest)).toThrow(/fix.largestMessage/);
  });
});

describe('timestamps', () => {
  test('are read back to the millisecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), (time) => {
        expect(parseTimestamp(formatTimestamp(time))).toBe(time);
      }),
      { numRuns: manyRuns(300) },
    );
  });

  test('may have no fraction, or one of micro- and nanoseconds', () => {
    const second = Date.UTC(2026, 0, 5, 14, 30);
    expect(parseTimestamp('20260105-14:30:00')).toBe(second);
    expect(parseTimestamp('20260105-14:30:00.000250')).toBeCloseTo(second + 0.25, 3);
    expect(parseTimestamp('20260105-14:30:00.250000000')).toBe(second + 250);
    expect(parseTimestamp('20161231-23:59:60')).toBe(Date.UTC(2017, 0, 1));
  });

  test.each([
    '',
    '20260105',
    '20260105 14:30:00',
    '20260105-24:00:00',
    '20260105-14:60:00',
    '20261305-14:30:00',
    '20260231-14:30:00',
    '20260105-14:30:00.',
    '20260105-14:30:00.x',
    '2026010x-14:30:00',
  ])('refuses %j', (text) => {
    expect(tryTimestamp(text)).toBeNaN();
    expect(() => parseTimestamp(text)).toThrow(/a UTC timestamp/);
  });
});
