// @ts-check
import { INSTRUMENTS } from './columns.js';
import { AGENT_HYSTERESIS, BUDGET, LEAST_LOTS, TARGET_HYSTERESIS } from './settings.js';

/** What the signals last said, four for each instrument. */
export const signalState = () => ({ pool: new Float64Array(INSTRUMENTS * 4), evaluations: 0 });

/**
 * The join of eight features into four signals.
 *
 * @param {ReturnType<typeof signalState>} state
 * @param {number} index
 * @param {readonly number[]} row mid, imbalance, fast, slow, momentum, volatility, z-score, strength
 */
export function signals(state, index, row) {
  state.evaluations++;
  const { pool } = state;
  const place = index * 4;
  const wild = /** @type {number} */ (row[5]) * /** @type {number} */ (row[0]) + 1e-9;
  const moved = /** @type {number} */ (row[4]);
  pool[place] = Math.tanh(/** @type {number} */ (row[2] - /** @type {number} */ (row[3])) / (4 * wild));
  pool[place + 1] = Math.tanh(-0.25 * /** @type {number} */ (row[6]) - 0.5 * /** @type {number} */ (row[7]));
  pool[place + 2] = Math.tanh(/** @type {number} */ (row[1]));
  pool[place + 3] = Math.abs(moved) > 3 * /** @type {number} */ (row[5]) ? Math.sign(moved) : 0;
}

/** What the agents want held, four for each asset. */
export const agentState = () => ({
  standing: new Float64Array(INSTRUMENTS * 2),
  evaluations: 0,
});

/**
 * The join of four signals into the exposures of four agents; each moves only when it is worth it.
 *
 * @param {ReturnType<typeof agentState>} state
 * @param {number} index
 * @param {Float64Array} pool
 */
export function agents(state, index, pool) {
  state.evaluations++;
  const { standing } = state;
  const from = index * 4;
  const trend = /** @type {number} */ (pool[from]);
  const reversion = /** @type {number} */ (pool[from + 1]);
  const pressure = /** @type {number} */ (pool[from + 2]);
  const breakout = /** @type {number} */ (pool[from + 3]);
  const place = (index >> 1) * 4;
  const first = trend * 0.7 + breakout * 0.3;
  if (Math.abs(first - /** @type {number} */ (standing[place])) > AGENT_HYSTERESIS) standing[place] = first;
  if (Math.abs(reversion - /** @type {number} */ (standing[place + 1])) > AGENT_HYSTERESIS)
    standing[place + 1] = reversion;
  const third = pressure * 0.25 + reversion * 0.75;
  if (Math.abs(third - /** @type {number} */ (standing[place + 2])) > AGENT_HYSTERESIS)
    standing[place + 2] = third;
  const fourth = breakout * 0.6;
  if (Math.abs(fourth - /** @type {number} */ (standing[place + 3])) > AGENT_HYSTERESIS)
    standing[place + 3] = fourth;
}

export const ensembleState = () => ({ targets: new Float64Array(INSTRUMENTS >> 1), evaluations: 0 });

/**
 * The join of four agents into one target, weighed by how strongly each feels.
 *
 * @param {ReturnType<typeof ensembleState>} state
 * @param {number} index
 * @param {Float64Array} standing
 */
export function ensemble(state, index, standing) {
  state.evaluations++;
  const asset = index >> 1;
  let total = 0;
  let sum = 0;
  for (let place = asset * 4; place < asset * 4 + 4; place++) {
    const exposure = /** @type {number} */ (standing[place]);
    const weight = 0.25 + Math.abs(exposure);
    total += weight;
    sum += weight * exposure;
  }
  const target = sum / total;
  const last = /** @type {number} */ (state.targets[asset]);
  if (Math.abs(target - last) > TARGET_HYSTERESIS) state.targets[asset] = target;
}

/**
 * Lots that lead from what is held to the target; 0: not worth an order, or one is working.
 *
 * @param {import('./portfolio-kernel.js').Portfolio} portfolio
 * @param {number} index
 * @param {Float64Array} targets
 * @param {readonly number[]} row
 */
export function sizing(portfolio, index, targets, row) {
  const first = index & ~1;
  const { positions, working } = portfolio;
  if (working[first] !== 0 || working[first + 1] !== 0) return 0;
  const held = /** @type {number} */ (positions[first]) + /** @type {number} */ (positions[first + 1]);
  // The cut to an integer also turns a negative zero, which V8 would keep as a double, into a zero.
  const lots =
    (Math.round(/** @type {number} */ (targets[index >> 1] * BUDGET) / /** @type {number} */ (row[0])) | 0) -
    held;
  return Math.abs(lots) < LEAST_LOTS ? 0 : lots;
}
