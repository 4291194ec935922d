// @ts-check

/**
 * One tick more in a running checksum of targets and orders.
 *
 * @param {number} sum
 * @param {Float64Array} targets
 * @param {number} index of the instrument
 * @param {number} lots
 */
export const mix = (sum, targets, index, lots) =>
  (Math.imul(sum, 31) + /** @type {number} */ ((targets[index >> 1] * 1e6) | 0) + lots) | 0;

/**
 * The final state of a desk as text: equal to the bit, or not equal.
 *
 * @param {number} sum
 * @param {{ positions: Int32Array, totals: Float64Array, fills: number }} portfolio
 * @param {Int32Array} denied
 */
export function digest(sum, { positions, totals, fills }, denied) {
  const bits = new BigUint64Array(totals.buffer.slice(0));
  return [sum, fills, positions.join(','), bits.join(','), denied.join(',')].join(' ');
}
