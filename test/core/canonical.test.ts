import { decode, ExtData, encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalBytes, fromCanonicalBytes, stateHash } from '../../src/core/canonical.js';
import { CanonicalWriter } from '../../src/core/canonical-writer.js';
import type { Plain } from '../../src/domain/plain.js';
import { backtest } from '../../src/streams/replay/backtest.js';
import { fullDesk, market, venues } from '../properties/full-desk.js';
import { manyRuns } from '../properties/many-runs.js';

const number = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom(Number.NaN, -0, Number.POSITIVE_INFINITY),
);

const plain: fc.Arbitrary<Plain> = fc.letrec<{ tree: Plain }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    number,
    fc.string(),
    fc.float64Array({ maxLength: 5 }),
    fc.uint8Array({ maxLength: 5 }),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(
      fc.string({ maxLength: 5 }).filter((key) => key !== '__proto__'),
      tie('tree'),
      { maxKeys: 4 },
    ),
  ),
})).tree;

/** The same data with the keys of every object in another order. */
function shuffled(value: Plain): Plain {
  if (Array.isArray(value)) return value.map(shuffled);
  if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, shuffled(item as Plain)]),
  );
}

/** With sorted keys, as canonical bytes have them. */
function sorted(value: Plain): Plain {
  if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const object = value as { readonly [key: string]: Plain };
  return Object.fromEntries(
    Object.keys(object)
      .sort()
      .filter((key) => object[key] !== undefined)
      .map((key) => [key, sorted(object[key] as Plain)]),
  );
}

/** By msgpack's own encoder, from a copy that is sorted and has one spelling of each number. */
function spelledOut(value: unknown): unknown {
  if (typeof value === 'number') return Number.isNaN(value) ? Number.NaN : value === 0 ? 0 : value;
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value;
  if (value instanceof Float64Array) {
    const bytes = Buffer.alloc(8 * value.length);
    value.forEach((each, index) => {
      bytes.writeDoubleLE(spelledOut(each) as number, 8 * index);
    });
    return new ExtData(1, new Uint8Array(bytes));
  }
  if (Array.isArray(value)) return Array.from(value, spelledOut);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, spelledOut(item)]));
}
const byTheBook = (value: unknown): Uint8Array =>
  encode(spelledOut(value), { sortKeys: true, ignoreUndefined: true });

