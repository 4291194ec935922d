import { type AgentTerms, type AsynchronousAgent, checkTerms, TERMS } from '../core/asynchronous-agent.js';
import type { Frame } from '../core/frame.js';
import { knownKeys } from '../domain/check.js';
import { type LaneOptions, type LaneSettings, laneSettings } from './lane-options.js';

/** What a remote agent may do, and how it is asked. */
export interface RemoteSettings<F extends Frame> extends AgentTerms<F> {
  readonly lane?: LaneOptions;
}

/** A validated remote agent: for the stage `agents`, and for `openRemoteAgents`. */
export interface RemoteAgent<F extends Frame> extends AsynchronousAgent<F> {
  readonly kind: 'remote';
  readonly lane: LaneSettings;
}

/**
 * Declares an agent that is a process of its own, of any language: it connects to `openRemoteAgents` under this name and speaks
 * the format of `docs/agent-format.md`.
 *
 * @throws ConfigurationError naming the setting that is wrong
 * @example
 * const analyst = remote({ name: 'analyst', every: '1s', replicas: 2, observe: ({ mid }: Frame & MarketFields) => ({ mid }) });
 */
export function remote<F extends Frame>(settings: RemoteSettings<F>): RemoteAgent<F> {
  const { lane, ...terms } = settings;
  const checked = checkTerms('remote', terms);
  const at = `remote agent ${checked.name}`;
  knownKeys(at, settings, [...TERMS, 'lane']);
  return { ...checked, kind: 'remote', lane: laneSettings(`${at}.lane`, lane) };
}
