import { expect, test } from 'vitest';
import { sideOf } from '../../../src/venues/cme/execution.js';

test.each([
  ['1', 'buy'],
  ['2', 'sell'],
  ['5', undefined],
  ['', undefined],
  [undefined, undefined],
  ['constructor', undefined],
])('side %s is %s', (told, side) => {
  expect(sideOf(told)).toBe(side);
});
