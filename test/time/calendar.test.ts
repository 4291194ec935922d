import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendar } from '../../src/domain/calendar.js';
import { formatCivilDay, parseCivilDay, weekdayOf } from '../../src/domain/civil-day.js';
import { alwaysOpen, cmeEquityIndex } from '../../src/domain/ready-calendars.js';
import { ZonedTime } from '../../src/domain/zoned-time.js';

const time = (text: string): number => Date.parse(text);
const iso = (ts: number): string => new Date(ts).toISOString().replace('.000Z', 'Z');

describe('CME equity index hours', () => {
  const cme = cmeEquityIndex({
    holidays: ['2023-12-25', '2024-01-01'],
    earlyCloses: [{ day: '2023-11-24', close: '12:15' }],
  });

  it.each([
    // A week in winter: Chicago is six hours behind UTC.
    ['2024-01-05T21:59:59.999Z', true, '2024-01-05'],
    ['2024-01-05T22:00:00Z', false, undefined],
    ['2024-01-07T22:59:59Z', false, undefined],
    ['2024-01-07T23:00:00Z', true, '2024-01-08'],
    ['2024-01-08T22:30:00Z', false, undefined],
    ['2024-01-08T23:00:00Z', true, '2024-01-09'],
    // After the change to summer time on 10 March: five hours.
    ['2024-03-10T21:59:59Z', false, undefined],
    ['2024-03-10T22:00:00Z', true, '2024-03-11'],
    ['2024-03-11T21:00:00Z', false, undefined],
    // And back on 3 November.
    ['2024-11-01T20:59:00Z', true, '2024-11-01'],
    ['2024-11-03T22:30:00Z', false, undefined],
    ['2024-11-03T23:00:00Z', true, '2024-11-04'],
    // Friday after Thanksgiving, until 12:15.
    ['2023-11-24T18:14:59Z', true, '2023-11-24'],
    ['2023-11-24T18:15:00Z', false, undefined],
  ])('%s: open %s, trading day %s', (text, open, day) => {
    expect(cme.isOpen(time(text))).toBe(open);
    expect(cme.sessionOf(time(text))?.tradingDay).toBe(day);
  });

  it('opens on the evening of Christmas Day, as the recording of ESH4 does', () => {
    const preOpen = time('2023-12-25T22:00:00.181Z');
    expect(cme.isOpen(preOpen)).toBe(false);
    expect(iso(cme.nextOpen(preOpen))).toBe('2023-12-25T23:00:00Z');
    expect(iso(cme.nextClose(preOpen))).toBe('2023-12-26T22:00:00Z');
    expect(cme.sessionOf(time('2023-12-25T23:00:00Z'))?.tradingDay).toBe('2023-12-26');
    // From Friday evening on there is no session: the whole of Monday's is off.
    expect(iso(cme.nextOpen(time('2023-12-22T22:00:00Z')))).toBe('2023-12-25T23:00:00Z');
  });

  it('sessions last 23 hours throughout the year, over both changes of the clock', () => {
    const days = new Set<string>();
    for (let ts = time('2024-01-02T12:00:00Z'); ts < time('2025-01-01T00:00:00Z'); ts += 3_600_000) {
      const session = cme.sessionOf(ts);
      if (session === undefined || days.has(session.tradingDay)) continue;
      days.add(session.tradingDay);
      expect(session.close - session.open).toBe(23 * 3_600_000);
      expect(new Date(session.close).toLocaleTimeString('en-GB', { timeZone: 'America/Chicago' })).toBe(
        '16:00:00',
      );
    }
    expect(days.size).toBe(262);
  });
});

