// @ts-check
import * as decisions from './decision-kernels.js';
import { kernelStage, nothing, quoteStage } from './feature-stages.js';
import * as orders from './order-kernels.js';
import { portfolio, portfolioState, submitted } from './portfolio-kernel.js';

/**
 * What the stages from the portfolio to the dispatch keep; the counters in it tell how often each join was evaluated.
 *
 * @returns the parts around the features, and the states that a benchmark reads afterwards
 */
export function decisionStages() {
  const desk = portfolioState();
  const signals = decisions.signalState();
  const agents = decisions.agentState();
  const ensemble = decisions.ensembleState();
  const risk = orders.riskState();
  const front = kernelStage(
    'portfolio',
    { portfolio: undefined },
    () => desk,
    (state, frame) => {
      const { event } = frame;
      frame.portfolio = state;
      if (event.kind === 'quote') portfolio(state, frame.instrument, event.bidPrice, event.askPrice);
      else onItsWay(state, frame);
    },
  );
  const back = [
    quoteStage(
      'signals',
      { pool: undefined },
      () => signals,
      (state, frame) => {
        decisions.signals(state, frame.instrument, frame.features);
        frame.pool = state.pool;
      },
    ),
    quoteStage(
      'agents',
      { standing: undefined },
      () => agents,
      (state, frame) => {
        decisions.agents(state, frame.instrument, frame.pool);
        frame.standing = state.standing;
      },
    ),
    quoteStage(
      'ensemble',
      { targets: undefined },
      () => ensemble,
      (state, frame) => {
        decisions.ensemble(state, frame.instrument, frame.standing);
        frame.targets = state.targets;
      },
    ),
    quoteStage('sizing', { lots: 0 }, nothing, (_state, frame) => {
      const { instrument, targets, features } = frame;
      frame.lots = decisions.sizing(frame.portfolio, instrument, targets, features);
    }),
    quoteStage('routing', { venue: -1 }, nothing, (_state, frame) => {
      frame.venue = orders.routing(frame.portfolio, frame.instrument, frame.lots);
    }),
    quoteStage(
      'risk',
      { approved: 0 },
      () => risk,
      (state, frame) => {
        const { venue, lots, features, ts } = frame;
        if (venue >= 0) frame.approved = orders.risk(state, frame.portfolio, venue, lots, features, ts);
      },
    ),
    quoteStage('dispatch', {}, nothing, (_state, { approved, venue }, context) => {
      if (approved !== 0) send(context, venue, approved);
    }),
  ];
  return { front, back, desk, risk, joins: [desk, signals, agents, ensemble] };
}

/** @param {import('./portfolio-kernel.js').Portfolio} state @param {any} frame */
function onItsWay(state, { event, instrument }) {
  if (event.kind === 'submitted') submitted(state, instrument, event.order.quantity);
}

/** @param {import('millrace').StageContext} context @param {number} venue @param {number} lots */
function send(context, venue, lots) {
  const { id } = context.instruments.at(venue);
  context.derive(/** @type {any} */ ({ kind: 'submitted', order: { instrument: id, quantity: lots } }));
}
