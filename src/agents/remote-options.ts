import { knownKeys, nonEmptyName } from '../domain/check.js';
import { type Duration, milliseconds } from '../domain/duration.js';
import { ConfigurationError } from '../domain/errors.js';
import { checkKeys, type KeyPair } from '../services/zeromq/keys.js';
import { checkAllowed, checkListening } from '../services/zeromq/listening.js';

/** Where remote agents connect. */
export interface RemoteAgentsOptions {
  /** Of the driver. @default "remote-agents" */
  readonly name?: string;
  /** `tcp://HOST:PORT` or `ipc://PATH`; port `*` takes a free one. */
  readonly bind: string;
  /** Needed unless the address is of this machine only: keys of the desk, public keys of the agents. */
  readonly curve?: { readonly keys: KeyPair; readonly allowed: readonly string[] };
  /** How often either side says that it is there. @default "500ms" */
  readonly heartbeat?: Duration;
  /** Silence after which an agent is gone. @default "2s" */
  readonly deadAfter?: Duration;
}

/** {@link RemoteAgentsOptions}, checked and complete. */
export interface RemoteAgentsSettings {
  readonly name: string;
  readonly bind: string;
  readonly curve: RemoteAgentsOptions['curve'];
  readonly heartbeat: number;
  readonly deadAfter: number;
}

/** @throws ConfigurationError naming the setting, the value and what would be right */
export function remoteAgentsSettings(options: RemoteAgentsOptions): RemoteAgentsSettings {
  knownKeys('remoteAgents', options, ['name', 'bind', 'curve', 'heartbeat', 'deadAfter']);
  const { bind, curve } = options;
  checkListening('remoteAgents.bind', bind, curve);
  if (curve !== undefined) {
    checkKeys('remoteAgents.curve.keys', curve.keys);
    checkAllowed('remoteAgents.curve.allowed', curve.allowed);
  }
  const heartbeat = milliseconds('remoteAgents.heartbeat', options.heartbeat ?? '500ms');
  const deadAfter = milliseconds('remoteAgents.deadAfter', options.deadAfter ?? '2s');
  if (deadAfter < 2 * heartbeat)
    throw new ConfigurationError(
      `remoteAgents.deadAfter must be at least twice heartbeat (${heartbeat} ms), not ${deadAfter} ms`,
    );
  const name = nonEmptyName('remoteAgents.name', options.name ?? 'remote-agents');
  return { name, bind, curve, heartbeat, deadAfter };
}
