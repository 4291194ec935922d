// @ts-check
import * as decisions from './decision-kernels.js';
import { digest, mix } from './digest.js';
import * as feature from './feature-kernels.js';
import * as orders from './order-kernels.js';
import { portfolio, portfolioState, submitted } from './portfolio-kernel.js';
import { FAST, SLOW } from './settings.js';

/**
 * A loop over the kernels with an object a tick: what a careful programmer writes without a library.
 *
 * @param {import('./columns.js').Columns} columns
 */
export function kernelLoop(columns) {
  const desk = portfolioState();
  const fast = feature.emaState(FAST);
  const slow = feature.emaState(SLOW);
  const momentum = feature.momentumState();
  const volatility = feature.volatilityState();
  const stretch = feature.zScoreState();
  const strength = feature.strengthState();
  const signals = decisions.signalState();
  const agents = decisions.agentState();
  const ensemble = decisions.ensembleState();
  const touch = orders.routingState();
  const risk = orders.riskState();
  let sum = 0;

  /** @param {number} from @param {number} to */
  const play = (from, to) => {
    for (let row = from; row < to; row++) {
      const tick = tickOf(columns, row);
      const { instrument, bid, ask, bidLots, askLots, features } = tick;
      portfolio(desk, instrument, bid, ask);
      const middle = feature.mid(bid, ask);
      tick.mid = middle;
      features[0] = feature.imbalance(bidLots, askLots);
      features[1] = feature.lean(bid, ask, bidLots, askLots, middle);
      features[2] = feature.ema(fast, instrument, middle);
      features[3] = feature.ema(slow, instrument, middle);
      features[4] = feature.momentum(momentum, instrument, middle);
      features[5] = feature.volatility(volatility, instrument, middle);
      features[6] = feature.zScore(stretch, instrument, middle - /** @type {number} */ (features[3]));
      features[7] = feature.strength(strength, instrument, middle);
      decisions.signals(signals, instrument, middle, features);
      decisions.agents(agents, instrument, signals.pool);
      decisions.ensemble(ensemble, instrument, agents.standing);
      const target = /** @type {number} */ (ensemble.targets[instrument >> 1]);
      tick.lots = decisions.sizing(desk, instrument, target, middle);
      tick.venue = orders.routing(touch, desk.positions, instrument, bid, ask, tick.lots);
      tick.approved = orders.risk(risk, desk, touch, tick.venue, tick.lots, middle, tick.ts);
      if (tick.approved !== 0) submitted(desk, tick.venue, tick.approved);
      sum = mix(sum, target, tick.approved);
    }
  };
  return {
    play,
    digest: () => digest(sum, desk, risk.denied),
    joins: () => [desk, signals, agents, ensemble, risk].map(({ evaluations }) => evaluations),
  };
}

/** @param {import('./columns.js').Columns} columns @param {number} row */
function tickOf(columns, row) {
  return {
    seq: row + 1,
    ts: /** @type {number} */ (columns.ts[row]),
    instrument: /** @type {number} */ (columns.instrument[row]),
    bid: /** @type {number} */ (columns.bid[row]),
    ask: /** @type {number} */ (columns.ask[row]),
    bidLots: /** @type {number} */ (columns.bidLots[row]),
    askLots: /** @type {number} */ (columns.askLots[row]),
    features: [Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN],
    mid: Number.NaN,
    lots: 0,
    venue: -1,
    approved: 0,
  };
}
