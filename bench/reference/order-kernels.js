// @ts-check
import { INSTRUMENTS } from './columns.js';
import { COLLAR, FEES, MOST_GROSS, MOST_LOSS, MOST_LOTS, MOST_ORDER, ORDER_PAUSE } from './settings.js';

/**
 * The instrument of the asset's pair that closes what is held, else the one where the price after fees is best; -1 when
 * there is nothing to send.
 *
 * @param {import('./portfolio-kernel.js').Portfolio} portfolio
 * @param {number} index
 * @param {number} lots
 */
export function routing(portfolio, index, lots) {
  return lots === 0 ? -1 : best(portfolio, index, lots);
}

/** @param {import('./portfolio-kernel.js').Portfolio} portfolio @param {number} index @param {number} lots */
function best({ bids, asks, positions }, index, lots) {
  const first = index & ~1;
  const second = first + 1;
  if (asks[first] === 0 || asks[second] === 0) return index;
  if (/** @type {number} */ (positions[first]) * lots < 0) return first;
  if (/** @type {number} */ (positions[second]) * lots < 0) return second;
  const [low, high] = /** @type {[number, number]} */ (FEES);
  return lots > 0
    ? /** @type {number} */ (asks[first]) * (1 + low) <= /** @type {number} */ (asks[second]) * (1 + high)
      ? first
      : second
    : /** @type {number} */ (bids[first]) * (1 - low) >= /** @type {number} */ (bids[second]) * (1 - high)
      ? first
      : second;
}

export const riskState = () => ({
  lastOrder: new Float64Array(INSTRUMENTS).fill(Number.NEGATIVE_INFINITY),
  /** How often each of the six rules said no. */
  denied: new Int32Array(6),
});

/**
 * Six rules on an order, asked when there is one; lots that may be sent, or 0.
 *
 * @param {ReturnType<typeof riskState>} state
 * @param {import('./portfolio-kernel.js').Portfolio} portfolio
 * @param {number} venue index of the instrument to send to
 * @param {number} lots
 * @param {readonly number[]} row
 * @param {number} ts
 */
export function risk(state, portfolio, venue, lots, row, ts) {
  const middle = /** @type {number} */ (row[0]);
  const { totals, positions, bids, asks } = portfolio;
  const price = /** @type {number} */ ((lots > 0 ? asks : bids)[venue]);
  const notional = Math.abs(lots) * price;
  const { denied } = state;
  if (/** @type {number} */ (totals[0]) < -MOST_LOSS) return deny(denied, 0);
  if (Math.abs(/** @type {number} */ (positions[venue]) + lots) > MOST_LOTS) return deny(denied, 1);
  if (notional > MOST_ORDER) return deny(denied, 2);
  if (/** @type {number} */ (totals[3]) + notional > MOST_GROSS) return deny(denied, 3);
  if (Math.abs(price - middle) > COLLAR * middle) return deny(denied, 4);
  if (ts - /** @type {number} */ (state.lastOrder[venue]) < ORDER_PAUSE) return deny(denied, 5);
  state.lastOrder[venue] = ts;
  return lots;
}

/** @param {Int32Array} denied @param {number} rule */
function deny(denied, rule) {
  denied[rule] = /** @type {number} */ (denied[rule]) + 1;
  return 0;
}
