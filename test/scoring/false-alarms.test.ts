import { describe, expect, test } from 'vitest';
import { adwin, looks } from './false-alarms.js';

/** The bounds of docs/drift.md hold over a thousand seeded runs; as many as there is time for are run otherwise. */
const LONG = process.env['MILLRACE_LONG'] === '1';
const RUNS = LONG ? 1_000 : 12;
const QUIET = 2_000;

/** A median of few runs lies further off. */
const NEARLY = LONG ? 1 : 1.5;

/** So many of the runs, as a count that a bound of a share allows; in a small sample one is more than its share. */
const most = (share: number): number => Math.max(LONG ? 0 : 1, share * RUNS);

describe(`detectors of drift, over ${RUNS} seeded runs`, { timeout: 300_000 }, () => {
  test('the stability index and the distance: one look at 500 values against 1,000', () => {
    const one = looks(RUNS, 1);
    expect(one.stability.falseAlarms).toBeLessThanOrEqual(most(0.003));
    expect(one.stability.found).toBe(RUNS);
    expect(one.kolmogorov.falseAlarms).toBeLessThanOrEqual(most(0.02));
    expect(one.kolmogorov.found).toBe(RUNS);
    const half = looks(RUNS, 0.5);
    // Half a standard deviation is an index of a quarter: the limit itself, and a coin decides.
    expect(half.stability.found).toBeGreaterThan(LONG ? 0.3 * RUNS : 0);
    expect(half.kolmogorov.found).toBeGreaterThan(0.99 * RUNS - 1);
  });

  test.each([
    [1, 50, 100],
    [0.5, 130, 260],
  ])('ADWIN finds a shift of %s standard deviations', (shift, median, late) => {
    const { falseAlarms, found, delay, lateDelay } = adwin(RUNS, QUIET, shift);
    expect(falseAlarms).toBeLessThanOrEqual(most(0.01));
    expect(found).toBe(RUNS);
    expect(delay).toBeLessThanOrEqual(NEARLY * median);
    expect(lateDelay).toBeLessThanOrEqual(NEARLY * late);
  });
});
