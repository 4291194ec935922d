// @ts-check
import { INSTRUMENTS, TICK } from './columns.js';
import { LOOKBACK, STRENGTH, STRETCH, VOLATILITY } from './settings.js';

const unknown = (size = INSTRUMENTS) => new Float64Array(size).fill(Number.NaN);

// Kernels read prices out of the row and write into a slot of it: a double that crosses a call that V8 does not inline
// is boxed, 16 bytes each time, and what is inlined changes with the size of the caller.

/**
 * A row of eight features, none known yet. A flat array of doubles has no box for any of them. `0 / 0`, and not its name,
 * which V8 would look up eight times: so the row is one literal.
 */
export const emptyRow = () => [0 / 0, 0 / 0, 0 / 0, 0 / 0, 0 / 0, 0 / 0, 0 / 0, 0 / 0];

/** @param {number[]} row @param {number} bid @param {number} ask in ticks */
export function mid(row, bid, ask) {
  row[0] = (bid + ask) * 0.5 * TICK;
}

/** @param {number[]} row @param {number} bidLots @param {number} askLots */
export function imbalance(row, bidLots, askLots) {
  row[1] = (bidLots - askLots) / (bidLots + askLots);
}

/** @param {number} weight */
export const emaState = (weight) => ({ weight, values: unknown() });

/** @param {ReturnType<typeof emaState>} state @param {number} index @param {number[]} row @param {number} slot */
export function ema(state, index, row, slot) {
  const price = /** @type {number} */ (row[0]);
  const last = /** @type {number} */ (state.values[index]);
  const value = Number.isNaN(last) ? price : last + state.weight * (price - last);
  state.values[index] = value;
  row[slot] = value;
}

export const momentumState = () => ({
  ring: unknown(INSTRUMENTS * LOOKBACK),
  next: new Int32Array(INSTRUMENTS),
});

/** @param {ReturnType<typeof momentumState>} state @param {number} index @param {number[]} row */
export function momentum(state, index, row) {
  const price = /** @type {number} */ (row[0]);
  const next = /** @type {number} */ (state.next[index]);
  const place = index * LOOKBACK + next;
  const then = /** @type {number} */ (state.ring[place]);
  state.ring[place] = price;
  state.next[index] = next + 1 === LOOKBACK ? 0 : next + 1;
  row[4] = Number.isNaN(then) ? 0 : price / then - 1;
}

export const volatilityState = () => ({ prices: unknown(), squares: new Float64Array(INSTRUMENTS) });

/** @param {ReturnType<typeof volatilityState>} state @param {number} index @param {number[]} row */
export function volatility(state, index, row) {
  const price = /** @type {number} */ (row[0]);
  const last = /** @type {number} */ (state.prices[index]);
  state.prices[index] = price;
  const change = Number.isNaN(last) ? 0 : Math.log(price / last);
  const square = /** @type {number} */ (state.squares[index]);
  const value = square + VOLATILITY * (change * change - square);
  state.squares[index] = value;
  row[5] = Math.sqrt(value);
}

export const zScoreState = () => ({
  ring: new Float64Array(INSTRUMENTS * STRETCH),
  next: new Int32Array(INSTRUMENTS),
  counts: new Int32Array(INSTRUMENTS),
  sums: new Float64Array(INSTRUMENTS),
  squares: new Float64Array(INSTRUMENTS),
});

/**
 * Deviations from the mean of the last `STRETCH` distances; distances from a slow average keep the sums small.
 *
 * @param {ReturnType<typeof zScoreState>} state
 * @param {number} index
 * @param {number[]} row
 */
export function zScore(state, index, row) {
  const distance = /** @type {number} */ (row[0]) - /** @type {number} */ (row[3]);
  const { ring, counts, sums, squares } = state;
  const next = /** @type {number} */ (state.next[index]);
  const place = index * STRETCH + next;
  const gone = /** @type {number} */ (ring[place]);
  ring[place] = distance;
  state.next[index] = next + 1 === STRETCH ? 0 : next + 1;
  const count = Math.min(/** @type {number} */ (counts[index]) + 1, STRETCH);
  counts[index] = count;
  const sum = /** @type {number} */ (sums[index]) + distance - gone;
  const square = /** @type {number} */ (squares[index]) + distance * distance - gone * gone;
  sums[index] = sum;
  squares[index] = square;
  const mean = sum / count;
  const variance = square / count - mean * mean;
  row[6] = variance > 1e-12 ? (distance - mean) / Math.sqrt(variance) : 0;
}

export const strengthState = () => ({
  prices: unknown(),
  gains: new Float64Array(INSTRUMENTS),
  losses: new Float64Array(INSTRUMENTS),
});

/** Relative strength, from -1 to 1. @param {ReturnType<typeof strengthState>} state @param {number} index @param {number[]} row */
export function strength(state, index, row) {
  const price = /** @type {number} */ (row[0]);
  const last = /** @type {number} */ (state.prices[index]);
  state.prices[index] = price;
  const change = Number.isNaN(last) ? 0 : price - last;
  const gain = /** @type {number} */ (state.gains[index]);
  const loss = /** @type {number} */ (state.losses[index]);
  const gainNow = gain + STRENGTH * ((change > 0 ? change : 0) - gain);
  const lossNow = loss + STRENGTH * ((change < 0 ? -change : 0) - loss);
  state.gains[index] = gainNow;
  state.losses[index] = lossNow;
  const both = gainNow + lossNow;
  row[7] = both === 0 ? 0 : (gainNow - lossNow) / both;
}
