import type { Snapshot } from '../core/snapshot.js';
import type { SequencedEvent } from '../domain/event.js';
import type { Durability } from '../journal/journal-store.js';
import { messageOf } from '../services/within.js';
import type { LogFeed } from './log-feed.js';
import type { MemberPorts } from './ports.js';
import type { Happening, LogFacts } from './protocol/input.js';
import type { Append, EpochStart, Message } from './protocol/message.js';
import type { Protocol } from './protocol/options.js';
import { replay } from './replay.js';
import { SnapshotAssembly } from './snapshot-assembly.js';

type PromisedSnapshot = ConstructorParameters<typeof SnapshotAssembly>[0];

/** The member whose log it is, as far as its log has to know it. */
export interface LogOwner {
  /** Whether it has ended. */
  readonly over: boolean;
  take(happening: Happening): void;
  /** For tests: whether the process died right before its own events would be journalled. */
  dies(): boolean;
  /** Whether the snapshot of this generation is still wanted. */
  installs(generation: number): boolean;
}

/**
 * A member's journal, its replica and its feed in step: each event is in the journal before it is run or sent, and the
 * protocol hears how far they are.
 *
 * ```
 * store     -(1 2 3)------------
 * replica   -(1 2 3)------------
 * protocol  -stored 3-journaled 3
 * ```
 */
export class MemberLog {
  readonly #ports: Pick<MemberPorts, 'log' | 'replica'>;
  readonly #feed: LogFeed;
  readonly #policy: Protocol['policy'];
  readonly #member: LogOwner;
  #assembly: SnapshotAssembly | undefined;
  /** How often the log was cut: what was waited for before is void. */
  #cuts = 0;
  #flushing = false;

  constructor(
    ports: Pick<MemberPorts, 'log' | 'replica'>,
    feed: LogFeed,
    policy: Protocol['policy'],
    member: LogOwner,
  ) {
    this.#ports = ports;
    this.#feed = feed;
    this.#policy = policy;
    this.#member = member;
  }

  get facts(): LogFacts {
    const { last, first, epochs } = this.#ports.log;
    return { end: last, first, epochs };
  }

  /** The leader's own events: journalled, then sent, before any turn of the protocol knows of them. */
  appended(events: readonly SequencedEvent[]): void {
    if (this.#member.dies() || events.length === 0) return;
    try {
      const block = this.#ports.log.append(events);
      this.#feed.appended(block);
    } catch (error) {
      this.failed(error);
      return;
    }
    this.#member.take({ type: 'appended', end: this.#ports.log.last });
    this.#flush();
  }

  /** A block of the leader. */
  store({ from, to, block }: Append): void {
    const { log, replica } = this.#ports;
    let events: readonly SequencedEvent[];
    try {
      events = log.appendBlock({ from, to, bytes: block });
    } catch (error) {
      if (error instanceof Error && error.name === 'InputError')
        this.#member.take({ type: 'damaged', reason: error.message });
      else this.failed(error);
      return;
    }
    this.#feed.forget();
    const marks: EpochStart[] = [];
    for (const { seq, event } of events)
      if (event.kind === 'epoch') marks.push({ epoch: event.epoch, firstSeq: seq });
    try {
      replica.follow(events);
    } catch (error) {
      this.#member.take({ type: 'replicaError', reason: messageOf(error) });
      return;
    }
    this.#member.take({ type: 'stored', end: log.last, marks });
    this.#flush();
  }

  /** Waits for the disk as the policy says, one wait at a time. */
  #flush(): void {
    const { log } = this.#ports;
    const policy = this.#policy;
    const upTo = log.last;
    if (policy === 'received') {
      this.#member.take({ type: 'journaled', upTo });
      return;
    }
    if (this.#flushing) return;
    this.#flushing = true;
    const cuts = this.#cuts;
    const durability: Durability = policy === 'agreed' ? 'written' : policy;
    log.flushed(upTo, durability).then(
      () => {
        this.#flushing = false;
        if (this.#member.over) return;
        if (cuts === this.#cuts) this.#member.take({ type: 'journaled', upTo });
        if (log.last > upTo || cuts !== this.#cuts) this.#flush();
      },
      (error: unknown) => {
        this.#flushing = false;
        this.failed(error);
      },
    );
  }

  /** Keeps a snapshot beside the journal. */
  keep(snapshot: Snapshot): void {
    const { log } = this.#ports;
    log.saveSnapshot(snapshot).then(
      () => this.#member.take({ type: 'kept', first: log.first, snapshot: snapshot.seq }),
      (error: unknown) => this.failed(error),
    );
  }

  /** Cuts what the leader does not have, and goes back to that place. */
  truncate(to: number, generation: number): void {
    this.#truncate(to, generation).catch((error: unknown) => this.failed(error));
  }

  async #truncate(to: number, generation: number): Promise<void> {
    const { log } = this.#ports;
    this.#cuts += 1;
    this.#feed.forget();
    await log.truncate(to);
    if (this.#member.over) return;
    await replay(log, this.#ports.replica, log.last, () => this.#member.over);
    this.#member.take({ type: 'restored', log: this.facts, generation });
  }

  /** Waits for the pieces of a snapshot that the leader promised. */
  install(promised: PromisedSnapshot): void {
    this.#assembly = new SnapshotAssembly(promised);
  }

  /** A piece of it. */
  piece(piece: Extract<Message, { type: 'snapshot' }>): void {
    const assembly = this.#assembly;
    if (assembly === undefined) return;
    let snapshot: Snapshot | undefined;
    try {
      snapshot = assembly.add(piece);
    } catch (error) {
      this.#member.take({ type: 'damaged', reason: messageOf(error) });
    }
    if (snapshot === undefined) return;
    this.#assembly = undefined;
    const { generation, epochs } = assembly.promised;
    this.#member.take({ type: 'installing', generation });
    // The session may be over: then the journal stays as it is.
    if (this.#member.over || !this.#member.installs(generation)) return;
    this.#begin(snapshot, epochs, generation).catch((error: unknown) => this.failed(error));
  }

  async #begin(snapshot: Snapshot, epochs: readonly EpochStart[], generation: number): Promise<void> {
    const { log, replica } = this.#ports;
    this.#cuts += 1;
    this.#feed.forget();
    await log.restart(snapshot, epochs);
    if (this.#member.over) return;
    replica.restore(snapshot);
    this.#member.take({ type: 'restored', log: this.facts, generation });
    this.#member.take({ type: 'kept', first: log.first, snapshot: snapshot.seq });
  }

  /** The journal cannot be written or read. */
  failed(error: unknown): void {
    this.#member.take({ type: 'diskError', reason: messageOf(error) });
  }
}
