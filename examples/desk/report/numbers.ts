/** `1,234`; a minus sign stands before. */
export const count = (value: number): string => Math.round(value).toLocaleString('en');

/** `1,234.50`; what is unknown is a question mark. Nothing is `0.00`, never `-0.00`. */
export function money(value: number | string | null): string {
  const number = value === null ? Number.NaN : Number(value);
  if (Number.isNaN(number)) return '?';
  const text = number.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return text === '-0.00' ? '0.00' : text;
}

/** As {@link money}, with a plus where it is gain. */
export function gain(value: number | string | null): string {
  const text = money(value);
  return Number(value) > 0 && text !== '0.00' && text !== '?' ? `+${text}` : text;
}

/** `93.4%`; `-` of nothing. */
export const percent = (part: number, whole: number): string =>
  whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)}%`;

/** `2h 05m`, `3m 20s` or `12.4s`. */
export function length(milliseconds: number): string {
  const seconds = milliseconds / 1_000;
  if (milliseconds > 0 && milliseconds < 100) return `${Math.round(milliseconds)}ms`;
  if (!(seconds >= 60)) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  const [days, hours] = [Math.floor(whole / 86_400), Math.floor(whole / 3_600) % 24];
  const [minutes, rest] = [Math.floor(whole / 60) % 60, whole % 60];
  if (days > 0) return `${days}d ${hours}h`;
  if (hours > 0) return `${hours}h ${String(minutes).padStart(2, '0')}m`;
  return `${minutes}m ${String(rest).padStart(2, '0')}s`;
}

/** `2026-03-02 14:30:00` in UTC. */
export const moment = (ts: number): string =>
  Number.isNaN(ts) ? '-' : new Date(ts).toISOString().slice(0, 19).replace('T', ' ');
