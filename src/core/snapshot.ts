import { InputError } from '../domain/errors.js';
import type { DerivedEvent, OutsideEvent } from '../domain/event.js';
import type { Plain } from '../domain/plain.js';
import { canonicalBytes, fromCanonicalBytes, hashOf } from './canonical.js';
import type { Core } from './core.js';
import type { Frame } from './frame.js';

/** Version of the snapshot's own layout. */
export const SNAPSHOT_VERSION = 2;

/** The state of a whole pipeline at one place of its log, as plain data. */
export interface Snapshot {
  readonly version: number;
  readonly pipeline: string;
  readonly parts: readonly {
    readonly name: string;
    readonly version: number;
    readonly fingerprint: string;
  }[];
  readonly seq: number;
  readonly ts: number;
  /** States of the stages by name. */
  readonly stages: Readonly<Record<string, Plain>>;
  /** What the barrier's own frame derived: the stages before the one that derived it have yet to see it. */
  readonly derived: readonly DerivedEvent[];
  /** States of the simulated drivers by name. */
  readonly drivers: Readonly<Record<string, Plain>>;
  /** Orders that may be alive at a venue, as the gate knows. */
  readonly gate: Plain;
  /** Timers that the core waits for. */
  readonly timers: readonly { readonly name: string; readonly due: number }[];
  /** Events that waited to be sequenced, oldest first. */
  readonly inbox: readonly OutsideEvent[];
  /** How many recorded events the replay had taken. */
  readonly replayed: number;
}

/**
 * A snapshot that belongs to another pipeline, or to another version of this one.
 *
 * @example
 * try {
 *   core.start({ snapshot });
 * } catch (error) {
 *   if (error instanceof SnapshotError) console.error(error.message);
 * }
 */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
}

/** What identifies a pipeline: its parts, their versions and configurations. */
export function partsOf<F extends Frame>(core: Core<F>): Snapshot['parts'] {
  return core.parts.map(({ name, version, fingerprint }) => ({ name, version, fingerprint }));
}

/**
 * Refuses a snapshot that the pipeline cannot go on from.
 *
 * @throws SnapshotError naming the first thing that differs
 */
export function checkSnapshot<F extends Frame>(core: Core<F>, snapshot: Snapshot): void {
  const refuse = (why: string): never => {
    throw new SnapshotError(
      `the snapshot at seq ${snapshot.seq} does not fit pipeline "${core.name}": ${why}`,
    );
  };
  if (snapshot.version !== SNAPSHOT_VERSION)
    refuse(`its layout is version ${snapshot.version}, not ${SNAPSHOT_VERSION}`);
  if (snapshot.pipeline !== core.name) refuse(`it is of pipeline "${snapshot.pipeline}"`);
  const mine = partsOf(core);
  for (const [index, part] of mine.entries()) {
    const theirs = snapshot.parts[index] ?? refuse(`it has no part "${part.name}"`);
    if (theirs.name !== part.name)
      refuse(`part ${index + 1} is "${theirs.name}" there and "${part.name}" here`);
    if (theirs.version !== part.version) {
      refuse(`part "${part.name}" has version ${theirs.version} there and ${part.version} here`);
    }
    if (theirs.fingerprint !== part.fingerprint) {
      refuse(`part "${part.name}" is configured as ${theirs.fingerprint} there and ${part.fingerprint} here`);
    }
  }
  const extra = snapshot.parts[mine.length];
  if (extra !== undefined) refuse(`it has a part "${extra.name}" that this pipeline has not`);
  for (const part of core.parts) {
    if (part.stateful && !Object.hasOwn(snapshot.stages, part.name))
      refuse(`the state of "${part.name}" is missing`);
  }
}

/** Bytes of states that were hashed, for as long as the states are there. */
const spelled = new WeakMap<Snapshot['stages'], Uint8Array>();

/**
 * The hash of the states at a barrier. They are kept or sent right after, so their bytes are remembered: to write them
 * twice would hold up whatever comes next twice as long.
 *
 * @example
 * statesHash(snapshot.stages) === stateHash(snapshot.stages);
 */
export function statesHash(stages: Snapshot['stages']): string {
  const bytes = canonicalBytes(stages);
  spelled.set(stages, bytes);
  return hashOf(bytes);
}

/**
 * A snapshot as bytes, for a disk or a wire.
 *
 * @example
 * writeFileSync('desk.snapshot', encodeSnapshot(snapshot));
 */
export function encodeSnapshot(snapshot: Snapshot): Uint8Array {
  // Events are plain by their schema, which an interface cannot say.
  const plain = snapshot as unknown as { readonly [key: string]: Plain };
  const states = spelled.get(snapshot.stages);
  const fields = Object.keys(plain)
    .filter((field) => plain[field] !== undefined)
    .sort();
  if (states === undefined || fields.length > 15) return canonicalBytes(plain);
  // A map of fewer than 16 fields begins with one byte that says how many.
  const pieces: Uint8Array[] = [Uint8Array.of(0x80 | fields.length)];
  for (const field of fields)
    pieces.push(canonicalBytes(field), field === 'stages' ? states : canonicalBytes(plain[field] as Plain));
  return Buffer.concat(pieces);
}

/**
 * The snapshot that {@link encodeSnapshot} wrote.
 *
 * @throws InputError when the bytes are cut short, or hold something else
 *
 * @example
 * decodeSnapshot(encodeSnapshot(snapshot)).seq === snapshot.seq;
 */
export function decodeSnapshot(bytes: Uint8Array): Snapshot {
  const value = fromCanonicalBytes(bytes) as Partial<Snapshot> | null;
  if (
    typeof value?.version !== 'number' ||
    typeof value.pipeline !== 'string' ||
    typeof value.stages !== 'object'
  ) {
    throw new InputError('the bytes hold no snapshot of a pipeline');
  }
  return value as Snapshot;
}
