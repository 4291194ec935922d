import type { Frame } from '../../core/frame.js';
import { knownKeys, nonEmptyName, numberAtLeast, positiveNumber, refuse } from '../../domain/check.js';
import { type Duration, milliseconds } from '../../domain/duration.js';
import { type Agent, agent } from '../agents/agent.js';
import type { MarketFields } from '../books/books.js';
import type { FeatureFields } from '../features/stage.js';

/** What is learned from what. */
export interface OnlineLearnerOptions<N extends string> {
  /** @default "learner" */
  readonly name?: string;
  /** The asset it trades; routing picks the venue. */
  readonly asset: string;
  /** Names of the features that it looks at. */
  readonly features: readonly N[];
  /** It predicts whether the price will be higher after this time. @default "1m" */
  readonly horizon?: Duration;
  /** How often it predicts, and later learns. @default "1s" */
  readonly every?: Duration;
  /** How fast it learns. @default 0.05 */
  readonly rate?: number;
  /** How strongly weights are drawn to 0 at each lesson. @default 0.001 */
  readonly decay?: number;
  /** Lessons before it speaks. @default 200 */
  readonly warmUp?: number;
  /** It wants nothing held while its probability is nearer to a half than this. @default 0.02 */
  readonly deadBand?: number;
  /** How long a decision counts. @default "1m" */
  readonly lifetime?: Duration;
}

interface Lesson {
  readonly [key: string]: number | readonly number[];
  readonly at: number;
  readonly price: number;
  readonly inputs: readonly number[];
}

interface Memory {
  readonly [key: string]: number | number[] | Lesson[];
  weights: number[];
  bias: number;
  /** Running mean and variance of each feature. */
  means: number[];
  variances: number[];
  lessons: number;
  waiting: Lesson[];
  nextAt: number;
}

/** Beyond it a value is an error of whoever made it, and its square is no number. */
const UNBELIEVABLE = 1e100;

const logistic = (value: number): number => 1 / (1 + Math.exp(-value));

/**
 * Learns while it runs: a logistic regression of whether the price rises over a horizon on features, one step of gradient descent a lesson.
 *
 * ```
 * quotes     1--2--3--4--5--
 *            onlineLearner({ features: ['rsi'], horizon, ... })
 * predicts   1--2--3--4--5--      from the features of each
 * learns     ---1--2--3--4--      when the horizon of a prediction has come: never from what it could not know
 * ```
 *
 * Features are standardised by means and deviations of what it has seen itself; a row with an unknown feature is passed over. exposure =
 * 2·probability − 1, confidence its absolute value. What it has learned is its memory, and so part of snapshots.
 *
 * @throws ConfigurationError for options that cannot be
 *
 * @example
 * agents([onlineLearner({ asset: 'BTC', features: ['rsi', 'spread'], horizon: '1m' })]);
 */
export function onlineLearner<const N extends string>(
  options: OnlineLearnerOptions<N>,
): Agent<Frame & MarketFields & FeatureFields<N>> {
  const at = 'onlineLearner';
  knownKeys(at, options, [
    'name',
    'asset',
    'features',
    'horizon',
    'every',
    'rate',
    'decay',
    'warmUp',
    'deadBand',
    'lifetime',
  ]);
  const asset = nonEmptyName(`${at}.asset`, options.asset);
  const names: readonly N[] = options.features;
  if (!(names?.length > 0)) refuse(`${at}.features`, 'at least one name', names);
  const horizon = milliseconds(`${at}.horizon`, options.horizon ?? '1m');
  const every = milliseconds(`${at}.every`, options.every ?? '1s');
  const rate = positiveNumber(`${at}.rate`, options.rate ?? 0.05);
  const decay = numberAtLeast(`${at}.decay`, options.decay ?? 0.001, 0, 1);
  const warmUp = numberAtLeast(`${at}.warmUp`, options.warmUp ?? 200, 1);
  const deadBand = numberAtLeast(`${at}.deadBand`, options.deadBand ?? 0.02, 0, 0.5);
  const zeros = (): number[] => names.map(() => 0);

  const standardise = (memory: Memory, row: readonly number[]): readonly number[] =>
    row.map((value, index) => {
      const mean = memory.means[index] as number;
      const variance = memory.variances[index] as number;
      // Beyond six deviations it is an accident, and one accident shall not teach all.
      return variance > 0 ? Math.max(-6, Math.min(6, (value - mean) / Math.sqrt(variance))) : 0;
    });
  const probability = (memory: Memory, inputs: readonly number[]): number =>
    logistic(
      inputs.reduce((sum, input, index) => sum + input * (memory.weights[index] as number), memory.bias),
    );

  function learn(memory: Memory, { inputs, price }: Lesson, now: number): void {
    if (now === price) return;
    const error = (now > price ? 1 : 0) - probability(memory, inputs);
    memory.bias += rate * error;
    inputs.forEach((input, index) => {
      const weight = memory.weights[index] as number;
      memory.weights[index] = weight * (1 - rate * decay) + rate * error * input;
    });
    memory.lessons += 1;
  }

  function see(memory: Memory, row: readonly number[]): void {
    // A running mean at first, then one that forgets.
    const share = Math.max(1 / (memory.lessons + memory.waiting.length + 1), 0.001);
    row.forEach((value, index) => {
      const away = value - (memory.means[index] as number);
      const step = away * share;
      memory.means[index] = (memory.means[index] as number) + step;
      // About the mean (West 1979): the difference of two large squares would have no digits left.
      memory.variances[index] = (1 - share) * ((memory.variances[index] as number) + away * step);
    });
  }

  return agent<Frame & MarketFields & FeatureFields<N>, Memory>({
    name: options.name ?? 'learner',
    ...(options.lifetime === undefined ? {} : { lifetime: options.lifetime }),
    memory: () => ({
      weights: zeros(),
      bias: 0,
      means: zeros(),
      variances: zeros(),
      lessons: 0,
      waiting: [],
      nextAt: Number.NEGATIVE_INFINITY,
    }),
    decide: ({ ts, markets, instrument, mid, features }, memory) => {
      if (markets.asset(instrument) !== asset || !(mid > 0)) return undefined;
      while (memory.waiting.length > 0 && (memory.waiting[0] as Lesson).at + horizon <= ts)
        learn(memory, memory.waiting.shift() as Lesson, mid);
      if (ts < memory.nextAt) return undefined;
      const row = names.map((name) => features[name] as number);
      if (!row.every((value) => Math.abs(value) < UNBELIEVABLE)) return undefined;
      memory.nextAt = ts + every;
      see(memory, row);
      const inputs = standardise(memory, row);
      memory.waiting.push({ at: ts, price: mid, inputs });
      if (memory.lessons < warmUp) return undefined;
      const edge = 2 * probability(memory, inputs) - 1;
      const exposure = Math.abs(edge) < 2 * deadBand ? 0 : edge;
      return { of: { asset }, exposure, confidence: exposure === 0 ? 1 : Math.abs(edge) };
    },
  });
}
