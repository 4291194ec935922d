// @ts-check
import { stage } from 'millrace';
import * as feature from './feature-kernels.js';
import { FAST, SLOW } from './settings.js';

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

/** Makes the row that the features fill, a slot each; a flat array of doubles has no box for any of them. */
const row = () =>
  kernelStage(
    'row',
    { mid: Number.NaN, features: undefined },
    () => null,
    (_state, frame) => {
      const { event } = frame;
      if (event.kind !== 'quote') return;
      frame.mid = feature.mid(event.bidPrice, event.askPrice);
      frame.features = [
        Number.NaN,
        Number.NaN,
        Number.NaN,
        Number.NaN,
        Number.NaN,
        Number.NaN,
        Number.NaN,
        Number.NaN,
      ];
    },
  );

const imbalance = () =>
  kernelStage(
    'imbalance',
    {},
    () => null,
    (_state, { event, features }) => {
      if (event.kind === 'quote') features[0] = feature.imbalance(event.bidQuantity, event.askQuantity);
    },
  );

const lean = () =>
  kernelStage(
    'lean',
    {},
    () => null,
    (_state, { event, features, mid }) => {
      if (event.kind !== 'quote') return;
      const { bidPrice, askPrice, bidQuantity, askQuantity } = event;
      features[1] = feature.lean(bidPrice, askPrice, bidQuantity, askQuantity, mid);
    },
  );

/** @param {string} name @param {number} slot @param {number} weight */
const ema = (name, slot, weight) =>
  kernelStage(
    name,
    {},
    () => feature.emaState(weight),
    (state, frame) => {
      if (frame.event.kind === 'quote')
        frame.features[slot] = feature.ema(state, frame.instrument, frame.mid);
    },
  );

const momentum = () =>
  kernelStage('momentum', {}, feature.momentumState, (state, frame) => {
    if (frame.event.kind === 'quote')
      frame.features[4] = feature.momentum(state, frame.instrument, frame.mid);
  });

const volatility = () =>
  kernelStage('volatility', {}, feature.volatilityState, (state, frame) => {
    if (frame.event.kind === 'quote')
      frame.features[5] = feature.volatility(state, frame.instrument, frame.mid);
  });

const zScore = () =>
  kernelStage('zScore', {}, feature.zScoreState, (state, frame) => {
    if (frame.event.kind !== 'quote') return;
    const { features, mid, instrument } = frame;
    features[6] = feature.zScore(state, instrument, mid - features[3]);
  });

const strength = () =>
  kernelStage('strength', {}, feature.strengthState, (state, frame) => {
    if (frame.event.kind === 'quote')
      frame.features[7] = feature.strength(state, frame.instrument, frame.mid);
  });

/** The eight features, a stage each, behind the stage that makes their row. */
export const featureStages = () => [
  row(),
  imbalance(),
  lean(),
  ema('fast', 2, FAST),
  ema('slow', 3, SLOW),
  momentum(),
  volatility(),
  zScore(),
  strength(),
];