describe('canonical bytes', () => {
  test("are those of msgpack's own encoder for every length, sign and character", () => {
    const edges = [0, 5, 7, 8, 15, 16, 31, 32, 47, 53].flatMap((power) =>
      [-1, 0, 1].flatMap((off) => [2 ** power + off, -(2 ** power) + off]),
    );
    const lengths = [0, 1, 15, 16, 31, 32, 33, 255, 256, 65_535, 65_536];
    const cases: unknown[] = [
      ...edges,
      ...edges.map((edge) => edge + 0.5),
      ...lengths.map((length) => 'x'.repeat(length)),
      ...lengths.map((length) => `${'x'.repeat(length)}€`),
      ...lengths.map((length) => Array.from({ length }, (_, index) => index)),
      ...lengths.map((length) =>
        Object.fromEntries(Array.from({ length: Math.min(length, 300) }, (_, index) => [`k${index}`, index])),
      ),
      ...lengths.map((length) => new Float64Array(length).fill(-0)),
      ...lengths.map((length) => new Uint8Array(length)),
      ['é', '\ud800', 'a\udc00b', '💶', '\u0000', 'ÿ'.repeat(300)],
      { '2': 1, '10': 2, b: undefined, é: 3, a: [undefined, null, true, false], A: { z: 1, y: undefined } },
      [{ a: 1, b: 2 }, { b: 2, a: 1 }, { a: 1 }, { a: 1, b: undefined }, { a: 1, c: 2 }, {}],
    ];
    for (const value of cases)
      expect(Buffer.compare(canonicalBytes(value as Plain), byTheBook(value))).toBe(0);
    fc.assert(
      fc.property(plain, (value) => {
        expect(canonicalBytes(value)).toEqual(byTheBook(value));
      }),
      { numRuns: manyRuns(300) },
    );
  });

  test('are the same wherever the memory for them has to grow', () => {
    for (const items of [[7], [true], ['a'], [-100], [300], [70_000], [2 ** 40], [0.5], ['é'], [{}], [[1]]])
      for (let before = 4_080; before < 4_097; before++) {
        const value = ['x'.repeat(before - 6), ...items, ...items];
        const fresh = new CanonicalWriter((other) => encode(other));
        expect(Buffer.compare(fresh.bytesOf(value as Plain), byTheBook(value))).toBe(0);
      }
  });

  test('refuse what has no end, and go on afterwards', () => {
    const endless: { self?: Plain } = {};
    endless.self = endless as Plain;
    expect(() => canonicalBytes(endless as Plain)).toThrow('Too deep');
    expect(() => canonicalBytes([1n] as unknown as Plain)).toThrow('Unrecognized object');
    expect(canonicalBytes([1])).toEqual(encode([1]));
  });

  test('refuse a field that would be lost', () => {
    expect(() => canonicalBytes(JSON.parse('{"a":[{"__proto__":{"x":1}}]}'))).toThrow(
      'no field of a state may be named __proto__',
    );
  });

  test('do not depend on the order of keys', () => {
    fc.assert(
      fc.property(plain, (value) => {
        expect(canonicalBytes(shuffled(value))).toEqual(canonicalBytes(value));
      }),
      { numRuns: manyRuns(300) },
    );
  });

  test('know one NaN and no negative zero', () => {
    const strange = new Float64Array(1);
    new BigUint64Array(strange.buffer)[0] = 0xfff8_0000_dead_beefn;
    expect(stateHash(strange)).toBe(stateHash(Float64Array.of(Number.NaN)));
    expect(stateHash([strange[0] as number, -0])).toBe(stateHash([Number.NaN, 0]));
    expect(stateHash(Float64Array.of(-0))).toBe(stateHash(Float64Array.of(0)));
  });

  test('tell different data apart', () => {
    const different: Plain[] = [
      0,
      1,
      0.1,
      '',
      '0',
      null,
      false,
      [],
      {},
      [0],
      { a: 0 },
      { a: 1 },
      { b: 0 },
      Float64Array.of(0),
      Uint8Array.of(0),
      [[], []],
      [[[]]],
    ];
    expect(new Set(different.map(stateHash)).size).toBe(different.length);
  });

  test('come back as the plain data they stand for, arrays of doubles included', async () => {
    const source = market(2, 1_500);
    const pipeline = backtest(fullDesk(source.instruments), source, {
      drivers: venues(),
      grace: 100,
      barrierEvery: 100,
    });
    const all: Plain[] = [];
    pipeline.snapshots$.subscribe((snapshot) => all.push(snapshot as unknown as Plain));
    await pipeline.forEach(() => {});
    expect(all.length).toBeGreaterThan(1);
    for (const snapshot of all) {
      const bytes = canonicalBytes(snapshot);
      const back = fromCanonicalBytes(bytes);
      expect(canonicalBytes(back)).toEqual(bytes);
      // A double comes back as the double it was; -0 as 0.
      expect(JSON.stringify(back)).toBe(JSON.stringify(sorted(snapshot)));
    }
  });

  test('are refused when they are cut short', () => {
    const bytes = canonicalBytes({ state: Float64Array.of(1, 2), name: 'x' });
    for (let length = 0; length < bytes.length; length++) {
      expect(() => fromCanonicalBytes(bytes.subarray(0, length))).toThrow(/canonical bytes were expected/);
    }
  });

  test('are needed, since msgpack by itself forgets what an array of doubles was', () => {
    const back = decode(encode({ state: Float64Array.of(1, 2) })) as { state: unknown };
    expect(back.state).toBeInstanceOf(Uint8Array);
  });
});
