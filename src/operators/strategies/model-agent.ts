import type { Frame } from '../../core/frame.js';
import { knownKeys, nonEmptyName, numberAtLeast, refuse } from '../../domain/check.js';
import { type Duration, milliseconds } from '../../domain/duration.js';
import { type Agent, agent } from '../agents/agent.js';
import type { MarketFields } from '../books/books.js';
import type { FeatureFields } from '../features/stage.js';

/** A trained model that answers at once: a pure function of a row of numbers. */
export interface ModelPort {
  readonly inputs: number;
  readonly outputs: number;
  /** Fills `into`. `NaN` is a missing value where the model knows such. */
  predict(row: ArrayLike<number>, into: Float64Array): void;
}

/** Which model decides on which features. */
export interface ModelAgentOptions<N extends string> {
  /** @default "model" */
  readonly name?: string;
  /** The asset it trades; routing picks the venue. */
  readonly asset: string;
  readonly model: ModelPort;
  /** The model's inputs, in its order. */
  readonly features: readonly N[];
  /**
   * What the first output says: the probability that the price rises, from 0 to 1, or a score whose sign is the side and which is
   * squeezed by tanh. @default "probability"
   */
  readonly output?: 'probability' | 'score';
  /** Exposures smaller than this are flat. @default 0.05 */
  readonly deadBand?: number;
  /** How often it is asked. @default "1s" */
  readonly every?: Duration;
  /** How long a decision counts. @default "1m" */
  readonly lifetime?: Duration;
}

/**
 * Does what a trained model says: trees and dense networks, in the core. Models that answer by promises (ONNX) belong into a
 * deliberate agent.
 *
 * An output that is no number is nonsense, and the agent is quarantined; while any feature is unknown (`NaN`) it is not asked.
 *
 * @throws ConfigurationError for a model that takes another number of features
 *
 * @example
 * agents([modelAgent({ asset: 'BTC', model: loaded, features: ['rsi', 'spread'] })]);
 */
export function modelAgent<const N extends string>(
  options: ModelAgentOptions<N>,
): Agent<Frame & MarketFields & FeatureFields<N>> {
  const at = 'modelAgent';
  knownKeys(at, options, ['name', 'asset', 'model', 'features', 'output', 'deadBand', 'every', 'lifetime']);
  const asset = nonEmptyName(`${at}.asset`, options.asset);
  const { model, features: names } = options;
  if (model.inputs !== names.length)
    refuse(`${at}.features`, `the ${model.inputs} inputs of the model`, `${names.length} names`);
  if (!(model.outputs >= 1)) refuse(`${at}.model.outputs`, 'at least 1', model.outputs);
  const output = options.output ?? 'probability';
  if (output !== 'probability' && output !== 'score')
    refuse(`${at}.output`, '"probability" or "score"', output);
  const deadBand = numberAtLeast(`${at}.deadBand`, options.deadBand ?? 0.05, 0, 1);
  const every = milliseconds(`${at}.every`, options.every ?? '1s');
  const row = new Float64Array(names.length);
  const into = new Float64Array(model.outputs);
  return agent<Frame & MarketFields & FeatureFields<N>, { nextAt: number }>({
    name: options.name ?? 'model',
    ...(options.lifetime === undefined ? {} : { lifetime: options.lifetime }),
    memory: () => ({ nextAt: Number.NEGATIVE_INFINITY }),
    decide: ({ ts, markets, instrument, features }, memory) => {
      if (markets.asset(instrument) !== asset || ts < memory.nextAt) return undefined;
      for (let index = 0; index < names.length; index++) {
        const value = features[names[index] as N] as number;
        if (Number.isNaN(value)) return undefined;
        row[index] = value;
      }
      memory.nextAt = ts + every;
      model.predict(row, into);
      const said = into[0] as number;
      const edge = output === 'probability' ? 2 * said - 1 : Math.tanh(said);
      const exposure = Math.abs(edge) < deadBand ? 0 : edge;
      return { of: { asset }, exposure, confidence: exposure === 0 ? 1 : Math.abs(edge) };
    },
  });
}
