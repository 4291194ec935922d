import { expect, test } from 'vitest';
import { beyond, lotsWithin, reached, within } from '../../src/operators/risk/within.js';

test('what floats add up to is at the limit when it is so on paper', () => {
  expect(within(0.1 + 0.2, 0.3)).toBe(true);
  expect(beyond(0.1 + 0.2, 0.3)).toBe(false);
  expect(within(400.000_000_000_000_06, 400)).toBe(true);
  expect(lotsWithin(0.3, 0.1)).toBe(3);
  expect(reached(10 - 1e-14, 10)).toBe(true);
  expect(reached(10 - 1e-6, 10)).toBe(false);
});

test('a hair more is beyond it', () => {
  expect(within(400.000_000_01, 400)).toBe(false);
  expect(beyond(400.000_000_01, 400)).toBe(true);
  expect(lotsWithin(0.299_999, 0.1)).toBe(2);
});

test('the unknown is neither', () => {
  expect(within(Number.NaN, 1)).toBe(false);
  expect(beyond(Number.NaN, 1)).toBe(false);
  expect(reached(Number.NaN, 1)).toBe(false);
  expect(within(1, Number.NaN)).toBe(false);
  expect(within(Number.POSITIVE_INFINITY, 1)).toBe(false);
});

test('nothing is within nothing, and not beyond it', () => {
  expect([within(0, 0), beyond(0, 0), reached(0, 0)]).toEqual([true, false, true]);
});
