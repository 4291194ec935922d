import { expect, test } from 'vitest';
import type { QueueModel } from '../../src/venues/simulated/index.js';
import { ordersOf } from '../books/recorded.js';
import { describeWithData } from '../shared-data.js';
import { type Calibration, calibrate, tableOf } from './queue-calibration.js';

const FEW: Readonly<Record<string, QueueModel>> = {
  'order by order': 'orderByOrder',
  'risk averse': 'riskAverse',
  'power 3, form 3': { kind: 'power', exponent: 3, form: 3 },
};

const MANY: Readonly<Record<string, QueueModel>> = {
  ...FEW,
  'power 1': { kind: 'power', exponent: 1 },
  'power 3': { kind: 'power', exponent: 3 },
  'power 2, form 2': { kind: 'power', exponent: 2, form: 2 },
  logarithmic: { kind: 'logarithmic' },
  'logarithmic, form 2': { kind: 'logarithmic', form: 2 },
};

/** 2023-12-25 23:00:01: the auction of the open is over. */
const OPEN = BigInt(Date.UTC(2023, 11, 25, 23, 0, 1)) * 1_000_000n;
const long = process.env['MILLRACE_LONG'] !== undefined;

describeWithData('queue models against an order-by-order recording', (data) => {
  test('ours, placed right behind real orders, fills about as often as the very orders before it say', () => {
    const rows = ordersOf(data('cme/cme_esh4_mbo_20231225_2200-2310.csv.gz'));
    const results = calibrate(rows, long ? MANY : FEW, OPEN, long ? 3 : 1);
    if (long) console.log(tableOf(results));
    const [exact, plain, ...estimates] = results as [Calibration, Calibration, ...Calibration[]];
    const real = long ? 880 : 774;
    expect(results.map(({ filled }) => filled)).toEqual(results.map(() => real));
    // The very orders: the measure of the others.
    expect([exact.right, exact.error]).toEqual([1, 0]);
    expect(exact.atOnce).toBeGreaterThan(0.4);
    // Every one that was filled before the real order in front is one that the venue passed over, and canceled, as it traded.
    expect(exact.tooEarly).toBe(0);
    expect(exact.passedOver).toBe(12);
    // It never thinks itself further in front than it is, but for what trades against nobody in the book.
    expect(plain.bias).toBeGreaterThan(0);
    expect(plain.atOnce).toBeLessThan(exact.atOnce);
    expect(plain.tooEarly).toBe(0);
    for (const each of estimates) {
      expect(each.atOnce, each.model).toBeGreaterThan(plain.atOnce);
      expect(each.bias, each.model).toBeLessThan(plain.bias);
    }
    for (const { model, ever, withinSecond, atOnce, right, error } of results) {
      expect(ever, model).toBeGreaterThan(0.95);
      expect(withinSecond, model).toBeGreaterThan(atOnce);
      expect(right, model).toBeGreaterThan(0.85);
      expect(error, model).toBeLessThan(0.3);
    }
  }, 60_000);
});
