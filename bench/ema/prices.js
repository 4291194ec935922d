// @ts-check

/**
 * The closes of the case: a seeded walk that everybody can make again.
 *
 * @param {number} bars
 */
export function closesOf(bars) {
  const closes = new Float64Array(bars);
  let state = 12_345;
  let price = 100;
  for (let bar = 0; bar < bars; bar++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    price *= 1 + (state / 2 ** 32 - 0.5) * 0.002;
    closes[bar] = price;
  }
  return closes;
}
