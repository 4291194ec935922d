import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalBytes, fromCanonicalBytes } from '../../src/core/canonical.js';
import { cci, rollingQuantile } from '../../src/operators/features/index.js';
import { RollingExtreme } from '../../src/operators/features/kernels/rolling-extreme.js';
import { RollingOrder } from '../../src/operators/features/kernels/rolling-order.js';
import { ScannedExtreme } from '../../src/operators/features/kernels/scanned-extreme.js';
import { SortedWindow } from '../../src/operators/features/kernels/sorted-window.js';
import { candles, mid } from './inputs.js';
import { valuesOf } from './run.js';

const KINDS = [
  ['a tree', (size: number) => new RollingOrder(size)],
  ['an array', (size: number) => new SortedWindow(size)],
] as const;

describe.each(KINDS)('the last values in order, in %s', (_name, make) => {
  it('are what sorting them gives, with equal ones, also after save and load', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.integer({ min: -4, max: 4 }), { maxLength: 40 }),
        fc.nat({ max: 40 }),
        (size, values, cut) => {
          let order = make(size);
          values.forEach((value, index) => {
            if (index === cut) {
              const again = make(size);
              again.load(fromCanonicalBytes(canonicalBytes(order.save())));
              order = again;
            }
            order.push(value);
            const expected = values.slice(Math.max(0, index + 1 - size), index + 1).sort((a, b) => a - b);
            expect(expected.map((_each, rank) => order.at(rank) + 0)).toEqual(expected);
            expect(order.full).toBe(expected.length === size);
          });
        },
      ),
    );
  });
});

const EXTREMES = [
  ['a deque', RollingExtreme],
  ['a scan', ScannedExtreme],
] as const;

describe.each(EXTREMES)('extremes of the last values, by %s', (_name, Kind) => {
  it('are what Math gives, with equal ones, also after save and load', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('greatest' as const, 'least' as const),
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.integer({ min: -4, max: 4 }), { maxLength: 40 }),
        fc.nat({ max: 40 }),
        (which, size, values, cut) => {
          let extreme = new Kind(which, size);
          expect(extreme.value).toBeNaN();
          values.forEach((value, index) => {
            if (index === cut) {
              const again = new Kind(which, size);
              again.load(fromCanonicalBytes(canonicalBytes(extreme.save())));
              extreme = again;
            }
            extreme.push(value);
            const window = values.slice(Math.max(0, index + 1 - size), index + 1);
            expect(extreme.value + 0).toBe((which === 'greatest' ? Math.max : Math.min)(...window) + 0);
            expect(extreme.full).toBe(window.length === size);
          });
        },
      ),
    );
  });
});

/** Prices that go up and down, some of them twice. */
const prices = Array.from({ length: 700 }, (_, index) => 100 + Math.round(50 * Math.sin(index * index)) / 10);

it('large windows give what small ones do', () => {
  for (const window of [256, 257]) {
    const values = valuesOf(
      rollingQuantile({ window, quantile: 0.25, every: '1ms' }),
      prices.map((price, at) => mid(price, at)),
    );
    // The sample of an interval is taken when it ends.
    const sorted = prices.slice(-window - 1, -1).sort((a, b) => a - b);
    const place = 0.25 * (window - 1);
    const [low, high] = [sorted[Math.floor(place)] as number, sorted[Math.floor(place) + 1] as number];
    expect(values.at(-1)).toBeCloseTo(low + (place % 1) * (high - low), 12);
  }
  for (const period of [64, 65]) {
    const values = valuesOf(cci({ period }), candles(prices.map((price) => [price, price, price, price, 1])));
    const last = prices.slice(-period);
    const mean = last.reduce((sum, each) => sum + each, 0) / period;
    const deviation = last.reduce((sum, each) => sum + Math.abs(each - mean), 0) / period;
    expect(values.at(-1)).toBeCloseTo(((last.at(-1) as number) - mean) / (0.015 * deviation), 10);
  }
});

it('distances keep their digits at large prices, and are the same to the bit after save and load', () => {
  const size = 100;
  let order = new RollingOrder(size);
  const kept = new RollingOrder(size);
  const values = prices.map((price) => 1e8 + price / 1e3);
  values.forEach((value, index) => {
    if (index % 37 === 0) {
      const again = new RollingOrder(size);
      again.load(fromCanonicalBytes(canonicalBytes(order.save())));
      order = again;
    }
    order.push(value);
    kept.push(value);
    const window = values.slice(Math.max(0, index + 1 - size), index + 1);
    const point = 0.1 + (window[0] as number) - order.anchor;
    const expected = window.reduce((sum, each) => sum + Math.abs(each - order.anchor - point), 0);
    expect(window).toContain(order.anchor);
    expect(Math.abs(order.distanceFrom(point) - expected)).toBeLessThanOrEqual(1e-12 * expected);
    expect(order.distanceFrom(point)).toBe(kept.distanceFrom(point));
  });
  // Of bars of one price, so that the typical price is that price.
  const bars = candles(values.map((price) => [price, price, price, price, 1]));
  const last = values.slice(-size).map((price) => (price + price + price) / 3);
  const first = last[0] as number;
  const mean = last.reduce((sum, each) => sum + (each - first), 0) / size;
  const deviation = last.reduce((sum, each) => sum + Math.abs(each - first - mean), 0) / size;
  const expected = ((last.at(-1) as number) - first - mean) / (0.015 * deviation);
  expect(Math.abs((valuesOf(cci({ period: size }), bars).at(-1) as number) / expected - 1)).toBeLessThan(
    1e-12,
  );
});
