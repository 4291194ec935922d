/**
 * Agents that think outside the core: in this process, in a worker thread, or in a process of any language.
 *
 * @packageDocumentation
 */
export type { AgentTerms, Agreement, AsynchronousAgent } from '../core/asynchronous-agent.js';
export type { LatencyModel } from '../domain/latency-model.js';
export type { AgentHealth, AgentsDriver } from './agent-lanes.js';
export { type AsynchronousAgentsOptions, asynchronousAgents } from './asynchronous-agents.js';
export type { Decide, Mind, MindEvents, OpenMind, Shown } from './decide.js';
export { type DeliberateAgent, type DeliberateSettings, deliberate } from './deliberate.js';
export type { LaneOptions, LaneSettings } from './lane-options.js';
export { type LanguageAgentSettings, languageAgent } from './language-agent.js';
export type { RefusalCode } from './refusals.js';
export { type RemoteAgent, type RemoteSettings, remote } from './remote.js';
export { openRemoteAgents, type RemoteAgents } from './remote-agents.js';
export { AGENT_FORMAT_VERSION } from './remote-format.js';
export type { RemoteAgentsOptions } from './remote-options.js';
export { inWorker, type WorkerOptions } from './worker.js';
