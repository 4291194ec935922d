import type { Observable } from 'rxjs';
import type { Driver } from '../core/driver.js';
import type { PipelineClock } from '../core/pipeline-clock.js';
import type { RunOptions } from '../core/run-options.js';
import { integerAtLeast, knownKeys, refuse } from '../domain/check.js';
import { ConfigurationError } from '../domain/errors.js';
import type { JournalStore } from '../journal/journal-store.js';
import type { BridgeOptions } from './bridge/bridge-options.js';
import type { Network } from './ports.js';
import type { ProtocolOptions } from './protocol/options.js';
import type { Register } from './registers/register.js';

/** What the drivers of a member may need. */
export interface DriverSetup {
  /**
   * Up to which `seq` the pair holds the log: the journal has it, and the mirror, if there is one. What a queue handed
   * out may be acknowledged to it from there on.
   */
  readonly held$: Observable<number>;
}

/** How a desk becomes a member of a pair. */
export interface MirroredOptions
  extends Pick<RunOptions, 'sequencer' | 'maximumDerived' | 'development'>,
    Pick<
      ProtocolOptions,
      | 'peer'
      | 'heartbeat'
      | 'losses'
      | 'policy'
      | 'slowAfter'
      | 'admitWithin'
      | 'snapshotBehind'
      | 'firstLeader'
    > {
  /** Name of this member, unique in the pair. */
  readonly node: string;
  /** An open journal of this member's own, by `openJournal`; it is closed with the member. */
  readonly journal: JournalStore;
  /** Where the members reach each other: addresses and keys of the ZeroMQ bridge, or a network of your own. */
  readonly bridge: Omit<BridgeOptions, 'node'> | Network;
  /** Who agrees on who leads. `none`: the two alone, with the limits that this has; then `firstLeader` is needed. */
  readonly register: Register | 'none';
  /** Makes a clock for each start of the pipeline: `liveClock`. */
  readonly clock: () => PipelineClock;
  /** Makes the drivers for each start of the pipeline: it begins anew when its log was cut. @default none */
  readonly drivers?: (setup: DriverSetup) => readonly Driver[];
  /** Takes a snapshot, and compares the members' states, about every so many events. @default 10000 */
  readonly barrierEvery?: number;
}

const KEYS: readonly (keyof MirroredOptions)[] = [
  'node',
  'peer',
  'journal',
  'bridge',
  'register',
  'clock',
  'drivers',
  'barrierEvery',
  'sequencer',
  'maximumDerived',
  'development',
  'heartbeat',
  'losses',
  'policy',
  'slowAfter',
  'admitWithin',
  'snapshotBehind',
  'firstLeader',
];

/** @throws ConfigurationError naming the option, its value and what would be right */
export function checkMirroredOptions(options: MirroredOptions): void {
  knownKeys('mirrored', options, KEYS);
  const { journal, bridge, register, clock, drivers } = options;
  if (typeof journal?.appendBlock !== 'function')
    refuse('mirrored.journal', 'an open journal: await openJournal({ folder })', journal);
  if (typeof bridge !== 'object' || bridge === null)
    refuse('mirrored.bridge', 'addresses such as { bind, connect }, or a network', bridge);
  if (register !== 'none' && typeof register?.compareAndSet !== 'function')
    refuse('mirrored.register', 'a register, or "none" for two members alone', register);
  if (typeof clock !== 'function') refuse('mirrored.clock', 'a function such as liveClock', clock);
  if (drivers !== undefined && typeof drivers !== 'function')
    refuse('mirrored.drivers', 'a function that makes the drivers', drivers);
  integerAtLeast('mirrored.barrierEvery', options.barrierEvery ?? 10_000, 1);
}

/** Whether a network of the user's own was given in place of addresses. */
export const isNetwork = (bridge: MirroredOptions['bridge']): bridge is Network => 'messages$' in bridge;

/** Live clocks only: a mirror has no use for a recording. */
export function checkLive(clock: PipelineClock): void {
  if (clock.mode !== 'live')
    throw new ConfigurationError('mirrored.clock must make live clocks: a replay needs no mirror');
}
