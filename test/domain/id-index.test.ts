import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IdIndex } from '../../src/domain/id-index.js';

const checkAll = (ids: readonly string[], others: readonly string[]): void => {
  const index = new IdIndex(ids);
  for (const id of [...ids, ...others]) {
    expect(index.placeOf(id)).toBe(ids.indexOf(id));
    // Another string of the same characters: what a decoder makes.
    expect(index.placeOf([...id].join(''))).toBe(ids.indexOf(id));
  }
};

const anyId = fc.oneof(
  fc.string({ maxLength: 3 }),
  fc.string({ maxLength: 50 }),
  fc.string({ unit: 'binary', maxLength: 5 }),
  fc.constantFrom(
    'BTC-USDT.SPOT@binance',
    'BTC-USDT.PERP@binance',
    'ETH-USDT.SPOT@binance',
    'BTC-USD.SPOT@cb',
  ),
);

test('it says the same as a search, for whatever ids', () => {
  fc.assert(
    fc.property(fc.uniqueArray(anyId, { maxLength: 40 }), fc.array(anyId, { maxLength: 20 }), checkAll),
  );
});

test('ids that no two characters tell apart are found, and none is taken for another', () => {
  const alike = Array.from({ length: 300 }, (_, number) => `${'x'.repeat(40)}${'ab'.repeat(number)}`);
  checkAll(alike, ['x', '', 'x'.repeat(1_000), 'ab']);
  const numbered = Array.from({ length: 1_000 }, (_, number) => `S${number}-USD.SPOT@venue`);
  checkAll(numbered, ['S1000-USD.SPOT@venue', 'S-USD.SPOT@venue']);
});

test('an empty list holds nothing, and what is no string is nowhere', () => {
  checkAll([], ['', 'a', 'ab']);
  const index = new IdIndex(['', 'a']);
  for (const foreign of [undefined, null, 0, 1, Number.NaN, {}, ['a']])
    expect(index.placeOf(foreign as never)).toBe(-1);
});
