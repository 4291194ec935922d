// @ts-check
import { inFreshProcess } from './fresh-process.js';

/**
 * Measures variants of one piece of work in interleaved rounds of fresh processes: A B C, B C A, C A B, and so on, so
 * that a slow minute of the machine hits all of them, and none is always the first.
 *
 * @param {string} work
 * @param {readonly string[]} variants
 * @param {number} rounds
 * @param {Record<string, unknown>} task
 * @param {readonly string[]} [flags]
 * @returns {Promise<Record<string, any[]>>} the results of each variant, by round
 */
export async function interleaved(work, variants, rounds, task, flags) {
  /** @type {Record<string, any[]>} */
  const results = Object.fromEntries(variants.map((variant) => [variant, []]));
  for (let round = 0; round < rounds; round++) {
    for (let place = 0; place < variants.length; place++) {
      const variant = /** @type {string} */ (variants[(round + place) % variants.length]);
      results[variant]?.push(await inFreshProcess(work, { ...task, variant }, flags));
    }
  }
  return results;
}
