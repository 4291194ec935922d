import { refuse } from './check.js';

/** A day of the calendar without a time zone: days since 1970-01-01. */
export type CivilDay = number;

const DAY_MS = 86_400_000;
const TEXT = /^(\d{4})-(\d\d)-(\d\d)$/;

export const WEEKDAYS = [
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
] as const;

/** A day of the week in English. */
export type Weekday = (typeof WEEKDAYS)[number];

/** 0 for a Sunday, 6 for a Saturday: 1970-01-01 was a Thursday. */
export const weekdayOf = (day: CivilDay): number => (((day + 4) % 7) + 7) % 7;

/** The day of a year, month (1 to 12) and day of the month. */
export const civilDay = (year: number, month: number, day: number): CivilDay =>
  Date.UTC(year, month - 1, day) / DAY_MS;

/**
 * Reads `2024-03-10`.
 *
 * @throws ConfigurationError when it is no day that exists
 */
export function parseCivilDay(name: string, text: unknown): CivilDay {
  const [, year, month, day] = (typeof text === 'string' && TEXT.exec(text)) || [];
  const parsed = civilDay(Number(year), Number(month), Number(day));
  if (Number.isNaN(parsed) || formatCivilDay(parsed) !== text)
    refuse(name, 'a day such as "2024-03-10"', text);
  return parsed;
}

/** Spells a day: `2024-03-10`. (Days to dates after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".) */
export function formatCivilDay(civil: CivilDay): string {
  // Years begin in March here, so that the leap day is their last.
  const shifted = civil + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
}
