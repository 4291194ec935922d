import { expect, test } from 'vitest';
import { shardOf } from '../../src/scaling/shard-of.js';

const KEYS = Array.from({ length: 10_000 }, (_, index) => `asset-${index}`);

test('spreads keys evenly', () => {
  const counts = [0, 0, 0, 0, 0, 0, 0, 0];
  for (const key of KEYS) counts[shardOf(key, 8)] = (counts[shardOf(key, 8)] as number) + 1;
  for (const count of counts) expect(Math.abs(count - 1_250)).toBeLessThan(150);
});

test('moves only the keys that go to a shard that is added', () => {
  const moved = KEYS.filter((key) => shardOf(key, 8) !== shardOf(key, 9));
  expect(moved.every((key) => shardOf(key, 9) === 8)).toBe(true);
  expect(Math.abs(moved.length - 10_000 / 9)).toBeLessThan(150);
});

test('is the same everywhere, for ever', () => {
  expect(['BTC', 'ETH', 'SOL', 'ES', 'NQ'].map((asset) => shardOf(asset, 16))).toMatchInlineSnapshot(`
    [
      11,
      0,
      3,
      11,
      14,
    ]
  `);
});

test.each([
  ['', 2],
  ['BTC', 0],
  ['BTC', 1.5],
])('refuses (%j, %j)', (key, shards) => {
  expect(() => shardOf(key, shards)).toThrow(/shardOf\./);
});
