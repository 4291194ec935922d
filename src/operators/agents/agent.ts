import type { Frame } from '../../core/frame.js';
import type { InstrumentId } from '../../domain/brand.js';
import { knownKeys, nonEmptyName, refuse } from '../../domain/check.js';
import type { Answer } from '../../domain/decision.js';
import { type Duration, milliseconds } from '../../domain/duration.js';
import type { Instrument } from '../../domain/instrument.js';
import type { Plain } from '../../domain/plain.js';

/**
 * Instruments by their ids, or by a property of theirs.
 *
 * @example
 * const bitcoin: HeardInstruments = ({ base }) => base === 'BTC';
 */
export type HeardInstruments = readonly InstrumentId[] | ((instrument: Instrument) => boolean);

/** What a reflex agent is: a function of the frame and of its own memory, inside the core. */
export interface AgentSettings<F extends Frame, Memory extends Plain = null> {
  readonly name: string;
  /** How long a decision counts unless it is renewed; then the agent abstains. @default "1m" */
  readonly lifetime?: Duration;
  /** Asked on every event, or only on market events of synced instruments. @default "market" */
  readonly on?: 'market' | 'every event';
  /**
   * The instruments whose events reach it; those of no instrument, such as an operator's word, reach it all the same with
   * `on: 'every event'`. An agent with a feature of one market, such as a moving average, names that market here: every tick of
   * another would else look to it like one of its own.
   *
   * ```
   * BTC      1---2------3-
   * ETH      --9---9--9---
   *          agent({ hears: [btc.id], ... })
   * decide   1---2------3-
   * ```
   *
   * A name that the desk does not trade, or a predicate that none of its instruments meets, is a ConfigurationError when the desk
   * is run. @default all
   */
  readonly hears?: HeardInstruments;
  /** A fresh memory: plain data that `decide` may change; it is part of snapshots. @default null */
  readonly memory?: () => Memory;
  /** The answer, several, or `undefined` for nothing new: earlier answers stand until they expire. */
  readonly decide: (frame: F, memory: Memory) => Answer | readonly Answer[] | undefined;
}

/** A validated agent. */
export interface Agent<F extends Frame> {
  readonly kind: 'reflex';
  readonly name: string;
  readonly lifetime: number;
  readonly marketOnly: boolean;
  readonly hears?: HeardInstruments;
  readonly memory: () => Plain;
  readonly decide: (frame: F, memory: never) => Answer | readonly Answer[] | undefined;
}

/**
 * Defines a reflex agent.
 *
 * @throws ConfigurationError naming the setting that is wrong
 * @example
 * agent({
 *   name: 'contrarian',
 *   decide: (frame: Frame & FeatureFields<'rsi'>) =>
 *     frame.features.rsi < 30 ? { of: { asset: 'BTC' }, exposure: 0.5, confidence: 0.7 } : undefined,
 * })
 */
export function agent<F extends Frame, Memory extends Plain = null>(
  settings: AgentSettings<F, Memory>,
): Agent<F> {
  const name = nonEmptyName('agent.name', settings.name);
  const at = `agent ${name}`;
  knownKeys(at, settings, ['name', 'lifetime', 'on', 'hears', 'memory', 'decide']);
  if (typeof settings.decide !== 'function') refuse(`${at}.decide`, 'a function of a frame', settings.decide);
  const on = settings.on ?? 'market';
  if (on !== 'market' && on !== 'every event') refuse(`${at}.on`, '"market" or "every event"', on);
  const { hears } = settings;
  if (hears !== undefined && typeof hears !== 'function' && !isListOfIds(hears))
    refuse(`${at}.hears`, 'a list of at least one instrument id, or a function of an instrument', hears);
  return {
    kind: 'reflex',
    name,
    lifetime: milliseconds(`${at}.lifetime`, settings.lifetime ?? '1m'),
    marketOnly: on === 'market',
    ...(hears === undefined ? {} : { hears: typeof hears === 'function' ? hears : [...hears] }),
    memory: settings.memory ?? (() => null),
    decide: settings.decide as (frame: F, memory: never) => Answer | readonly Answer[] | undefined,
  };
}

const isListOfIds = (list: unknown): boolean =>
  Array.isArray(list) && list.length > 0 && list.every((id) => typeof id === 'string' && id !== '');
