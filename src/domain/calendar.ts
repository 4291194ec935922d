import { knownKeys, refuse } from './check.js';
import { type CivilDay, formatCivilDay, parseCivilDay, weekdayOf } from './civil-day.js';
import { type DayHours, parseTimeOfDay, parseWeeklyHours, type WeeklySession } from './weekly-hours.js';
import { ZonedTime } from './zoned-time.js';

/** One stretch of trading, `[open, close)` in Unix milliseconds. */
export interface Session {
  readonly open: number;
  readonly close: number;
  /** The day that its trades count for: `2024-03-11`. */
  readonly tradingDay: string;
}

/** When a market trades: a pure function of time, the same on every machine. */
export interface Calendar {
  readonly timeZone: string;
  /** All that it is made of in one line: equal fingerprints answer alike. */
  readonly fingerprint: string;
  isOpen(ts: number): boolean;
  /** The session in progress, or `undefined`. */
  sessionOf(ts: number): Session | undefined;
  /** When the first session after `ts` opens; `Infinity`: never within four weeks. */
  nextOpen(ts: number): number;
  /** When the session in progress closes, or else the next one; `Infinity`: never within four weeks. */
  nextClose(ts: number): number;
}

/** A calendar as data. Times are of the zone's wall clock, days are trading days. */
export interface CalendarSettings {
  readonly timeZone: string;
  readonly sessions: readonly WeeklySession[];
  /** Trading days without a session: `2023-12-25`. */
  readonly holidays?: readonly string[];
  /** Trading days that end early, at a time of that very day. */
  readonly earlyCloses?: readonly { readonly day: string; readonly close: string }[];
  /** Trading days with hours of their own in place of the weekly ones, as `2023-12-25 17:00`. */
  readonly specialSessions?: readonly {
    readonly day: string;
    readonly open: string;
    readonly close: string;
  }[];
}

/** How far from its trading day a session may lie, and how far ahead the next one is looked for. */
const REACH = 8;
const HORIZON = 28;
const NONE: readonly Session[] = [];

/**
 * Makes a calendar of weekly hours and their exceptions.
 *
 * @throws ConfigurationError naming the setting, the value and what would be right
 * @example
 * calendar({
 *   timeZone: 'America/New_York',
 *   sessions: [{ open: 'monday 09:30', close: 'monday 16:00' }, ...],
 *   holidays: ['2024-07-04'],
 *   earlyCloses: [{ day: '2024-07-03', close: '13:00' }],
 * })
 */
export function calendar(settings: CalendarSettings): Calendar {
  knownKeys('calendar', settings, ['timeZone', 'sessions', 'holidays', 'earlyCloses', 'specialSessions']);
  return new WeeklyCalendar(settings);
}

class WeeklyCalendar implements Calendar {
  readonly timeZone: string;
  readonly fingerprint: string;
  readonly #zone: ZonedTime;
  readonly #hours: readonly DayHours[];
  readonly #holidays: ReadonlySet<CivilDay>;
  readonly #earlyCloses = new Map<CivilDay, number>();
  readonly #special = new Map<CivilDay, Session[]>();
  /** Sessions by trading day: what the zone's rules say is asked once a day. */
  readonly #days = new Map<CivilDay, readonly Session[]>();
  /** The stretch, open or closed, that was asked about last: nearly every question falls into it again. */
  #from = Number.POSITIVE_INFINITY;
  #until = Number.NEGATIVE_INFINITY;
  #current: Session | undefined = undefined;
  #next: Session | undefined = undefined;

  constructor(settings: CalendarSettings) {
    const { timeZone, sessions, holidays = [], earlyCloses = [], specialSessions = [] } = settings;
    this.#zone = new ZonedTime('calendar.timeZone', timeZone);
    this.timeZone = timeZone;
    this.#hours = parseWeeklyHours('calendar.sessions', sessions);
    this.#holidays = new Set(holidays.map((day, index) => parseCivilDay(`calendar.holidays[${index}]`, day)));
    for (const [index, { day, close }] of earlyCloses.entries()) {
      const name = `calendar.earlyCloses[${index}]`;
      this.#earlyCloses.set(parseCivilDay(`${name}.day`, day), parseTimeOfDay(`${name}.close`, close));
    }
    for (const [index, special] of specialSessions.entries()) this.#addSpecial(index, special);
    this.fingerprint = JSON.stringify({ timeZone, sessions, holidays, earlyCloses, specialSessions });
  }

