import { InputError, show } from '../../../domain/errors.js';

const two = (value: number): string => (value < 10 ? `0${value}` : `${value}`);
const three = (value: number): string => (value < 10 ? `00${value}` : value < 100 ? `0${value}` : `${value}`);

let day = Number.NaN;
let dayText = '';

/**
 * A UTC timestamp as FIX writes it, to the millisecond.
 *
 * @example
 * formatTimestamp(0) // '19700101-00:00:00.000'
 * @throws InputError when the time is not between the years 0 and 9999
 */
export function formatTimestamp(time: number): string {
  const whole = Math.floor(time);
  const days = Math.floor(whole / 86_400_000);
  if (days !== day) {
    const date = new Date(whole);
    const year = date.getUTCFullYear();
    if (!(year >= 0 && year <= 9999)) throw new InputError(`a time of these days was expected, not ${time}`);
    dayText = `${String(year).padStart(4, '0')}${two(date.getUTCMonth() + 1)}${two(date.getUTCDate())}`;
    day = days;
  }
  const left = whole - days * 86_400_000;
  const hours = Math.floor(left / 3_600_000);
  const minutes = Math.floor(left / 60_000) % 60;
  const seconds = Math.floor(left / 1_000) % 60;
  return `${dayText}-${two(hours)}:${two(minutes)}:${two(seconds)}.${three(left % 1_000)}`;
}

/**
 * Reads a UTC timestamp with none, three, six or nine decimals of a second: Unix milliseconds with a fraction.
 *
 * @throws InputError naming the text
 *
 * @example
 * parseTimestamp('20240102-14:30:00.250'); // Unix milliseconds
 */
export function parseTimestamp(text: string): number {
  const time = tryTimestamp(text);
  if (Number.isNaN(time))
    throw new InputError(`a UTC timestamp such as 20260105-14:30:00.250 was expected, not ${show(text)}`);
  return time;
}

/** As {@link parseTimestamp}, but `NaN` instead of an exception. A leap second counts as the second after it. */
export function tryTimestamp(text: string): number {
  const { length } = text;
  if (length < 17 || text[8] !== '-' || text[11] !== ':' || text[14] !== ':') return Number.NaN;
  const year = digits(text, 0, 4);
  const month = digits(text, 4, 6);
  const date = digits(text, 6, 8);
  const hours = digits(text, 9, 11);
  const minutes = digits(text, 12, 14);
  const seconds = digits(text, 15, 17);
  if (!(month >= 1 && month <= 12 && date >= 1 && date <= 31 && hours < 24 && minutes < 60 && seconds <= 60))
    return Number.NaN;
  let fraction = 0;
  if (length > 17) {
    if (text[17] !== '.' || length === 18 || length > 30) return Number.NaN;
    fraction = digits(text, 18, length) / 10 ** (length - 18 - 3);
  }
  const midnight = Date.UTC(year, month - 1, date);
  // The 31st of a month that has 30 days is no day.
  if (new Date(midnight).getUTCDate() !== date) return Number.NaN;
  return midnight + hours * 3_600_000 + minutes * 60_000 + seconds * 1_000 + fraction;
}

/** The number that some characters spell; `NaN` when one is no digit. */
function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at) - 48;
    if (!(code >= 0 && code <= 9)) return Number.NaN;
    value = value * 10 + code;
  }
  return value;
}
