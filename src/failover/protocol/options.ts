import { integerAtLeast, knownKeys, nonEmptyName, oneOf, positiveNumber } from '../../domain/check.js';
import { ConfigurationError, show } from '../../domain/errors.js';
import { type Identity, PROTOCOL_VERSION } from './message.js';

/** When a member counts an event as held. `agreed`: written, run through the core, and its commands are the same. */
export const ACK_POLICIES = ['received', 'written', 'fsync', 'agreed'] as const;

/** What a leader waits for before an order leaves it. */
export type AckPolicy = (typeof ACK_POLICIES)[number];

/** What a member of a pair is told about itself. Times are milliseconds. */
export interface ProtocolOptions {
  readonly identity: Omit<Identity, 'version'>;
  /** Name of the other member. */
  readonly peer: string;
  /** `H`: how often each side gives a sign of life. @default 50 */
  readonly heartbeat?: number;
  /** `L`: how many of them may be lost before the other side counts as gone. @default 3 */
  readonly losses?: number;
  /** @default 'written' */
  readonly policy?: AckPolicy;
  /** A mirror that has not acked for so long what it was sent is shrunk out. @default 1.5 · heartbeat · losses */
  readonly slowAfter?: number;
  /** A follower that lacks at most so many events is nearly caught up: admission begins. @default 1000 */
  readonly admitWithin?: number;
  /** A follower that lacks more than so many events is sent a snapshot first. @default 100000 */
  readonly snapshotBehind?: number;
  /** `none`: two members alone. @default 'shared' */
  readonly register?: 'shared' | 'none';
  /** Without a register: the member that leads when both begin with empty journals. */
  readonly firstLeader?: string;
}

/** Options with nothing left open. */
export interface Protocol {
  readonly identity: Identity;
  readonly peer: string;
  readonly heartbeat: number;
  /** A leader that is silent for so long is gone: `H·L`. */
  readonly leaderSilence: number;
  /** A mirror that is silent for so long is gone: `1.5·H·L`, so that a mirror that promotes is first. */
  readonly mirrorSilence: number;
  /** A member that nobody answers for so long may promote itself, when it is in sync: `4·H·L`. */
  readonly bootSilence: number;
  readonly policy: AckPolicy;
  readonly slowAfter: number;
  readonly admitWithin: number;
  readonly snapshotBehind: number;
  readonly register: 'shared' | 'none';
  readonly firstLeader: string | undefined;
}

const KEYS = [
  'identity',
  'peer',
  'heartbeat',
  'losses',
  'policy',
  'slowAfter',
  'admitWithin',
  'snapshotBehind',
  'register',
  'firstLeader',
] as const;

/**
 * Checks the options of a member and fills in the rest.
 *
 * @throws ConfigurationError naming the setting, its value and what would be right
 * @example
 * protocol({ identity: { node: 'a', ... }, peer: 'b', heartbeat: 20 }).leaderSilence; // 60
 */
export function protocol(options: ProtocolOptions): Protocol {
  knownKeys('failover', options, KEYS);
  const identity = options.identity;
  for (const key of ['schemaHash', 'configurationHash', 'coreHash', 'node', 'incarnation', 'holder'] as const)
    nonEmptyName(`failover.identity.${key}`, identity?.[key]);
  const peer = nonEmptyName('failover.peer', options.peer);
  if (peer === identity.node)
    throw new ConfigurationError(`failover.peer must be the other member, not ${show(peer)} itself`);
  const heartbeat = positiveNumber('failover.heartbeat', options.heartbeat ?? 50);
  const losses = integerAtLeast('failover.losses', options.losses ?? 3, 1);
  const register = oneOf('failover.register', options.register ?? 'shared', ['shared', 'none']);
  const { firstLeader } = options;
  if (register === 'none') {
    oneOf('failover.firstLeader', firstLeader, [identity.node, peer].sort());
  } else if (firstLeader !== undefined) {
    throw new ConfigurationError(
      `failover.firstLeader must be left out, not ${show(firstLeader)}: the register decides who leads`,
    );
  }
  return {
    identity: { ...identity, version: PROTOCOL_VERSION },
    peer,
    heartbeat,
    leaderSilence: heartbeat * losses,
    mirrorSilence: 1.5 * heartbeat * losses,
    bootSilence: 4 * heartbeat * losses,
    policy: oneOf('failover.policy', options.policy ?? 'written', ACK_POLICIES),
    slowAfter: positiveNumber('failover.slowAfter', options.slowAfter ?? 1.5 * heartbeat * losses),
    admitWithin: integerAtLeast('failover.admitWithin', options.admitWithin ?? 1_000, 0),
    snapshotBehind: integerAtLeast('failover.snapshotBehind', options.snapshotBehind ?? 100_000, 1),
    register,
    firstLeader,
  };
}
