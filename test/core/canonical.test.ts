import { decode, encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalBytes, fromCanonicalBytes, stateHash } from '../../src/core/canonical.js';
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

describe('canonical bytes', () => {
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
