// @ts-check

/** Instruments come in pairs: one asset at two venues. */
export const INSTRUMENTS = 16;
export const TICK = 0.01;

/**
 * @typedef {object} Columns
 * @property {Uint8Array} instrument
 * @property {Float64Array} ts Unix milliseconds with a fraction
 * @property {Int32Array} bid in ticks
 * @property {Int32Array} ask
 * @property {Int32Array} bidLots
 * @property {Int32Array} askLots
 */

/**
 * Quotes of a random walk, the same in every process.
 *
 * @param {number} count
 * @returns {Columns}
 */
export function columns(count) {
  const instrument = new Uint8Array(count);
  const ts = new Float64Array(count);
  const bid = new Int32Array(count);
  const ask = new Int32Array(count);
  const bidLots = new Int32Array(count);
  const askLots = new Int32Array(count);
  const prices = Int32Array.from({ length: INSTRUMENTS >> 1 }, (_, asset) => 100_000 + 20_000 * asset);
  let random = 12_345;
  const below = (/** @type {number} */ bound) => {
    random = (Math.imul(random, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (random >>> 8) % bound;
  };
  let now = 1_770_000_000_000;
  for (let row = 0; row < count; row++) {
    const index = below(INSTRUMENTS);
    const price = /** @type {number} */ (prices[index >> 1]) + below(21) - 10;
    prices[index >> 1] = price;
    now += below(2_000) / 1_000;
    instrument[row] = index;
    ts[row] = now;
    bid[row] = price - 1 - below(4);
    ask[row] = price + 1 + below(4);
    bidLots[row] = 1 + below(500);
    askLots[row] = 1 + below(500);
  }
  return { instrument, ts, bid, ask, bidLots, askLots };
}
