import { type Calendar, type CalendarSettings, calendar, type Session } from './calendar.js';
import { formatCivilDay } from './civil-day.js';

const DAY_MS = 86_400_000;

/** What a ready-made calendar still takes: the exceptions, which exchanges publish year by year. */
export type CalendarExceptions = Pick<CalendarSettings, 'holidays' | 'earlyCloses' | 'specialSessions'>;

/**
 * A market that never closes. Its sessions are the days of UTC, one right after the other, so that bars and trading
 * days have bounds; `nextOpen` and `nextClose` are `Infinity`.
 *
 * @example
 * sessions({ calendars: { binance: alwaysOpen } });
 */
export const alwaysOpen: Calendar = Object.freeze({
  timeZone: 'UTC',
  fingerprint: 'alwaysOpen',
  isOpen: () => true,
  sessionOf: dayOf,
  nextOpen: () => Number.POSITIVE_INFINITY,
  nextClose: () => Number.POSITIVE_INFINITY,
});

/**
 * CME Globex, equity index futures: Sunday 17:00 to Friday 16:00 in Chicago, with a halt from 16:00 to 17:00 each day.
 * An evening counts for the next trading day.
 *
 * Holidays and early closes are given by the user. (Hours: CME Group, contract specifications of E-mini S&P 500
 * futures; until 2021-06-27 there was also a halt from 15:15 to 15:30, which this calendar does not have.)
 *
 * @example
 * cmeEquityIndex({ holidays: ['2023-12-25'], earlyCloses: [{ day: '2023-11-24', close: '12:15' }] })
 */
export function cmeEquityIndex(exceptions: CalendarExceptions = {}): Calendar {
  return calendar({
    timeZone: 'America/Chicago',
    sessions: [
      { open: 'sunday 17:00', close: 'monday 16:00' },
      { open: 'monday 17:00', close: 'tuesday 16:00' },
      { open: 'tuesday 17:00', close: 'wednesday 16:00' },
      { open: 'wednesday 17:00', close: 'thursday 16:00' },
      { open: 'thursday 17:00', close: 'friday 16:00' },
    ],
    ...exceptions,
  });
}

let latest: Session = { open: 0, close: DAY_MS, tradingDay: '1970-01-01' };

function dayOf(ts: number): Session {
  // The last answer again, in nearly every case.
  if (ts < latest.open || ts >= latest.close) {
    const day = Math.floor(ts / DAY_MS);
    latest = { open: day * DAY_MS, close: (day + 1) * DAY_MS, tradingDay: formatCivilDay(day) };
  }
  return latest;
}
