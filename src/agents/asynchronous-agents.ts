import type { Frame } from '../core/frame.js';
import { integerAtLeast, knownKeys, nonEmptyName } from '../domain/check.js';
import { type AgentsDriver, agentLanes } from './agent-lanes.js';
import type { DeliberateAgent } from './deliberate.js';

/** How deliberate agents are asked. */
export interface AsynchronousAgentsOptions {
  /** Of the driver. @default "agents" */
  readonly name?: string;
  /** Of their latencies in a backtest. @default 1 */
  readonly seed?: number;
}

/**
 * Asks deliberate agents what they want held, each in a lane of its own; their answers become `decision` events.
 *
 * ```
 * consult    a--b---a--b---
 * a          ---x-------#--      answers after 3 ms, then fails
 * b          --------------      never answers
 *            asynchronousAgents([a, b])
 * events     ---x----------      b's silence is counted, and costs nobody anything
 * ```
 *
 * Live, they take the time that they take. In a backtest each answer arrives after the agent's `latency`, drawn from the seed, and time
 * stands still until it is there: the same seed gives the same decisions, however slow the agent is today. A re-enactment
 * has no drivers, so nobody is asked: the journal has what they said.
 *
 * @throws ConfigurationError when two agents share a name
 *
 * @example
 * run(core, { clock, drivers: [venue, asynchronousAgents([analyst])] });
 */
export function asynchronousAgents<F extends Frame>(
  agents: readonly DeliberateAgent<F>[],
  options: AsynchronousAgentsOptions = {},
): AgentsDriver {
  knownKeys('asynchronousAgents', options, ['name', 'seed']);
  const name = nonEmptyName('asynchronousAgents.name', options.name ?? 'agents');
  const seed = integerAtLeast('asynchronousAgents.seed', options.seed ?? 1, 0);
  return agentLanes(name, agents, seed);
}
