import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/domain/errors.js';
import { featureView, onlineFeatures } from '../../src/feature-store/index.js';
import { bits, bruteForce, type Row, rows } from './rows.js';
import { OTHER_VIEW, VIEW } from './views.js';

const times = fc.array(fc.integer({ min: 990, max: 2_000 }), { minLength: 1, maxLength: 20 });

describe('online features', () => {
  it('keeps no more rows than memory can be asked for', () => {
    for (const rows of [0, -1, 1.5, Number.NaN, 1e12])
      expect(() => onlineFeatures(VIEW, { rows })).toThrow('onlineFeatures.rows must be');
  });

  it('answers as brute force does, for every time whose rows are still kept', () => {
    fc.assert(
      fc.property(rows, times, fc.integer({ min: 1, max: 12 }), (all, at, kept) => {
        const online = onlineFeatures(VIEW, { rows: kept });
        const stored: Row[] = [];
        for (const row of all)
          if (online.write(row.instrument, row.eventTime, row.knownTime, row.values)) stored.push(row);
        for (const time of at)
          for (const instrument of ['x', 'y']) {
            const own = stored.filter((row) => row.instrument === instrument);
            const first = own.at(-kept);
            const into = new Float64Array(2);
            const status = online.read(instrument, time, into);
            if (own.length > kept && first !== undefined && time < first.knownTime) {
              expect(status).toBe('evicted');
              continue;
            }
            const expected = bruteForce(all, instrument, time);
            const actual = online.asOf(instrument, time);
            expect(actual?.eventTime).toBe(expected?.eventTime);
            expect(status === 'fresh').toBe(expected !== undefined);
            if (expected === undefined || actual === undefined) continue;
            expect(bits(actual.values)).toBe(bits(expected.values));
            expect(bits(into)).toBe(bits(expected.values));
            expect(actual.knownTime).toBeLessThanOrEqual(time);
          }
      }),
      { numRuns: 300 },
    );
  });

  it('never changes an answer for a time that has passed', () => {
    fc.assert(
      fc.property(rows, (all) => {
        const online = onlineFeatures(VIEW, { rows: 100 });
        const answers: [Row, string | undefined][] = [];
        const answer = ({ instrument, knownTime }: Row): string | undefined => {
          const row = online.asOf(instrument, knownTime - 1);
          return row && `${row.eventTime} ${bits(row.values)}`;
        };
        for (const row of all) {
          online.write(row.instrument, row.eventTime, row.knownTime, row.values);
          answers.push([row, answer(row)]);
        }
        for (const [row, before] of answers) expect(answer(row)).toBe(before);
      }),
      { numRuns: 100 },
    );
  });

  it('goes on the same from a snapshot', () => {
    fc.assert(
      fc.property(rows, rows, (before, after) => {
        const one = onlineFeatures(VIEW, { rows: 5 });
        for (const row of before) one.write(row.instrument, row.eventTime, row.knownTime, row.values);
        const other = onlineFeatures(VIEW, { rows: 5 }, one.save());
        for (const { instrument, eventTime, knownTime, values } of after)
          for (const each of [one, other])
            each.write(instrument, eventTime + 2_000, knownTime + 2_000, values);
        expect(Buffer.from(other.save()).equals(Buffer.from(one.save()))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('refuses a snapshot with a flipped byte, of other features, or of another size, by name', () => {
    const online = onlineFeatures(VIEW, { rows: 5 });
    online.write('x', 1, 2, [3, 4]);
    const saved = online.save();
    expect(onlineFeatures(VIEW, { rows: 5 }, saved).asOf('x', 2)?.values).toEqual(Float64Array.of(3, 4));
    for (const at of [0, 31, 32, saved.length - 1]) {
      const flipped = Uint8Array.from(saved);
      flipped[at] = (flipped[at] as number) ^ 1;
      expect(() => onlineFeatures(VIEW, { rows: 5 }, flipped)).toThrow(/view test version 1 .* is damaged/);
    }
    expect(() => onlineFeatures(VIEW, { rows: 5 }, saved.subarray(0, 9))).toThrow(InputError);
    expect(() => onlineFeatures(OTHER_VIEW, { rows: 5 }, saved)).toThrow(/is of other features/);
    expect(() => onlineFeatures(VIEW, { rows: 6 }, saved)).toThrow('keeps 5 rows an instrument, not 6');
  });

  it('refuses what is no row', () => {
    const online = onlineFeatures(VIEW, { instruments: 1 });
    online.write('x', 1, 10, [1, 2]);
    expect(() => online.write('x', 1, 9, [1, 2])).toThrow('rows are written as they become known');
    expect(() => online.write('x', Number.NaN, 11, [1, 2])).toThrow('Unix milliseconds');
    expect(() => online.write('x', 1, 11, [1])).toThrow('2 columns, not 1 values');
    expect(() => online.write('y', 1, 11, [1, 2])).toThrow('one instrument more than the 1');
    expect(() => online.write('', 1, 11, [1, 2])).toThrow('an instrument must be a name');
    expect(online.asOf('x', Number.NaN)).toBeUndefined();
    expect(online.reads).toEqual({ fresh: 0, expired: 0, missing: 1, evicted: 0 });
  });

  it('keeps no more than it may', () => {
    const online = onlineFeatures(VIEW, { rows: 7 });
    const size = online.save().length;
    for (let time = 0; time < 50; time++) online.write('x', time, time, [time, 0]);
    const full = online.save().length;
    for (let time = 50; time < 5_000; time++) online.write('x', time, time, [time, 0]);
    expect(online.size).toBe(7);
    expect(full).toBeGreaterThan(size);
    expect(Math.abs(online.save().length - full)).toBeLessThan(10);
  });
});

describe('a view', () => {
  it('has a fingerprint of its name, version, and features in their order', () => {
    const make = (settings: object) =>
      featureView({
        name: 'v',
        version: 1,
        features: { a: { fingerprint: 'a()' }, b: { fingerprint: 'b()' } },
        ttl: 1,
        ...settings,
      });
    const prints = [
      make({}),
      make({ name: 'w' }),
      make({ version: 2 }),
      make({ features: { b: { fingerprint: 'b()' }, a: { fingerprint: 'a()' } } }),
      make({ features: { a: { fingerprint: 'a(x=1)' }, b: { fingerprint: 'b()' } } }),
    ].map(({ fingerprint }) => fingerprint);
    expect(new Set(prints).size).toBe(5);
    expect(make({ ttl: 2 }).fingerprint).toBe(prints[0]);
  });

  it.each<[string, object]>([
    ['at least one feature', { features: {} }],
    ['"event_time" is a column of the store itself', { features: { event_time: { fingerprint: 'a()' } } }],
    ['featureView.features.a.fingerprint', { features: { a: {} } }],
    ['featureView.ttl', { ttl: 0 }],
    ['featureView.version', { version: 0 }],
  ])('refuses: %s', (message, settings) => {
    expect(() =>
      featureView({ name: 'v', version: 1, features: { a: { fingerprint: 'a()' } }, ttl: 1, ...settings }),
    ).toThrow(message);
  });
});
