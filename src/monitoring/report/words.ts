/** Text that may stand anywhere in HTML, in attributes too. */
export const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

/** A number with separators and as many digits as its size asks for. */
export function moneyOf(value: number): string {
  if (!Number.isFinite(value)) return 'unknown';
  const size = Math.abs(value);
  const digits = size >= 1_000 || size === 0 ? 0 : size >= 10 ? 2 : size >= 0.1 ? 3 : 6;
  return value.toLocaleString('en-US', { minimumFractionDigits: 0, maximumFractionDigits: digits });
}

/** A share as percent. */
export const percentOf = (share: number, digits = 1): string =>
  Number.isFinite(share) ? `${(share * 100).toFixed(digits)} %` : 'unknown';

/** A time, as exact as a span of so many milliseconds asks for. UTC. */
export function timeOf(ts: number, span: number): string {
  const iso = new Date(ts).toISOString();
  if (span > 3 * 86_400_000) return iso.slice(0, 10);
  return span > 120_000 ? iso.slice(5, 16).replace('T', ' ') : iso.slice(11, 19);
}

/** Milliseconds in the unit that fits. */
export function durationOf(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Number(milliseconds.toFixed(1))} ms`;
  if (milliseconds < 120_000) return `${Number((milliseconds / 1_000).toFixed(1))} s`;
  if (milliseconds < 7_200_000) return `${Number((milliseconds / 60_000).toFixed(1))} min`;
  return milliseconds < 172_800_000
    ? `${Number((milliseconds / 3_600_000).toFixed(1))} h`
    : `${Number((milliseconds / 86_400_000).toFixed(1))} days`;
}
