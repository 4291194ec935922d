import { createHash } from 'node:crypto';
import { canonicalBytes, type Plain, type Snapshot } from 'millrace';
import { journalSource } from 'millrace/journal';
import { reenact } from 'millrace/streams';
import { pairDesk } from './desk.js';
import type { VenueAccount } from './world/world.js';

/** What the books of all say when they are held against each other. */
export interface Audit {
  readonly signals: number;
  readonly orders: number;
  /** Signals without an order that the venue took. */
  readonly lost: readonly string[];
  /** Signals with more than one. */
  readonly doubled: readonly string[];
  /** Orders that the venue took and the log does not know. */
  readonly strangers: readonly string[];
  /** Lots, by the re-enacted ledger and by the venue. */
  readonly position: { readonly ledger: number; readonly venue: number };
  /** Orders of which the re-enacted ledger does not know where they stand. */
  readonly inDoubt: number;
  /** Orders that the log says nobody can tell of, and the venue never took, by the signal of each. */
  readonly quarantined: readonly string[];
  /** Place of the newest snapshot that both kept; whether both have the same state there. */
  readonly states: { readonly equal: boolean; readonly seq: number };
  /** Whether the members' logs are one, and how many events the longer has beyond the shorter. */
  readonly journals: { readonly equal: boolean; readonly length: number; readonly ahead: number };
  readonly sound: boolean;
}

interface Reading {
  readonly hashes: readonly string[];
  /** The signal of each order. */
  readonly signalOf: ReadonlyMap<string, string>;
  readonly position: number;
  readonly inDoubt: number;
  /** Orders that were called quarantined. */
  readonly quarantined: ReadonlySet<string>;
  readonly source: Awaited<ReturnType<typeof journalSource>>;
}

/**
 * Re-enacts both members' journals and holds them against what the venue took: one order for each signal, and the same
 * position on both sides. At a venue without a window a signal may have none, when its order is quarantined by name.
 */
export async function audit(
  folders: readonly [string, string],
  account: VenueAccount,
  signals: number,
  window: number | undefined,
): Promise<Audit> {
  const [one, two] = await Promise.all(folders.map((folder) => read(folder, window)));
  if (one === undefined || two === undefined) throw new Error('a pair has two journals');
  const longer = one.hashes.length >= two.hashes.length ? one : two;
  const shorter = longer === one ? two : one;
  const taken = new Map<string, number>();
  const strangers: string[] = [];
  for (const { id } of account.orders) {
    const signal = longer.signalOf.get(id);
    if (signal === undefined) strangers.push(id);
    else taken.set(signal, (taken.get(signal) ?? 0) + 1);
  }
  const names = Array.from({ length: signals }, (_, index) => `signal-${index + 1}`);
  const ids = new Set(account.orders.map(({ id }) => id));
  const quarantined = [...longer.quarantined]
    .filter((id) => !ids.has(id))
    .map((id) => longer.signalOf.get(id) ?? id);
  const excused = new Set(window === undefined ? quarantined : []);
  const lost = names.filter((name) => !taken.has(name) && !excused.has(name));
  const doubled = names.filter((name) => (taken.get(name) ?? 0) > 1);
  const equal = shorter.hashes.every((hash, index) => hash === longer.hashes[index]);
  const { position, inDoubt } = longer;
  const states = await compareStates(one.source, two.source, shorter.hashes.length);
  return {
    signals,
    orders: account.orders.length,
    lost,
    doubled,
    strangers,
    position: { ledger: position, venue: account.position },
    inDoubt,
    quarantined,
    states,
    journals: {
      equal,
      length: longer.hashes.length,
      ahead: longer.hashes.length - shorter.hashes.length,
    },
    sound:
      lost.length === 0 &&
      doubled.length === 0 &&
      strangers.length === 0 &&
      position === account.position &&
      inDoubt === excused.size &&
      equal &&
      states.equal,
  };
}

async function read(folder: string, window: number | undefined): Promise<Reading> {
  const source = await journalSource(folder);
  const hashes: string[] = [];
  for await (const { events } of source.batches()) {
    for (const event of events) hashes.push(hashOf(event));
  }
  const signalOf = new Map<string, string>();
  let position = 0;
  let inDoubt = 0;
  const quarantined = new Set<string>();
  await reenact(pairDesk(window), source, { development: false }).forEach((frame) => {
    if (frame.signalOrder !== undefined)
      signalOf.set(frame.signalOrder.order.clientOrderId, frame.signalOrder.signal);
    const { event } = frame;
    if (event.kind === 'lookedUp' && event.outcome === 'quarantined') quarantined.add(event.clientOrderId);
    inDoubt = frame.ordersInDoubt;
    position = frame.ledger.position(0);
  });
  return { hashes, signalOf, position, inDoubt, quarantined, source };
}

/** Holds the newest snapshots that both have against each other. */
async function compareStates(
  one: Reading['source'],
  two: Reading['source'],
  upTo: number,
): Promise<Audit['states']> {
  const sides: (Snapshot | undefined)[] = [await one.newestSnapshot(upTo), await two.newestSnapshot(upTo)];
  for (;;) {
    const [first, second] = sides;
    if (first === undefined || second === undefined) return { equal: true, seq: 0 };
    if (first.seq === second.seq)
      return { equal: hashOf(first.stages) === hashOf(second.stages), seq: first.seq };
    if (first.seq > second.seq) sides[0] = await one.newestSnapshot(second.seq);
    else sides[1] = await two.newestSnapshot(first.seq);
  }
}

const hashOf = (value: unknown): string =>
  createHash('sha1')
    .update(canonicalBytes(value as Plain))
    .digest('base64');
