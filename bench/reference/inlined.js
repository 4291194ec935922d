// @ts-check
import { INSTRUMENTS, TICK } from './columns.js';
import { digest, mix } from './digest.js';
import { portfolioState } from './portfolio-kernel.js';
import {
  AGENT_HYSTERESIS,
  BUDGET,
  COLLAR,
  FAST,
  FEES,
  LEAST_LOTS,
  LOOKBACK,
  MOST_GROSS,
  MOST_LOSS,
  MOST_LOTS,
  MOST_ORDER,
  ORDER_PAUSE,
  SLOW,
  STRENGTH,
  STRETCH,
  TARGET_HYSTERESIS,
  VOLATILITY,
} from './settings.js';

/**
 * The whole work in one loop over columns, by hand, with no call of our own and no object: the floor.
 *
 * @param {import('./columns.js').Columns} columns
 */
export function inlined(columns) {
  const desk = portfolioState();
  const { positions, working, marks, totals } = desk;
  const fast = new Float64Array(INSTRUMENTS).fill(Number.NaN);
  const slow = new Float64Array(INSTRUMENTS).fill(Number.NaN);
  const ring = new Float64Array(INSTRUMENTS * LOOKBACK).fill(Number.NaN);
  const next = new Int32Array(INSTRUMENTS);
  const prices = new Float64Array(INSTRUMENTS).fill(Number.NaN);
  const squares = new Float64Array(INSTRUMENTS);
  const ringZ = new Float64Array(INSTRUMENTS * STRETCH);
  const nextZ = new Int32Array(INSTRUMENTS);
  const counts = new Int32Array(INSTRUMENTS);
  const sumsZ = new Float64Array(INSTRUMENTS);
  const squaresZ = new Float64Array(INSTRUMENTS);
  const gains = new Float64Array(INSTRUMENTS);
  const losses = new Float64Array(INSTRUMENTS);
  const pool = new Float64Array(INSTRUMENTS * 4);
  const standing = new Float64Array(INSTRUMENTS * 2);
  const targets = new Float64Array(INSTRUMENTS >> 1);
  const bids = new Float64Array(INSTRUMENTS);
  const asks = new Float64Array(INSTRUMENTS);
  const lastOrder = new Float64Array(INSTRUMENTS).fill(Number.NEGATIVE_INFINITY);
  const denied = new Int32Array(6);
  const [lowFee, highFee] = /** @type {[number, number]} */ (FEES);
  let sum = 0;

  /** @param {number} from @param {number} to */
  const play = (from, to) => {
    for (let row = from; row < to; row++) {
      const index = /** @type {any} */ (columns.instrument[row]);
      const bid = /** @type {any} */ (columns.bid[row]);
      const ask = /** @type {any} */ (columns.ask[row]);
      const bidLots = /** @type {any} */ (columns.bidLots[row]);
      const askLots = /** @type {any} */ (columns.askLots[row]);
      const ts = /** @type {any} */ (columns.ts[row]);
      const middle = (bid + ask) * 0.5 * TICK;

      const held = /** @type {any} */ (positions[index]);
      if (held !== 0) {
        totals[0] = /** @type {any} */ (totals[0]) + held * (middle - /** @type {any} */ (marks[index]));
        totals[3] =
          /** @type {any} */ (totals[3]) + Math.abs(held) * (middle - /** @type {any} */ (marks[index]));
      }
      marks[index] = middle;
      bids[index] = bid * TICK;
      asks[index] = ask * TICK;
      const filled = /** @type {any} */ (working[index]);
      if (filled !== 0) {
        const price = (filled > 0 ? ask : bid) * TICK;
        const fee = Math.abs(filled) * price * ((index & 1) === 0 ? lowFee : highFee);
        working[index] = 0;
        positions[index] = held + filled;
        totals[0] = /** @type {any} */ (totals[0]) + filled * (middle - price) - fee;
        totals[2] = /** @type {any} */ (totals[2]) + fee;
        totals[3] = /** @type {any} */ (totals[3]) + (Math.abs(held + filled) - Math.abs(held)) * middle;
        desk.fills++;
      }
      if (/** @type {any} */ (totals[0]) > /** @type {any} */ (totals[1]))
        totals[1] = /** @type {any} */ (totals[0]);

      const imbalance = (bidLots - askLots) / (bidLots + askLots);
      const lastFast = /** @type {any} */ (fast[index]);
      const fastNow = Number.isNaN(lastFast) ? middle : lastFast + FAST * (middle - lastFast);
      fast[index] = fastNow;
      const lastSlow = /** @type {any} */ (slow[index]);
      const slowNow = Number.isNaN(lastSlow) ? middle : lastSlow + SLOW * (middle - lastSlow);
      slow[index] = slowNow;
      const turn = /** @type {any} */ (next[index]);
      const then = /** @type {any} */ (ring[index * LOOKBACK + turn]);
      ring[index * LOOKBACK + turn] = middle;
      next[index] = turn + 1 === LOOKBACK ? 0 : turn + 1;
      const moved = Number.isNaN(then) ? 0 : middle / then - 1;
      const lastPrice = /** @type {any} */ (prices[index]);
      prices[index] = middle;
      const change = Number.isNaN(lastPrice) ? 0 : Math.log(middle / lastPrice);
      const square = /** @type {any} */ (squares[index]);
      const squareNow = square + VOLATILITY * (change * change - square);
      squares[index] = squareNow;
      const volatility = Math.sqrt(squareNow);
      const distance = middle - slowNow;
      const turnZ = /** @type {any} */ (nextZ[index]);
      const gone = /** @type {any} */ (ringZ[index * STRETCH + turnZ]);
      ringZ[index * STRETCH + turnZ] = distance;
      nextZ[index] = turnZ + 1 === STRETCH ? 0 : turnZ + 1;
      const count = Math.min(/** @type {any} */ (counts[index]) + 1, STRETCH);
      counts[index] = count;
      const sumZ = /** @type {any} */ (sumsZ[index]) + distance - gone;
      const squareZ = /** @type {any} */ (squaresZ[index]) + distance * distance - gone * gone;
      sumsZ[index] = sumZ;
      squaresZ[index] = squareZ;
      const mean = sumZ / count;
      const variance = squareZ / count - mean * mean;
      const stretch = variance > 1e-12 ? (distance - mean) / Math.sqrt(variance) : 0;
      const step = Number.isNaN(lastPrice) ? 0 : middle - lastPrice;
      const gain = /** @type {any} */ (gains[index]);
      const loss = /** @type {any} */ (losses[index]);
      const gainNow = gain + STRENGTH * ((step > 0 ? step : 0) - gain);
      const lossNow = loss + STRENGTH * ((step < 0 ? -step : 0) - loss);
      gains[index] = gainNow;
      losses[index] = lossNow;
      const strength = gainNow + lossNow === 0 ? 0 : (gainNow - lossNow) / (gainNow + lossNow);

      const wild = volatility * middle + 1e-9;
      const trend = Math.tanh((fastNow - slowNow) / (4 * wild));
      const reversion = Math.tanh(-0.25 * stretch - 0.5 * strength);
      const pressure = Math.tanh(imbalance);
      const breakout = Math.abs(moved) > 3 * volatility ? Math.sign(moved) : 0;
      pool[index * 4] = trend;
      pool[index * 4 + 1] = reversion;
      pool[index * 4 + 2] = pressure;
      pool[index * 4 + 3] = breakout;

      const asset = index >> 1;
      const place = asset * 4;
      const first = trend * 0.7 + breakout * 0.3;
      if (Math.abs(first - /** @type {any} */ (standing[place])) > AGENT_HYSTERESIS) standing[place] = first;
      if (Math.abs(reversion - /** @type {any} */ (standing[place + 1])) > AGENT_HYSTERESIS)
        standing[place + 1] = reversion;
      const third = pressure * 0.25 + reversion * 0.75;
      if (Math.abs(third - /** @type {any} */ (standing[place + 2])) > AGENT_HYSTERESIS)
        standing[place + 2] = third;
      const fourth = breakout * 0.6;
      if (Math.abs(fourth - /** @type {any} */ (standing[place + 3])) > AGENT_HYSTERESIS)
        standing[place + 3] = fourth;

      let total = 0;
      let weighed = 0;
      for (let agent = place; agent < place + 4; agent++) {
        const exposure = /** @type {any} */ (standing[agent]);
        const weight = 0.25 + Math.abs(exposure);
        total += weight;
        weighed += weight * exposure;
      }
      let target = weighed / total;
      const lastTarget = /** @type {any} */ (targets[asset]);
      if (Math.abs(target - lastTarget) <= TARGET_HYSTERESIS) target = lastTarget;
      else targets[asset] = target;

      const one = index & ~1;
      const other = one + 1;
      let lots = 0;
      if (working[one] === 0 && working[other] === 0) {
        lots =
          (Math.round((target * BUDGET) / middle) | 0) -
          /** @type {any} */ (positions[one] + /** @type {any} */ (positions[other]));
        if (Math.abs(lots) < LEAST_LOTS) lots = 0;
      }

      let approved = 0;
      if (lots !== 0) {
        let venue = index;
        if (asks[one] !== 0 && asks[other] !== 0) {
          if (/** @type {any} */ (positions[one]) * lots < 0) venue = one;
          else if (/** @type {any} */ (positions[other]) * lots < 0) venue = other;
          else if (lots > 0) {
            venue =
              /** @type {any} */ (asks[one]) * (1 + lowFee) <=
              /** @type {any} */ (asks[other]) * (1 + highFee)
                ? one
                : other;
          } else {
            venue =
              /** @type {any} */ (bids[one]) * (1 - lowFee) >=
              /** @type {any} */ (bids[other]) * (1 - highFee)
                ? one
                : other;
          }
        }
        const price = /** @type {any} */ (lots > 0 ? asks[venue] : bids[venue]);
        const notional = Math.abs(lots) * price;
        let rule = -1;
        if (/** @type {any} */ (totals[0]) < -MOST_LOSS) rule = 0;
        else if (Math.abs(/** @type {any} */ (positions[venue]) + lots) > MOST_LOTS) rule = 1;
        else if (notional > MOST_ORDER) rule = 2;
        else if (/** @type {any} */ (totals[3]) + notional > MOST_GROSS) rule = 3;
        else if (Math.abs(price - middle) > COLLAR * middle) rule = 4;
        else if (ts - /** @type {any} */ (lastOrder[venue]) < ORDER_PAUSE) rule = 5;
        if (rule >= 0) denied[rule] = /** @type {any} */ (denied[rule]) + 1;
        else {
          lastOrder[venue] = ts;
          working[venue] = lots;
          approved = lots;
        }
      }
      sum = mix(sum, targets, index, approved);
    }
  };
  return { play, digest: () => digest(sum, desk, denied), joins: () => [] };
}
