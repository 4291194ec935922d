import type { Frame } from '../../core/frame.js';
import { knownKeys, nonEmptyName, refuse } from '../../domain/check.js';
import { type Duration, milliseconds } from '../../domain/duration.js';
import { show } from '../../domain/errors.js';
import type { Signal } from '../../domain/signal.js';

/** What a signal says of a frame's instrument; strength and confidence from 0 to 1. */
export interface Opinion {
  readonly direction: 1 | 0 | -1;
  readonly strength: number;
  readonly confidence: number;
}

/** What a signal is: a pure function of a frame, with how long its word counts. */
export interface SignalSettings<F extends Frame> {
  readonly name: string;
  /** Over which time the opinion is meant to come true. */
  readonly horizon: Duration;
  /** How long it counts unless it is renewed. @default the horizon */
  readonly lifetime?: Duration;
  /** In which time its strength fades by half: `pool.weight` tells what is left. @default it does not fade */
  readonly halfLife?: Duration;
  /** The model behind it, with its version. */
  readonly model?: string;
  /** Fingerprint of the features behind it. */
  readonly features?: string;
  /** The opinion on this frame; `undefined` says nothing new, and an earlier word stands until it expires. */
  readonly evaluate: (frame: F) => Opinion | undefined;
}

/** A validated signal. */
export interface SignalDefinition<F extends Frame> {
  readonly name: string;
  readonly horizon: number;
  readonly lifetime: number;
  /** What its words carry beside their opinion. */
  readonly carries: Readonly<Pick<Signal, 'halfLife' | 'model' | 'features'>>;
  readonly evaluate: (frame: F) => Opinion | undefined;
}

/**
 * Defines an alpha signal. It is asked on market events of synced instruments only.
 *
 * @throws ConfigurationError naming the setting that is wrong
 * @example
 * signal({
 *   name: 'oversold',
 *   horizon: '1m',
 *   evaluate: (frame: Frame & FeatureFields<'rsi'>) =>
 *     frame.features.rsi < 30 ? { direction: 1, strength: 1 - frame.features.rsi / 30, confidence: 0.6 } : undefined,
 * })
 */
export function signal<F extends Frame>(settings: SignalSettings<F>): SignalDefinition<F> {
  const name = nonEmptyName('signal.name', settings.name);
  knownKeys(`signal ${name}`, settings, [
    'name',
    'horizon',
    'lifetime',
    'halfLife',
    'model',
    'features',
    'evaluate',
  ]);
  if (typeof settings.evaluate !== 'function')
    refuse(`signal ${name}.evaluate`, 'a function of a frame', settings.evaluate);
  const horizon = milliseconds(`signal ${name}.horizon`, settings.horizon);
  const { halfLife, model, features } = settings;
  return {
    name,
    horizon,
    carries: {
      ...(halfLife !== undefined && { halfLife: milliseconds(`signal ${name}.halfLife`, halfLife) }),
      ...(model !== undefined && { model: nonEmptyName(`signal ${name}.model`, model) }),
      ...(features !== undefined && { features: nonEmptyName(`signal ${name}.features`, features) }),
    },
    lifetime:
      settings.lifetime === undefined ? horizon : milliseconds(`signal ${name}.lifetime`, settings.lifetime),
    evaluate: settings.evaluate,
  };
}

/** Why an opinion cannot be taken, or `undefined`. */
export function faultOf(opinion: Opinion): string | undefined {
  const { direction, strength, confidence } = opinion;
  if (direction !== 1 && direction !== 0 && direction !== -1)
    return `direction must be 1, 0 or -1, not ${show(direction)}`;
  if (!isShare(strength)) return `strength must be from 0 to 1, not ${show(strength)}`;
  if (!isShare(confidence)) return `confidence must be from 0 to 1, not ${show(confidence)}`;
  return undefined;
}

/** What is no number may compare like one. */
const isShare = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= 1;
