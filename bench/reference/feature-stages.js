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
 */
export const kernelStage = (name, adds, init, step) =>
  stage({
    name,
    adds,
    init,
    step,
    save: () => null,
    restore: () => init(),
  });

/** Makes the row that the features fill, a slot each, and fills the first: the mid. */
const row = () =>
  kernelStage('row', { features: undefined }, nothing, (_state, frame) => {
    const { event } = frame;
    if (event.kind !== 'quote') return;
    frame.features = feature.emptyRow();
    feature.mid(frame.features, event.bidPrice, event.askPrice);
  });

const imbalance = () =>
  kernelStage('imbalance', {}, nothing, (_state, { event, features }) => {
    if (event.kind === 'quote') feature.imbalance(features, event.bidQuantity, event.askQuantity);
  });

/** @param {string} name @param {number} slot @param {number} weight */
const ema = (name, slot, weight) =>
  kernelStage(
    name,
    {},
    () => feature.emaState(weight),
    (state, { event, instrument, features }) => {
      if (event.kind === 'quote') feature.ema(state, instrument, features, slot);
    },
  );

const momentum = () =>
  kernelStage('momentum', {}, feature.momentumState, (state, { event, instrument, features }) => {
    if (event.kind === 'quote') feature.momentum(state, instrument, features);
  });

const volatility = () =>
  kernelStage('volatility', {}, feature.volatilityState, (state, { event, instrument, features }) => {
    if (event.kind === 'quote') feature.volatility(state, instrument, features);
  });

const zScore = () =>
  kernelStage('zScore', {}, feature.zScoreState, (state, { event, instrument, features }) => {
    if (event.kind === 'quote') feature.zScore(state, instrument, features);
  });

const strength = () =>
  kernelStage('strength', {}, feature.strengthState, (state, { event, instrument, features }) => {
    if (event.kind === 'quote') feature.strength(state, instrument, features);
  });

/** The eight features, a stage each, the first of which makes their row. */
export const featureStages = () => [
  row(),
  imbalance(),
  ema('fast', 2, FAST),
  ema('slow', 3, SLOW),
  momentum(),
  volatility(),
  zScore(),
  strength(),
];
