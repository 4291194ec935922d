// @ts-check
import { stage } from 'millrace';
import * as feature from './feature-kernels.js';
import { FAST, SLOW } from './settings.js';

/** The state of a stage that has none. */
export const nothing = () => null;

/**
 * A stage of the reference pipeline: a kernel with its state. Snapshots are no part of the measured work.
 *
 * @template State
 * @param {string} name
 * @param {Record<string, unknown>} adds
 * @param {() => State} init
 * @param {(state: State, frame: any, context: any) => void} step
 * @param {readonly any[]} [observes] the kinds of events that it is about; all, unless given
 */
export const kernelStage = (name, adds, init, step, observes) =>
  stage({
    name,
    adds,
    ...(observes === undefined ? {} : { observes }),
    init,
    step,
    save: () => null,
    restore: () => init(),
  });

/**
 * A stage that only quotes pass.
 *
 * @template State
 * @param {string} name
 * @param {Record<string, unknown>} adds
 * @param {() => State} init
 * @param {(state: State, frame: any, context: any) => void} step
 */
export const quoteStage = (name, adds, init, step) => kernelStage(name, adds, init, step, ['quote']);

/** Makes the row that the features fill, a slot each, and fills the first: the mid. */
const row = () =>
  quoteStage('row', { features: undefined }, nothing, (_state, frame) => {
    const { event } = frame;
    frame.features = feature.emptyRow();
    feature.mid(frame.features, event.bidPrice, event.askPrice);
  });

/** @param {string} name @param {number} slot @param {number} weight */
const ema = (name, slot, weight) =>
  quoteStage(
    name,
    {},
    () => feature.emaState(weight),
    (state, frame) => feature.ema(state, frame.instrument, frame.features, slot),
  );

const momentum = () =>
  quoteStage('momentum', {}, feature.momentumState, (state, frame) =>
    feature.momentum(state, frame.instrument, frame.features),
  );

const volatility = () =>
  quoteStage('volatility', {}, feature.volatilityState, (state, frame) =>
    feature.volatility(state, frame.instrument, frame.features),
  );

const zScore = () =>
  quoteStage('zScore', {}, feature.zScoreState, (state, frame) =>
    feature.zScore(state, frame.instrument, frame.features),
  );

const strength = () =>
  quoteStage('strength', {}, feature.strengthState, (state, frame) =>
    feature.strength(state, frame.instrument, frame.features),
  );

const imbalance = () =>
  quoteStage('imbalance', {}, nothing, (_state, { event, features }) =>
    feature.imbalance(features, event.bidQuantity, event.askQuantity),
  );

/**
 * The eight features, a stage each, the first of which makes their row. Their order is free, but that the z-score is of
 * the distance from the slow average: it is such that what shares a function of the pass is inlined into it whole.
 */
export const featureStages = () => [
  row(),
  ema('slow', 3, SLOW),
  volatility(),
  strength(),
  zScore(),
  momentum(),
  ema('fast', 2, FAST),
  imbalance(),
];
