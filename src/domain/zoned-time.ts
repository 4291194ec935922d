import { refuse } from './check.js';
import { type CivilDay, civilDay } from './civil-day.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/**
 * The wall clock of a time zone, as a pure function of Unix time: it reads the zone's rules, never the machine's clock or
 * zone. The rules are those of the runtime's ICU data: processes that must agree run one version of Node.
 */
export class ZonedTime {
  readonly timeZone: string;
  readonly #format: Intl.DateTimeFormat;

  /** @throws ConfigurationError for a zone that nobody knows */
  constructor(name: string, timeZone: string) {
    this.timeZone = timeZone;
    try {
      this.#format = new Intl.DateTimeFormat('en-US', {
        timeZone,
        calendar: 'gregory',
        numberingSystem: 'latn',
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      });
    } catch {
      refuse(name, 'an IANA time zone such as "America/Chicago"', timeZone);
    }
  }

  /** Milliseconds that the zone's wall clock is ahead of UTC at a time. */
  offsetAt(ts: number): number {
    const second = Math.floor(ts / 1_000) * 1_000;
    const part: Record<string, number> = {};
    for (const { type, value } of this.#format.formatToParts(second)) part[type] = Number(value);
    const { year, month, day, hour, minute, second: seconds } = part as Record<string, number>;
    const wall =
      civilDay(year as number, month as number, day as number) * DAY_MS +
      ((hour as number) * 60 + (minute as number)) * MINUTE_MS +
      (seconds as number) * 1_000;
    return wall - second;
  }

  /** The day that the zone's wall calendar shows. */
  dayAt(ts: number): CivilDay {
    return Math.floor((ts + this.offsetAt(ts)) / DAY_MS);
  }

  /**
   * Unix milliseconds at which the wall clock shows so many minutes past midnight of a day.
   *
   * A time that the clock passes twice (in autumn) is the first of the two; one that it leaps over (in spring) is as
   * much after the leap as it would have been after the hour before it.
   */
  at(day: CivilDay, minutes: number): number {
    const wall = day * DAY_MS + minutes * MINUTE_MS;
    // The zone's offset on either side of a change that may lie near.
    const before = this.offsetAt(wall - DAY_MS);
    const after = this.offsetAt(wall + DAY_MS);
    if (before === after) return wall - before;
    const early = wall - before;
    if (this.offsetAt(early) === before) return early;
    const late = wall - after;
    return this.offsetAt(late) === after ? late : early;
  }
}
