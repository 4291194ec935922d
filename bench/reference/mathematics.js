// @ts-check
import * as feature from './feature-kernels.js';
import { FAST, SLOW } from './settings.js';

/**
 * The four calls of the C library that every variant makes each tick (a logarithm and three hyperbolic tangents), on the
 * values that the desk calls them with, and nothing else: no way of writing the loop makes these cheaper.
 *
 * @param {import('./columns.js').Columns} columns
 */
export function mathematics(columns) {
  const values = inputs(columns);
  let sum = 0;
  /** @param {number} from @param {number} to */
  const play = (from, to) => {
    for (let place = from * 4; place < to * 4; place += 4) {
      sum +=
        Math.log(/** @type {number} */ (values[place])) +
        Math.tanh(/** @type {number} */ (values[place + 1])) +
        Math.tanh(/** @type {number} */ (values[place + 2])) +
        Math.tanh(/** @type {number} */ (values[place + 3]));
    }
  };
  return { play, digest: () => String(sum), joins: () => [] };
}

/** @param {import('./columns.js').Columns} columns */
function inputs(columns) {
  const count = columns.ts.length;
  const values = new Float64Array(count * 4);
  const fast = feature.emaState(FAST);
  const slow = feature.emaState(SLOW);
  const volatility = feature.volatilityState();
  const stretch = feature.zScoreState();
  const strength = feature.strengthState();
  const row = feature.emptyRow();
  const at = (/** @type {number} */ slot) => /** @type {number} */ (row[slot]);
  for (let tick = 0; tick < count; tick++) {
    const index = /** @type {number} */ (columns.instrument[tick]);
    feature.mid(row, /** @type {number} */ (columns.bid[tick]), /** @type {number} */ (columns.ask[tick]));
    feature.imbalance(
      row,
      /** @type {number} */ (columns.bidLots[tick]),
      /** @type {number} */ (columns.askLots[tick]),
    );
    const last = /** @type {number} */ (volatility.prices[index]);
    feature.ema(fast, index, row, 2);
    feature.ema(slow, index, row, 3);
    feature.volatility(volatility, index, row);
    feature.zScore(stretch, index, row);
    feature.strength(strength, index, row);
    values[tick * 4] = Number.isNaN(last) ? 1 : at(0) / last;
    values[tick * 4 + 1] = (at(2) - at(3)) / (4 * (at(5) * at(0) + 1e-9));
    values[tick * 4 + 2] = -0.25 * at(6) - 0.5 * at(7);
    values[tick * 4 + 3] = at(1);
  }
  return values;
}
