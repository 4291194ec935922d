import { refuseField } from './fields.js';

/** Beyond this a count of milliseconds would be a microsecond or nanosecond clock: the year 5138. */
const LATEST_MS = 1e14;
const ISO = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/;

/** A venue's time in milliseconds, or microseconds where it is that large; absent: 0, which means unknown. */
export function venueMillis(value: unknown, name: string): number {
  if (value === undefined) return 0;
  if (typeof value === 'number' && value >= 0) {
    if (value < LATEST_MS) return value;
    if (value < LATEST_MS * 1000) return value / 1000;
  }
  return refuseField(name, 'a Unix time in milliseconds', value);
}

/**
 * A recorder's clock reading, as Unix milliseconds with a fraction: nanoseconds, microseconds or milliseconds
 * by the number of digits (19, 16, 13: dates from 2001 to 2286).
 */
export function clockMillis(digits: string, name: string): number {
  const divisor = { 19: 1e6, 16: 1e3, 13: 1 }[digits.length];
  if (divisor === undefined || !/^\d+$/.test(digits))
    refuseField(name, 'a clock reading of 13 (ms), 16 (us) or 19 (ns) digits', digits);
  return divisor === 1e6 ? wholeAndRest(digits) : Number(digits) / divisor;
}

/** An ISO time in UTC with up to nine decimals, as Unix milliseconds with a fraction. */
export function isoMillis(value: unknown, name: string): number {
  const match = typeof value === 'string' ? ISO.exec(value) : null;
  const seconds = match === null ? Number.NaN : Date.parse(`${match[1]}Z`);
  if (match === null || !(seconds >= 0 && seconds < LATEST_MS))
    refuseField(name, 'an ISO time in UTC', value);
  return seconds + Number((match[2] ?? '').padEnd(9, '0')) / 1e6;
}

/** Nanoseconds as a decimal integer text, as Unix milliseconds with a fraction. */
export function nanoMillis(value: string, name: string): number {
  const millis = /^\d{1,20}$/.test(value) ? wholeAndRest(value) : Number.NaN;
  if (!(millis < LATEST_MS)) refuseField(name, 'a Unix time in nanoseconds', value);
  return millis;
}

/** Nanoseconds pass 2^53: taken as one number they would be rounded twice. */
function wholeAndRest(nanoseconds: string): number {
  return Number(nanoseconds.slice(0, -6)) + Number(nanoseconds.slice(-6)) / 1e6;
}

/** Seconds with a fraction, as Unix milliseconds to the microsecond. */
export function secondMillis(value: unknown, name: string): number {
  if (typeof value !== 'number' || !(value > 0 && value < LATEST_MS / 1000))
    refuseField(name, 'a Unix time in seconds', value);
  return Math.round(value * 1e6) / 1e3;
}
