import { integerAtLeast, knownKeys, nonEmptyName, numberAtLeast, oneOf, refuse } from '../domain/check.js';
import { keyOf, type TargetOf } from '../domain/decision.js';
import { type Duration, milliseconds } from '../domain/duration.js';
import type { Plain } from '../domain/plain.js';
import type { Frame } from './frame.js';

/**
 * When several replicas of an agent speak, whose word counts: the first valid one for a snapshot, or one that so many of
 * them share, with exposures no further apart than `tolerance` (@default 0.1).
 */
export type Agreement = 'first' | { readonly quorum: number; readonly tolerance?: number };

/** What the core lets an asynchronous agent do. All of it follows from the log alone. */
export interface AgentTerms<F extends Frame> {
  readonly name: string;
  /**
   * What the agent is shown of a frame, as data of its own: it is copied, no live view may be in it. `undefined` shows
   * nothing this time. Pure, like a reflex agent; when it throws it is quarantined.
   */
  readonly observe: (frame: F) => Plain | undefined;
  /** Shown on market events of synced instruments, or on every event but decisions and faults. @default "market" */
  readonly on?: 'market' | 'every event';
  /** Least event time from one snapshot to the next. @default "1s" */
  readonly every?: Duration;
  /** How long a decision counts. @default "1m" */
  readonly lifetime?: Duration;
  /** What it may speak about. @default everything that the desk trades */
  readonly about?: readonly TargetOf[];
  /** Largest exposure, either way, that it may want. @default 1 */
  readonly budget?: number;
  /** Most events between the snapshot and the decision that is based on it. @default 100000 */
  readonly maximumLag?: number;
  /** Most decisions that each replica may send in a second of event time. @default 1000 */
  readonly rate?: number;
  /** @default 1 */
  readonly replicas?: number;
  /** @default "first" */
  readonly agreement?: Agreement;
}

/** The terms of an asynchronous agent, checked and complete: what the stage `agents` and the agent's driver share. */
export interface AsynchronousAgent<F extends Frame> {
  /** In this process or in a worker of it, or anywhere else. */
  readonly kind: 'deliberate' | 'remote';
  readonly name: string;
  readonly observe: (frame: F) => Plain | undefined;
  readonly marketOnly: boolean;
  readonly every: number;
  readonly lifetime: number;
  /** Keys of what it may speak about; `undefined`: everything. */
  readonly about: ReadonlySet<string> | undefined;
  readonly budget: number;
  readonly maximumLag: number;
  readonly rate: number;
  readonly replicas: number;
  /** Replicas that must agree; 1: the first valid word counts. */
  readonly quorum: number;
  readonly tolerance: number;
}

/** The names of {@link AgentTerms}, for who takes further settings beside them. */
export const TERMS: readonly (keyof AgentTerms<Frame>)[] = [
  'name',
  'observe',
  'on',
  'every',
  'lifetime',
  'about',
  'budget',
  'maximumLag',
  'rate',
  'replicas',
  'agreement',
];

/** Checks terms. @throws ConfigurationError naming the setting that is wrong */
export function checkTerms<F extends Frame>(
  kind: AsynchronousAgent<F>['kind'],
  terms: AgentTerms<F>,
): AsynchronousAgent<F> {
  const name = nonEmptyName(`${kind}.name`, terms.name);
  const at = `${kind} agent ${name}`;
  if (typeof terms.observe !== 'function') refuse(`${at}.observe`, 'a function of a frame', terms.observe);
  const replicas = integerAtLeast(`${at}.replicas`, terms.replicas ?? 1, 1);
  const { quorum, tolerance } = agreed(at, terms.agreement ?? 'first', replicas);
  const about = terms.about?.map(keyOf);
  if (about?.length === 0) refuse(`${at}.about`, 'a list of assets or instruments', terms.about);
  return {
    kind,
    name,
    observe: terms.observe,
    marketOnly: oneOf(`${at}.on`, terms.on ?? 'market', ['market', 'every event']) === 'market',
    every: milliseconds(`${at}.every`, terms.every ?? '1s'),
    lifetime: milliseconds(`${at}.lifetime`, terms.lifetime ?? '1m'),
    about: about === undefined ? undefined : new Set(about),
    budget: numberAtLeast(`${at}.budget`, terms.budget ?? 1, 0, 1),
    maximumLag: integerAtLeast(`${at}.maximumLag`, terms.maximumLag ?? 100_000, 0),
    rate: numberAtLeast(`${at}.rate`, terms.rate ?? 1_000, 1),
    replicas,
    quorum,
    tolerance,
  };
}

function agreed(
  at: string,
  agreement: Agreement,
  replicas: number,
): { readonly quorum: number; readonly tolerance: number } {
  if (agreement === 'first') return { quorum: 1, tolerance: 0 };
  if (typeof agreement !== 'object' || agreement === null)
    return refuse(`${at}.agreement`, '"first" or a quorum', agreement);
  knownKeys(`${at}.agreement`, agreement, ['quorum', 'tolerance']);
  const quorum = integerAtLeast(`${at}.agreement.quorum`, agreement.quorum, 1);
  if (quorum > replicas) refuse(`${at}.agreement.quorum`, `at most its ${replicas} replicas`, quorum);
  return { quorum, tolerance: numberAtLeast(`${at}.agreement.tolerance`, agreement.tolerance ?? 0.1, 0, 2) };
}
