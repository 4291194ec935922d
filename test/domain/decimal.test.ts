import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decimal,
  formatDecimal,
  plainNumber,
  QUOTIENT_DECIMALS,
  quotient,
} from '../../src/domain/decimal.js';
import { InputError } from '../../src/domain/errors.js';
import { manyRuns } from '../properties/many-runs.js';

const PLACES = 12;
const scaled = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });

/** A scaled integer as a decimal string without trailing zeros. */
function spell(value: bigint, places: number): string {
  const text = (value < 0n ? -value : value).toString().padStart(places + 1, '0');
  const trimmed = `${text.slice(0, -places)}.${text.slice(-places)}`.replace(/\.?0+$/, '');
  return value < 0n ? `-${trimmed}` : trimmed;
}

describe('the nearest double', () => {
  test('is what reading the string gives, for any number of digits', () => {
    const digits = fc
      .integer({ min: 1, max: 25 })
      .chain((length) =>
        fc.tuple(
          fc.bigInt({ min: -(10n ** BigInt(length)), max: 10n ** BigInt(length) }),
          fc.integer({ min: 0, max: 30 }),
        ),
      );
    fc.assert(
      fc.property(digits, ([integer, places]) => {
        const text = places === 0 ? String(integer) : spell(integer, places);
        expect(plainNumber(decimal(text))).toBe(Number(text));
      }),
      { numRuns: manyRuns(1_000) },
    );
  });

  test.each([
    '0',
    '-0',
    '0.1',
    '-12.5',
    '100',
    '1e22',
    '1e-22',
    '1e-23',
    '123456789012345678',
    '9007199254740993',
  ])('of %s', (text) => {
    expect(plainNumber(decimal(text))).toBe(Number(decimal(text).toFixed()));
  });
});

describe('sums, differences and products', () => {
  test('are exact', () => {
    fc.assert(
      fc.property(scaled, scaled, (one, two) => {
        const [a, b] = [decimal(spell(one, PLACES)), decimal(spell(two, PLACES))];
        expect(formatDecimal(a.plus(b))).toBe(spell(one + two, PLACES));
        expect(formatDecimal(a.minus(b))).toBe(spell(one - two, PLACES));
        expect(formatDecimal(a.times(b))).toBe(spell(one * two, 2 * PLACES));
      }),
      { numRuns: manyRuns(300) },
    );
  });
});

describe('quotients', () => {
  test('are rounded half to even at the twentieth decimal', () => {
    const ulp = `0.${'0'.repeat(QUOTIENT_DECIMALS - 1)}1`;
    const half = (times: string): string => formatDecimal(quotient(decimal(times).times(ulp), decimal(2)));
    expect(half('1')).toBe('0');
    expect(half('3')).toBe(`0.${'0'.repeat(QUOTIENT_DECIMALS - 1)}2`);
    expect(half('5')).toBe(`0.${'0'.repeat(QUOTIENT_DECIMALS - 1)}2`);
    expect(half('-3')).toBe(`-0.${'0'.repeat(QUOTIENT_DECIMALS - 1)}2`);
    expect(formatDecimal(quotient(decimal(1), decimal(3)))).toBe(`0.${'3'.repeat(QUOTIENT_DECIMALS)}`);
  });
});

test('a number is read by its shortest spelling, and nothing is written with an exponent', () => {
  expect(formatDecimal(decimal(0.1))).toBe('0.1');
  expect(formatDecimal(decimal(1e-18))).toBe('0.000000000000000001');
  expect(formatDecimal(decimal(1e21))).toBe('1000000000000000000000');
  expect(formatDecimal(decimal('12.500'))).toBe('12.5');
});

test.each(['', 'x', '1,5', 'NaN', Number.NaN, Number.POSITIVE_INFINITY, null, {}])(
  '%s is refused',
  (value) => {
    expect(() => decimal(value as string)).toThrow(InputError);
  },
);
