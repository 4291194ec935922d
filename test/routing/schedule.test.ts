import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkedSchedule, dueAt, type Schedule, usualVolume } from '../../src/operators/routing/schedule.js';

const at = (schedule: Schedule, elapsed: number, volume = 0, quantity = 10) =>
  dueAt(checkedSchedule('schedule', schedule), 1_000_000, 1_000_000 + elapsed, quantity, volume);
const HOURS = Array.from({ length: 24 }, (_, hour) => (hour === 1 ? 3 : 1));

describe('schedules', () => {
  test('twap: equal parts, the first at once, all by the last slice', () => {
    const twap: Schedule = { kind: 'twap', over: '4s', every: '1s' };
    expect([0, 999, 1_000, 2_500, 3_000, 9_000].map((elapsed) => at(twap, elapsed).share)).toEqual([
      0.25, 0.25, 0.5, 0.75, 1, 1,
    ]);
    expect(at(twap, 1_500).next).toBe(1_002_000);
    expect(at(twap, 3_000).next).toBe(Number.POSITIVE_INFINITY);
  });

  test('twap: a time that is no multiple of the slices ends with a shorter one', () => {
    const twap: Schedule = { kind: 'twap', over: 2_500, every: 1_000 };
    expect([0, 1_000, 2_000].map((elapsed) => at(twap, elapsed).share)).toEqual([1 / 3, 2 / 3, 1]);
  });

  test('vwap: by the volume that is usual at the time of day', () => {
    const vwap = checkedSchedule('s', { kind: 'vwap', over: '2h', every: '1h', curve: HOURS });
    const midnight = Date.UTC(2024, 0, 1);
    expect(dueAt(vwap, midnight, midnight, 10, 0).share).toBe(0.25);
    expect(dueAt(vwap, midnight, midnight + 3_600_000, 10, 0).share).toBe(1);
    // From half past eleven into the next day.
    const late = midnight + 23.5 * 3_600_000;
    expect(dueAt(vwap, late, late, 10, 0).share).toBeCloseTo(1 / 3, 12);
  });

  test('vwap: where the curve is empty, as twap', () => {
    const curve = HOURS.map((_, hour) => (hour < 12 ? 0 : 1));
    const vwap = checkedSchedule('s', { kind: 'vwap', over: '4h', every: '1h', curve });
    expect(dueAt(vwap, 0, 3_600_000, 10, 0).share).toBe(0.5);
  });

  test('usual volume adds up over days', () => {
    const day = 86_400_000;
    expect(usualVolume([1], 5, 5 + day)).toBe(day);
    expect(usualVolume(HOURS, day / 2, day / 2 + 3 * day)).toBe(3 * 26 * 3_600_000);
  });

  test('participation: a share of what was printed, never more than all', () => {
    const pov: Schedule = { kind: 'participation', share: 0.1, every: '1s' };
    expect(at(pov, 0).share).toBe(0);
    expect(at(pov, 500, 50)).toEqual({ share: 0.5, next: 1_001_000 });
    expect(at(pov, 500, 500)).toEqual({ share: 1, next: Number.POSITIVE_INFINITY });
  });

  test('no schedule ever goes back, exceeds 1, or wakes in the past', () => {
    const any = fc.oneof(
      fc.record({
        kind: fc.constant('twap' as const),
        over: fc.integer({ min: 1_000, max: 1e7 }),
        every: fc.integer({ min: 1, max: 1_000 }),
      }),
      fc.record({
        kind: fc.constant('vwap' as const),
        over: fc.integer({ min: 1_000, max: 1e8 }),
        every: fc.integer({ min: 1, max: 1_000 }),
        curve: fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 30 }),
      }),
    );
    const times = fc.array(fc.double({ min: 0, max: 1.2e8, noNaN: true }), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(any, fc.integer({ min: 0, max: 2e12 }), times, (schedule, start, elapsed) => {
        const checked = checkedSchedule('s', schedule);
        let before = 0;
        for (const each of elapsed.sort((one, two) => one - two)) {
          const { share, next } = dueAt(checked, start, start + each, 5, 0);
          expect(share).toBeGreaterThanOrEqual(before - 1e-9);
          expect(share).toBeLessThanOrEqual(1 + 1e-9);
          expect(next).toBeGreaterThan(start + each - 1e-3);
          before = share;
        }
        expect(dueAt(checked, start, start + schedule.over, 5, 0).share).toBe(1);
      }),
    );
  });

  test.each([
    [null, 'must be an object'],
    [{ kind: 'sometimes' }, 'kind must be one of'],
    [{ kind: 'immediate', over: 1 }, 'unknown setting "over"'],
    [{ kind: 'twap', over: '1s', every: '2s' }, 'every must be at most'],
    [{ kind: 'twap', over: 0, every: 1 }, 'over must be'],
    [{ kind: 'vwap', over: '2s', every: '1s', curve: [] }, 'at least one number'],
    [
      { kind: 'vwap', over: '2s', every: '1s', curve: [1, Number.NaN] },
      'curve[1] must be a number of at least 0',
    ],
    [{ kind: 'participation', share: 1.5, every: '1s' }, 'share must be a share from 0 to 1'],
    [{ kind: 'iceberg', display: 0 }, 'display must be a number above 0'],
  ])('%j is refused', (schedule, why) => {
    expect(() => checkedSchedule('schedule', schedule as Schedule)).toThrow(why);
  });
});
