import { refuseField } from './fields.js';
import type { TableLayout } from './table-layouts.js';
import { nanoMillis, secondMillis } from './times.js';

const TEXT = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d{1,9})?Z?$/;
const NAMED = /(?:^|[^a-z0-9])(?:ohlcv)?(\d{1,3})([smhd])(?:[^a-z0-9]|$)/;
const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** Lengths of bars that are in use, in minutes; a row of times alone may not make up others. */
const USUAL = [1 / 60, 5 / 60, 0.25, 0.5, 1, 3, 5, 15, 30, 60, 120, 240, 360, 480, 720, 1440].map((minutes) =>
  Math.round(minutes * 60_000),
);

/** The time of a row as Unix milliseconds; all are UTC. */
export function tableMillis(text: string, column: TableLayout['time']): number {
  if (column === 'ts_event_ns' || column === 'ts_recv_ns') return nanoMillis(text, column);
  if (column === 'time_unix')
    return secondMillis(/^\d{1,12}(\.\d+)?$/.test(text) ? Number(text) : text, column);
  if (column === 'ts_utc_ms')
    return /^\d{1,14}$/.test(text) ? Number(text) : refuseField(column, 'a Unix time in milliseconds', text);
  const [, date, time, fraction = ''] = TEXT.exec(text) ?? [];
  const millis = Date.parse(`${date}T${time}Z`) + Number(`0${fraction}`) * 1000;
  return millis >= 0 ? millis : refuseField(column, 'a time such as "2024-01-01 23:01:00"', text);
}

/**
 * The length of the bars of a table, in milliseconds: what its name says (`1m`), else what all of the times have in
 * common.
 *
 * @param times of its first rows
 * @throws InputError when neither tells one in use
 */
export function barInterval(fileName: string, times: readonly number[]): number {
  const [, count = '', unit = ''] = NAMED.exec(fileName.toLowerCase()) ?? [];
  if (Number(count) > 0) return Number(count) * (UNITS[unit] as number);
  const steps = new Set(times.slice(1).map((time, index) => Math.abs(time - (times[index] as number))));
  steps.delete(0);
  const interval = [...steps].reduce(commonDivisor, 0);
  // Two bars an hour apart may be two of a minute.
  if (times.length < 10 || !USUAL.includes(interval))
    refuseField('the length of the bars', 'in the name (such as "1m") or in "bars.interval"', fileName);
  return interval;
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
