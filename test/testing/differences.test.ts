import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { differences } from '../../src/testing/differences.js';
import { matching } from '../../src/testing/index.js';

const told = (expected: unknown, received: unknown): readonly string[] =>
  differences(expected, received).map(({ path, sentence }) => `${path}: ${sentence}`);

class Decimal {
  readonly digits: readonly number[];
  constructor(...digits: readonly number[]) {
    this.digits = digits;
  }
  toString(): string {
    return this.digits.join('.');
  }
}

class Quote {
  readonly bid: number;
  constructor(bid: number) {
    this.bid = bid;
  }
  get half(): number {
    return this.bid / 2;
  }
}

describe('differences', () => {
  test('name the path of each', () => {
    expect(told({ a: { b: [1, 2] }, c: 1 }, { a: { b: [1, 3] }, d: 1 })).toEqual([
      'a.b[1]: expected 2, received 3',
      'c: expected 1, received nothing',
      'd: expected nothing, received 1',
    ]);
  });

  test('tell undefined from absent, as strict equality does', () => {
    expect(told({ a: undefined }, {})).toEqual(['a: expected undefined, received nothing']);
    expect(told({ toString: 1 }, {})).toEqual(['toString: expected 1, received nothing']);
  });

  test('show a value that has a text by it', () => {
    expect(told({ price: new Decimal(1, 5) }, { price: new Decimal(1, 6) })).toEqual([
      'price: expected 1.5, received 1.6',
    ]);
    expect(told(new Decimal(1), new Decimal(1))).toEqual([]);
  });

  test('look into dates, maps, sets and bytes as a whole', () => {
    expect(told(new Date(0), new Date(0))).toEqual([]);
    expect(told(new Date(0), new Date(1))).toHaveLength(1);
    expect(told(new Map([[1, 2]]), new Map([[1, 3]]))).toEqual([
      ': expected Map(1) { 1 => 2 }, received Map(1) { 1 => 3 }',
    ]);
    expect(told(new Set([1]), new Set([1]))).toEqual([]);
    expect(told(Uint8Array.of(1), Uint8Array.of(2))).toHaveLength(1);
  });

  test('tell classes apart', () => {
    expect(told(new Quote(1), { bid: 1 })).toHaveLength(1);
    expect(told([], {})).toHaveLength(1);
  });

  test('follow circles', () => {
    const circle = (inner: unknown): object => Object.assign({ x: 1 }, { self: inner });
    const one: Record<string, unknown> = { x: 1 };
    one['self'] = one;
    const other: Record<string, unknown> = { x: 1 };
    other['self'] = other;
    expect(told(one, other)).toEqual([]);
    expect(told(one, circle(circle(5)))).not.toEqual([]);
  });

  test('cut values that would hide the rest', () => {
    expect(told('x'.repeat(500), 1)[0]?.length).toBeLessThan(250);
  });

  test('of a partial value are those of its fields, getters included', () => {
    expect(told(matching<Quote>({ half: 2 }), new Quote(4))).toEqual([]);
    expect(told(matching<Quote>({ half: 2 }), new Quote(6))).toEqual(['half: expected 2, received 3']);
  });

  test('are none exactly where Node finds two values equal', () => {
    const value = fc.anything({
      withDate: true,
      withMap: true,
      withSet: true,
      withBigInt: true,
      maxDepth: 3,
    });
    fc.assert(
      fc.property(value, value, (one, other) => {
        expect(differences(one, other).length === 0).toBe(isDeepStrictEqual(one, other));
        // Not simply "none": to Node an invalid date equals no other.
        const copy: unknown = structuredClone(one);
        expect(differences(one, copy).length === 0).toBe(isDeepStrictEqual(one, copy));
      }),
      { numRuns: 300 },
    );
  });
});
