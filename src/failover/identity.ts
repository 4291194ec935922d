import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { canonicalBytes } from '../core/canonical.js';
import type { Core } from '../core/core.js';
import type { Frame } from '../core/frame.js';
import { partsOf } from '../core/snapshot.js';
import type { Plain } from '../domain/plain.js';
import { WIRE_KINDS, WIRE_VERSION } from '../domain/wire.js';
import type { Identity } from './protocol/message.js';
import type { AckPolicy } from './protocol/options.js';

const hashOf = (value: unknown): string =>
  createHash('sha256')
    .update(canonicalBytes(JSON.parse(JSON.stringify(value)) as Plain))
    .digest('hex')
    .slice(0, 32);

/**
 * What a member is: hashes of the wire schema, of what must be equal in a pair (pipeline's name and instruments), and of
 * the core's parts with their versions and settings.
 */
export function identityOf<F extends Frame>(
  core: Core<F>,
  node: string,
  policy: AckPolicy,
): Omit<Identity, 'version'> {
  const incarnation = randomBytes(8).toString('hex');
  return {
    schemaHash: hashOf({ version: WIRE_VERSION, kinds: [...WIRE_KINDS].sort() }),
    configurationHash: hashOf({
      name: core.name,
      instruments: core.instruments.list.map(({ definition }) => definition),
    }),
    coreHash: hashOf(partsOf(core)),
    node,
    incarnation,
    holder: holderOf(node, policy, incarnation),
  };
}

/** A member that may have forgotten what it acked is another one to the register: it must catch up before it may lead. */
function holderOf(node: string, policy: AckPolicy, incarnation: string): string {
  switch (policy) {
    case 'fsync':
      return node;
    case 'received':
      return `${node}/${incarnation}`;
    default:
      // What was written outlives the process, and not the machine.
      return `${node}/${machineStart()}`;
  }
}

/** Tells one start of this machine from another. */
function machineStart(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    // To the minute: a clock that is set meanwhile costs a catch-up, never an order.
    return String(Math.round((Date.now() / 1_000 - uptime()) / 60));
  }
}
