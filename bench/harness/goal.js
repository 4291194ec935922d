// @ts-check

/**
 * A figure beside its goal. It is printed, never asserted: a figure of time depends on the machine's day.
 *
 * @param {string} what
 * @param {number} value
 * @param {'at least' | 'at most'} side
 * @param {number} bound
 * @returns {import('./benchmark.js').Goal}
 */
export const goal = (what, value, side, bound) => ({
  what,
  value,
  side,
  bound,
  reached: side === 'at least' ? value >= bound : value <= bound,
});
