import { knownKeys, refuse } from './check.js';
import { WEEKDAYS, type Weekday } from './civil-day.js';

/** A day of the week and a time of the zone's wall clock: `sunday 17:00`; `24:00` ends a day. */
export type WeeklyTime = `${Weekday} ${number}:${number}`;

/** Hours that come every week. */
export interface WeeklySession {
  readonly open: WeeklyTime;
  /** After the opening, by up to seven days. */
  readonly close: WeeklyTime;
  /** The day that its trades count for. @default the day of the close */
  readonly tradingDay?: Weekday;
}

/** Hours of one trading day: days relative to it, minutes past midnight. */
export interface DayHours {
  readonly weekday: number;
  readonly openDay: number;
  readonly openMinute: number;
  readonly closeDay: number;
  readonly closeMinute: number;
}

/** Minutes past midnight of `16:00`. @throws ConfigurationError */
export function parseTimeOfDay(name: string, text: unknown): number {
  const [, hour, minute] = (typeof text === 'string' && /^(\d\d):(\d\d)$/.exec(text)) || [];
  const minutes = Number(hour) * 60 + Number(minute);
  if (!(Number(minute) < 60 && minutes <= 1_440)) refuse(name, 'a time such as "16:00"', text);
  return minutes;
}

/**
 * Hours of each week in terms of their trading days.
 *
 * @throws ConfigurationError when a time cannot be read, or hours overlap
 */
export function parseWeeklyHours(name: string, sessions: readonly WeeklySession[]): readonly DayHours[] {
  if (!Array.isArray(sessions) || sessions.length === 0) refuse(name, 'at least one session', sessions);
  const hours = sessions.map((session, index) => parseSession(`${name}[${index}]`, session));
  const spans = hours
    .map(({ weekday, openDay, openMinute, closeDay, closeMinute }) => ({
      open: (weekday + openDay) * 1_440 + openMinute,
      close: (weekday + closeDay) * 1_440 + closeMinute,
    }))
    .sort((one, other) => one.open - other.open);
  const [first] = spans;
  // The week is a circle: the first session comes again after the last.
  if (first !== undefined) spans.push({ open: first.open + 10_080, close: first.close + 10_080 });
  spans.forEach(({ open }, index) => {
    const previous = spans[index - 1];
    if (previous !== undefined && open < previous.close)
      refuse(name, 'sessions that do not overlap', sessions);
  });
  return hours;
}

function parseSession(name: string, session: WeeklySession): DayHours {
  knownKeys(name, session, ['open', 'close', 'tradingDay']);
  const open = parseWeeklyTime(`${name}.open`, session.open);
  const close = parseWeeklyTime(`${name}.close`, session.close);
  const weekday = session.tradingDay === undefined ? close.weekday : WEEKDAYS.indexOf(session.tradingDay);
  if (weekday < 0) refuse(`${name}.tradingDay`, 'a day of the week', session.tradingDay);
  // The nearest such weekday, before or after.
  const closeDay = modulo(close.weekday - weekday + 3, 7) - 3;
  const openOn = modulo(close.weekday - open.weekday, 7);
  const wholeWeek = openOn === 0 && open.minutes >= close.minutes;
  return {
    weekday,
    openDay: closeDay - (wholeWeek ? 7 : openOn),
    openMinute: open.minutes,
    closeDay,
    closeMinute: close.minutes,
  };
}

function parseWeeklyTime(name: string, text: unknown): { weekday: number; minutes: number } {
  const [day, time, more] = typeof text === 'string' ? text.split(' ') : [];
  const weekday = (WEEKDAYS as readonly string[]).indexOf(day ?? '');
  if (weekday < 0 || more !== undefined) refuse(name, 'a time such as "sunday 17:00"', text);
  return { weekday, minutes: parseTimeOfDay(name, time) };
}

const modulo = (value: number, by: number): number => ((value % by) + by) % by;
