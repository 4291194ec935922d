/** @typedef {import('../view.js').Known} Known */

/** What stands for an unknown number. */
export const UNKNOWN = '—';

/**
 * A number with so many decimals and separators between thousands; a real minus sign.
 *
 * @param {Known} value
 * @param {number} decimals
 * @param {boolean} signed a gain carries its sign, too: colour is never the only bearer of it
 */
export function numberOf(value, decimals, signed = false) {
  if (value === null) return UNKNOWN;
  const text = Math.abs(value).toLocaleString('en-US', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  const zero = !/[1-9]/.test(text);
  return `${zero ? '' : value < 0 ? '−' : signed ? '+' : ''}${text}`;
}

/**
 * @param {Known} value
 * @param {number} decimals
 */
export const percentOf = (value, decimals = 1) =>
  value === null ? UNKNOWN : `${numberOf(value * 100, decimals)} %`;

/** @param {Known} milliseconds */
export function ageOf(milliseconds) {
  if (milliseconds === null || !Number.isFinite(milliseconds)) return UNKNOWN;
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.floor(seconds)} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** A length of time in the unit that suits it. @param {Known} seconds */
export function lengthOf(seconds) {
  if (seconds === null) return 'longer';
  if (seconds < 1e-3) return `${trimmed(seconds * 1e6)} µs`;
  if (seconds < 1) return `${trimmed(seconds * 1e3)} ms`;
  return `${trimmed(seconds)} s`;
}

/** @param {number} value */
const trimmed = (value) => String(Number(value.toPrecision(3)));

/** Time of day in UTC. @param {number} ts */
export const timeOf = (ts) => new Date(ts).toISOString().slice(11, 19);

/** @param {Known} ts */
export const momentOf = (ts) =>
  ts === null ? UNKNOWN : `${new Date(ts).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** The word for the tone of an amount. @param {Known} value */
export const toneOf = (value) => (value === null || value === 0 ? '' : value > 0 ? 'good' : 'bad');