  isOpen(ts: number): boolean {
    this.#look(ts);
    return this.#current !== undefined;
  }

  sessionOf(ts: number): Session | undefined {
    this.#look(ts);
    return this.#current;
  }

  nextOpen(ts: number): number {
    this.#look(ts);
    return this.#next?.open ?? Number.POSITIVE_INFINITY;
  }

  nextClose(ts: number): number {
    this.#look(ts);
    return (this.#current ?? this.#next)?.close ?? Number.POSITIVE_INFINITY;
  }

  #look(ts: number): void {
    if (ts >= this.#from && ts < this.#until) return;
    if (!Number.isFinite(ts)) refuse('a time asked of a calendar', 'Unix milliseconds', ts);
    const today = this.#zone.dayAt(ts);
    let from = ts;
    let closed = Number.NEGATIVE_INFINITY;
    this.#current = undefined;
    this.#next = undefined;
    for (let day = today - REACH; day <= today + HORIZON && this.#next === undefined; day++) {
      for (const session of this.#sessionsOn(day)) {
        if (session.close <= ts) closed = session.close;
        else if (session.open > ts) {
          this.#next = session;
          break;
        } else this.#current = session;
      }
    }
    // Where no session ended within reach, the closed stretch is known from here on only.
    if (closed > Number.NEGATIVE_INFINITY) from = closed;
    this.#from = this.#current?.open ?? from;
    // Without a next session the answer ends with the horizon: it is asked anew each time.
    this.#until = this.#current?.close ?? this.#next?.open ?? Number.NEGATIVE_INFINITY;
  }

  #sessionsOn(day: CivilDay): readonly Session[] {
    let sessions = this.#days.get(day);
    if (sessions === undefined) {
      // A replay of years must not keep them all.
      if (this.#days.size >= 512) this.#days.clear();
      sessions = this.#special.get(day) ?? (this.#holidays.has(day) ? NONE : this.#regular(day));
      this.#days.set(day, sessions);
    }
    return sessions;
  }

  #regular(day: CivilDay): readonly Session[] {
    const weekday = weekdayOf(day);
    const cut = this.#earlyCloses.get(day);
    const end = cut === undefined ? Number.POSITIVE_INFINITY : this.#zone.at(day, cut);
    const tradingDay = formatCivilDay(day);
    return this.#hours
      .filter((hours) => hours.weekday === weekday)
      .map(({ openDay, openMinute, closeDay, closeMinute }) => ({
        open: this.#zone.at(day + openDay, openMinute),
        close: Math.min(this.#zone.at(day + closeDay, closeMinute), end),
        tradingDay,
      }))
      .filter(({ open, close }) => open < close)
      .sort((one, other) => one.open - other.open);
  }

  #addSpecial(index: number, special: { day: string; open: string; close: string }): void {
    const name = `calendar.specialSessions[${index}]`;
    knownKeys(name, special, ['day', 'open', 'close']);
    const day = parseCivilDay(`${name}.day`, special.day);
    const open = this.#moment(`${name}.open`, special.open);
    const close = this.#moment(`${name}.close`, special.close);
    if (open >= close) refuse(`${name}.close`, 'after its opening', special.close);
    const sessions = this.#special.get(day) ?? [];
    sessions.push({ open, close, tradingDay: special.day });
    this.#special.set(
      day,
      sessions.sort((one, other) => one.open - other.open),
    );
  }

  #moment(name: string, text: unknown): number {
    const [day, time] = typeof text === 'string' ? text.split(' ') : [];
    return this.#zone.at(parseCivilDay(name, day), parseTimeOfDay(name, time));
  }
}