describe('calendars', () => {
  const lunch = calendar({
    timeZone: 'Asia/Tokyo',
    sessions: [
      { open: 'monday 09:00', close: 'monday 11:30' },
      { open: 'monday 12:30', close: 'monday 15:30' },
      { open: 'monday 17:00', close: 'tuesday 06:00', tradingDay: 'tuesday' },
    ],
    earlyCloses: [{ day: '2024-01-08', close: '11:30' }],
    specialSessions: [{ day: '2024-01-10', open: '2024-01-09 20:00', close: '2024-01-10 02:00' }],
  });

  it('have several sessions a day, early closes and special sessions', () => {
    const sessions: string[] = [];
    let ts = time('2024-01-01T00:00:00+09:00') - 1;
    while (sessions.length < 7) {
      ts = lunch.nextOpen(ts);
      const { open, close, tradingDay } = lunch.sessionOf(ts) ?? { open: 0, close: 0, tradingDay: '' };
      expect(open).toBe(ts);
      sessions.push(`${tradingDay} ${iso(open)} ${(close - open) / 60_000}`);
    }
    expect(sessions).toEqual([
      '2024-01-01 2024-01-01T00:00:00Z 150',
      '2024-01-01 2024-01-01T03:30:00Z 180',
      '2024-01-02 2024-01-01T08:00:00Z 780',
      '2024-01-08 2024-01-08T00:00:00Z 150',
      '2024-01-09 2024-01-08T08:00:00Z 780',
      '2024-01-10 2024-01-09T11:00:00Z 360',
      '2024-01-15 2024-01-15T00:00:00Z 150',
    ]);
  });

  it('answer alike in whatever order they are asked', () => {
    const cme = cmeEquityIndex({ holidays: ['2024-03-29'] });
    const from = time('2024-03-01T00:00:00Z');
    const when = fc.integer({ min: 0, max: 40 * 24 * 60 }).map((minutes) => from + minutes * 60_000);
    fc.assert(
      fc.property(fc.array(when, { minLength: 1, maxLength: 20 }), (times) => {
        const fresh = cmeEquityIndex({ holidays: ['2024-03-29'] });
        for (const ts of times) {
          const next = fresh.nextOpen(ts);
          expect(cme.isOpen(ts)).toBe(fresh.isOpen(ts));
          expect(cme.sessionOf(ts)).toEqual(fresh.sessionOf(ts));
          expect(cme.nextOpen(ts)).toBe(next);
          expect(next).toBeGreaterThan(ts);
          expect(fresh.isOpen(next) && !fresh.isOpen(next - 1)).toBe(true);
          const end = fresh.nextClose(ts);
          expect(fresh.isOpen(end - 1) && !fresh.isOpen(end)).toBe(true);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('that never close have the days of UTC as sessions', () => {
    const ts = time('2024-02-29T23:59:59.5Z');
    expect(alwaysOpen.isOpen(ts)).toBe(true);
    expect(alwaysOpen.sessionOf(ts)).toEqual({
      open: time('2024-02-29T00:00:00Z'),
      close: time('2024-03-01T00:00:00Z'),
      tradingDay: '2024-02-29',
    });
    expect(alwaysOpen.nextClose(ts)).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([
    ['calendar.timeZone must be an IANA time zone', { timeZone: 'Chicago' }],
    [
      'calendar.sessions[0].open must be a time such as "sunday 17:00", not "so 17:00"',
      { sessions: [{ open: 'so 17:00', close: 'monday 16:00' }] },
    ],
    [
      'calendar.sessions[0].close must be a time such as "16:00"',
      { sessions: [{ open: 'sunday 17:00', close: 'monday 16:61' }] },
    ],
    [
      'calendar.sessions must be sessions that do not overlap',
      {
        sessions: [
          { open: 'sunday 17:00', close: 'monday 16:00' },
          { open: 'monday 09:00', close: 'monday 17:00' },
        ],
      },
    ],
    ['calendar.holidays[0] must be a day such as', { holidays: ['2023-02-29'] }],
    [
      'calendar.specialSessions[0].close must be after its opening',
      { specialSessions: [{ day: '2023-01-02', open: '2023-01-02 10:00', close: '2023-01-02 09:00' }] },
    ],
    ['unknown setting "closed"', { closed: [] }],
  ])('refuse: %s', (message, settings) => {
    const base = { timeZone: 'UTC', sessions: [{ open: 'monday 09:00', close: 'monday 16:00' }] };
    expect(() => calendar({ ...base, ...settings } as never)).toThrow(message);
  });
});

describe('time zones and days', () => {
  it('a time that the clock leaps over is after the leap; one that it passes twice is the first', () => {
    const newYork = new ZonedTime('zone', 'America/New_York');
    const at = (day: string, minutes: number) => iso(newYork.at(parseCivilDay('day', day), minutes));
    expect(at('2024-03-10', 90)).toBe('2024-03-10T06:30:00Z');
    expect(at('2024-03-10', 150)).toBe('2024-03-10T07:30:00Z');
    expect(at('2024-03-10', 210)).toBe('2024-03-10T07:30:00Z');
    expect(at('2024-11-03', 90)).toBe('2024-11-03T05:30:00Z');
    expect(at('2024-11-03', 150)).toBe('2024-11-03T07:30:00Z');
  });

  it('days are those of the Gregorian calendar', () => {
    fc.assert(
      fc.property(fc.integer({ min: -100_000, max: 1_000_000 }), (day) => {
        const date = new Date(day * 86_400_000);
        if (date.getUTCFullYear() > 9_999) return;
        expect(formatCivilDay(day)).toBe(date.toISOString().slice(0, 10));
        expect(parseCivilDay('day', formatCivilDay(day))).toBe(day);
        expect(weekdayOf(day)).toBe(date.getUTCDay());
      }),
    );
  });
});
