import { describe, expect, it } from 'vitest';
import { calendar } from '../../src/domain/calendar.js';
import { alwaysOpen, cmeEquityIndex } from '../../src/domain/ready-calendars.js';
import { type FeatureInput, sessionVwap } from '../../src/operators/features/index.js';
import { input } from './inputs.js';
import { valuesOf } from './run.js';

const at = (time: string): number => Date.parse(time);
const trade = (time: string, tradePrice: number, tradeQuantity = 1): FeatureInput =>
  input({ ts: at(time), kind: 'trade', tradePrice, tradeQuantity });
const bar = (start: string, end: string, price: number, barVolume = 1): FeatureInput =>
  input({
    ts: at(end),
    kind: 'bar',
    barStart: at(start),
    barOpen: price,
    barHigh: price,
    barLow: price,
    barClose: price,
    barVolume,
  });
const time = (text: string): FeatureInput => input({ ts: at(text) });
const nan = Number.NaN;

describe('sessionVwap by a calendar', () => {
  const cme = cmeEquityIndex({
    holidays: ['2023-12-25'],
    earlyCloses: [{ day: '2023-11-24', close: '12:15' }],
  });

  it('begins anew with each trading day of CME; what prints in the daily halt does not count', () => {
    // Winter: 17:00 in Chicago is 23:00 UTC.
    expect(
      valuesOf(sessionVwap({ session: cme }), [
        time('2024-01-09T22:30Z'),
        trade('2024-01-09T22:31Z', 1_000),
        trade('2024-01-09T23:00Z', 100),
        trade('2024-01-10T05:00Z', 200), // midnight UTC begins nothing
        trade('2024-01-10T21:59:59.999Z', 300, 2),
        trade('2024-01-10T22:00Z', 9_999),
        time('2024-01-10T22:59:59.999Z'),
        time('2024-01-10T23:00Z'),
        trade('2024-01-10T23:00Z', 50),
      ]),
    ).toEqual([nan, nan, 100, 150, 225, 225, 225, nan, 50]);
  });

  it('follows the change of the clock: an hour earlier in UTC from 10 March 2024 on', () => {
    expect(
      valuesOf(sessionVwap({ session: cme }), [
        trade('2024-03-08T21:00Z', 100), // Friday
        trade('2024-03-10T21:30Z', 1), // Sunday, 16:30 in summer: not open yet
        trade('2024-03-10T22:00Z', 200), // 17:00, and no more 23:00 UTC
        trade('2024-03-11T20:59Z', 300),
        trade('2024-03-11T21:30Z', 9_999), // the halt, an hour earlier too
        trade('2024-03-11T22:00Z', 400),
      ]),
    ).toEqual([100, 100, 200, 250, 250, 400]);
  });

  it('knows holidays and early closes', () => {
    expect(
      valuesOf(sessionVwap({ session: cme }), [
        trade('2023-11-24T18:00Z', 100), // the day after Thanksgiving, 12:00
        trade('2023-11-24T18:15Z', 9_999), // closed at 12:15
        time('2023-11-26T22:59Z'),
        trade('2023-11-26T23:00Z', 200),
        trade('2023-12-22T20:00Z', 300), // Friday
        trade('2023-12-25T12:00Z', 9_999), // Christmas: no session since Friday
        trade('2023-12-25T23:00Z', 400), // Tuesday's begins
      ]),
    ).toEqual([100, 100, 100, 200, 300, 300, 400]);
  });

  it('a halt within a trading day begins nothing', () => {
    const tokyo = calendar({
      timeZone: 'Asia/Tokyo',
      sessions: [
        { open: 'monday 09:00', close: 'monday 11:30' },
        { open: 'monday 12:30', close: 'monday 15:30' },
        { open: 'tuesday 09:00', close: 'tuesday 11:30' },
      ],
    });
    expect(
      valuesOf(sessionVwap({ session: tokyo }), [
        trade('2024-01-15T01:00Z', 100),
        trade('2024-01-15T03:00Z', 9_999), // noon
        trade('2024-01-15T04:00Z', 200),
        trade('2024-01-16T00:00Z', 700),
      ]),
    ).toEqual([100, 100, 150, 700]);
  });

  it('a bar counts for the session in which it began, however late it is known', () => {
    for (const session of [alwaysOpen, '1d'] as const)
      expect(
        valuesOf(sessionVwap({ session, of: 'bar' }), [
          bar('2024-01-09T23:58Z', '2024-01-09T23:59Z', 100),
          bar('2024-01-09T23:59Z', '2024-01-10T00:00Z', 200), // its end is the next day
          time('2024-01-10T00:00:30Z'),
          bar('2024-01-10T00:00Z', '2024-01-10T00:01Z', 600),
          bar('2024-01-09T23:30Z', '2024-01-10T00:02Z', 9_999), // of a session that is over
          bar('2024-01-11T00:00Z', '2024-01-11T00:01Z', 1, 0), // nothing traded, but a day has begun
        ]),
      ).toEqual([100, 150, 150, 600, 600, nan]);
  });

  it('says what it is made of, and refuses what cannot be', () => {
    const print = sessionVwap({ session: cme }).fingerprint;
    expect(print).toContain('2023-12-25');
    expect(print).not.toBe(sessionVwap({ session: cmeEquityIndex() }).fingerprint);
    expect(() => sessionVwap({ session: cme, startsAt: 0 })).toThrow('sessionVwap.startsAt');
    expect(() => sessionVwap({ session: {} as never })).toThrow('sessionVwap.session');
    expect(() => sessionVwap({ session: null as never })).toThrow('sessionVwap.session');
    expect(() => sessionVwap({ session: '0s' })).toThrow('sessionVwap.session');
  });
});
