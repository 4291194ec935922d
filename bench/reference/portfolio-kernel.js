// @ts-check
import { INSTRUMENTS, TICK } from './columns.js';
import { FEES } from './settings.js';

/** @typedef {ReturnType<typeof portfolioState>} Portfolio */

export const portfolioState = () => ({
  positions: new Int32Array(INSTRUMENTS),
  /** Signed lots on their way to a venue. */
  working: new Int32Array(INSTRUMENTS),
  marks: new Float64Array(INSTRUMENTS),
  /** The newest touch, in plain prices. */
  bids: new Float64Array(INSTRUMENTS),
  asks: new Float64Array(INSTRUMENTS),
  /** Profit, its peak, fees and gross exposure: doubles in an array are written without a box. */
  totals: new Float64Array(4),
  fills: 0,
  evaluations: 0,
});

/**
 * Fills what is working at the touch, and marks what is held.
 *
 * @param {Portfolio} state
 * @param {number} index
 * @param {number} bid in ticks
 * @param {number} ask
 */
export function portfolio(state, index, bid, ask) {
  state.evaluations++;
  const { positions, working, marks, totals } = state;
  const middle = (bid + ask) * 0.5 * TICK;
  const held = /** @type {number} */ (positions[index]);
  if (held !== 0) {
    const change = held * (middle - /** @type {number} */ (marks[index]));
    totals[0] = /** @type {number} */ (totals[0]) + change;
    totals[3] =
      /** @type {number} */ (totals[3]) + Math.abs(held) * (middle - /** @type {number} */ (marks[index]));
  }
  marks[index] = middle;
  state.bids[index] = bid * TICK;
  state.asks[index] = ask * TICK;
  const lots = /** @type {number} */ (working[index]);
  if (lots !== 0) fill(state, index, lots);
  const profit = /** @type {number} */ (totals[0]);
  if (profit > /** @type {number} */ (totals[1])) totals[1] = profit;
}

/** @param {Portfolio} state @param {number} index @param {number} lots */
function fill(state, index, lots) {
  const price = /** @type {number} */ ((lots > 0 ? state.asks : state.bids)[index]);
  const middle = /** @type {number} */ (state.marks[index]);
  const { positions, working, totals } = state;
  const held = /** @type {number} */ (positions[index]);
  const fee = Math.abs(lots) * price * /** @type {number} */ (FEES[index & 1]);
  working[index] = 0;
  positions[index] = held + lots;
  totals[0] = /** @type {number} */ (totals[0]) + lots * (middle - price) - fee;
  totals[2] = /** @type {number} */ (totals[2]) + fee;
  totals[3] = /** @type {number} */ (totals[3]) + (Math.abs(held + lots) - Math.abs(held)) * middle;
  state.fills++;
}

/** @param {Portfolio} state @param {number} index @param {number} lots signed */
export function submitted(state, index, lots) {
  state.working[index] = lots;
}
