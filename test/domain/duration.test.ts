import { describe, expect, test } from 'vitest';
import { milliseconds, readDuration } from '../../src/domain/duration.js';
import { ConfigurationError } from '../../src/domain/errors.js';

describe('a duration', () => {
  test.each([
    ['250ms', 250],
    ['1s', 1_000],
    ['1.5m', 90_000],
    ['1.1m', 66_000],
    ['8h', 28_800_000],
    ['1d', 86_400_000],
    ['0.5ms', 0.5],
    [12.5, 12.5],
  ])('of %j is %d ms', (duration, expected) => {
    expect(milliseconds('x', duration)).toBe(expected);
  });

  test.each(['', 's', '1', '1 s', '-1s', '1e3s', '1S', '1w', '0s', ' 1s', '1s\n'])('is not %j', (text) => {
    expect(() => milliseconds('sizing.retryAfter', text)).toThrow(ConfigurationError);
    expect(() => milliseconds('sizing.retryAfter', text)).toThrow(
      /^sizing\.retryAfter must be a duration such as/,
    );
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, undefined, null])('is not %j', (value) => {
    expect(() => milliseconds('x', value)).toThrow('x must be a number above 0');
  });

  test('of nothing can be read where nothing has a meaning', () => {
    expect([readDuration('0s'), readDuration('soon')]).toEqual([0, undefined]);
  });
});
