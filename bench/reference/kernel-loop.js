// @ts-check
import * as decisions from './decision-kernels.js';
import { digest, mix } from './digest.js';
import { quoteOf, table } from './events.js';
import * as feature from './feature-kernels.js';
import * as orders from './order-kernels.js';
import { portfolio, portfolioState, submitted } from './portfolio-kernel.js';
import { FAST, SLOW } from './settings.js';

/**
 * A loop over the kernels with an object a tick: what a careful programmer writes without a library.
 *
 * @param {import('./columns.js').Columns} columns
 * @param {(columns: import('./columns.js').Columns, row: number) => ReturnType<typeof tickOf>} read
 */
export function kernelLoop(columns, read = tickOf) {
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
  const risk = orders.riskState();
  let sum = 0;

  /** @param {number} from @param {number} to */
  const play = (from, to) => {
    for (let row = from; row < to; row++) {
      const tick = read(columns, row);
      const { instrument, bid, ask, bidLots, askLots, features } = tick;
      portfolio(desk, instrument, bid, ask);
      feature.mid(features, bid, ask);
      feature.imbalance(features, bidLots, askLots);
      feature.ema(fast, instrument, features, 2);
      feature.ema(slow, instrument, features, 3);
      feature.momentum(momentum, instrument, features);
      feature.volatility(volatility, instrument, features);
      feature.zScore(stretch, instrument, features);
      feature.strength(strength, instrument, features);
      decisions.signals(signals, instrument, features);
      decisions.agents(agents, instrument, signals.pool);
      decisions.ensemble(ensemble, instrument, agents.standing);
      const lots = decisions.sizing(desk, instrument, ensemble.targets, features);
      tick.lots = lots;
      const venue = orders.routing(desk, instrument, lots);
      tick.venue = venue;
      if (venue >= 0) {
        tick.approved = orders.risk(risk, desk, venue, lots, features, tick.ts);
        if (tick.approved !== 0) submitted(desk, venue, tick.approved);
      }
      sum = mix(sum, ensemble.targets, instrument, tick.approved);
    }
  };
  return {
    play,
    digest: () => digest(sum, desk, risk.denied),
    joins: () => [desk, signals, agents, ensemble].map(({ evaluations }) => evaluations),
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
    features: feature.emptyRow(),
    lots: 0,
    venue: -1,
    approved: 0,
  };
}

/**
 * The same loop fed by events, as the composed chain is: each row becomes an event first, and the instrument is looked
 * up by its id. What is left between this and the chain is the price of composition.
 *
 * @param {import('./columns.js').Columns} columns
 */
export const kernelLoopOverEvents = (columns) => kernelLoop(columns, tickOfEvent);

/** @param {import('./columns.js').Columns} columns @param {number} row */
function tickOfEvent(columns, row) {
  const event = quoteOf(columns, row);
  return {
    seq: row + 1,
    ts: event.venueTime,
    instrument: table.indexOf(event.instrument),
    bid: event.bidPrice,
    ask: event.askPrice,
    bidLots: event.bidQuantity,
    askLots: event.askQuantity,
    features: feature.emptyRow(),
    lots: 0,
    venue: -1,
    approved: 0,
  };
}
