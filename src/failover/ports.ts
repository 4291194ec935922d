import type { Observable } from 'rxjs';
import type { Cancel } from '../core/clock.js';
import type { Snapshot } from '../core/snapshot.js';
import type { SequencedEvent } from '../domain/event.js';
import type { JournalStore } from '../journal/journal-store.js';
import type { Effect } from './protocol/effect.js';
import type { EpochStart, Message, StateHash } from './protocol/message.js';
import type { Register } from './registers/register.js';

/** Time of one member: milliseconds that never jump, whatever is done to the wall clock. */
export interface MonotonicClock {
  now(): number;
  /** Runs `action` once, `delay` milliseconds from now or later. */
  after(delay: number, action: () => void): Cancel;
}

/** The way to the other member. Messages may be lost, doubled, late and out of order: the protocol copes. */
export interface Network {
  /** What the other member says. A frame that is none of our messages never gets here. */
  readonly messages$: Observable<Message>;
  /**
   * Hints: `down` when the connection broke (the other's process may have died), `up` when it stands. A connection that
   * we dropped ourselves is not `down`.
   */
  readonly links$: Observable<'up' | 'down'>;
  /** Hands a message over; false when there is no room or no connection now, and it is dropped. Never waits. */
  send(message: Message): boolean;
  /** Drops the connection with all that waits in it, and makes a new one. */
  reconnect(): void;
  close(): Promise<void>;
}

/** A journal that also knows whose reigns it holds, those behind its first kept event included. */
export interface ReplicatedLog extends Omit<JournalStore, 'beginAt'> {
  /**
   * As of a journal; besides: a place before `first - 1` cannot be gone back to, so that everything goes and the journal
   * is empty, with its next `seq` 1.
   */
  truncate(seq: number): Promise<void>;
  /** The reigns in the journal, oldest first; kept when retention removes their marks, cut by `truncate`. */
  readonly epochs: readonly EpochStart[];
  /**
   * Begins anew behind a snapshot that another member sent: every event and snapshot is dropped, the next `seq` is
   * `snapshot.seq + 1`, and the reigns before it are `epochs`.
   */
  restart(snapshot: Snapshot, epochs: readonly EpochStart[]): Promise<void>;
}

/** How a replica begins to lead. */
export interface Reign {
  readonly epoch: number;
  /** Who leads, as the epoch event says it. */
  readonly leader: string;
  /**
   * The leader before handed over: nothing of a frame behind this `seq` has left, and `commit` lets it out. Without it
   * any order of the log may have left: each that is not settled is looked up, expired, looked up, and sent again by
   * a new record only.
   */
  readonly unsentAfter?: number;
  /** The same process led the epoch before: nothing is unknown, only the mark is appended. */
  readonly renewed: boolean;
}

/**
 * The pipeline of one member: it follows a log, or leads it.
 *
 * ```
 * follow  -(abc)-(de)----------------
 * lead    -----------2---------------   epoch 2: its mark is the first event appended
 * append  -----------(f)-(gh)---(i)--
 * commit  --------------f----h-------   orders of frames up to h may leave
 * ```
 */
export interface Replica {
  /** Events that it sequenced as leader, in batches, each `seq` one more than the last. The `epoch` event comes first. */
  readonly appended$: Observable<readonly SequencedEvent[]>;
  /** Its state at each barrier, whoever leads. */
  readonly barriers$: Observable<StateHash>;
  /** Snapshots to keep beside the journal. */
  readonly snapshots$: Observable<Snapshot>;
  /**
   * Why its state can no longer be trusted: its core threw, or feeds itself, or its inbox overflowed. It lets out no new
   * risk any more; the event at which it failed, and all before it, were handed to `appended$`.
   */
  readonly failures$: Observable<string>;
  /** Forgets everything and goes on behind the snapshot, or at the very start. Called before `lead` only. */
  restore(snapshot: Snapshot | undefined): void;
  /** Takes events of the leader's log: the gate is shut, nothing leaves. */
  follow(events: readonly SequencedEvent[]): void;
  /** Leads from here on: appends the epoch event, and opens the gate for what is committed. */
  lead(reign: Reign): void;
  /** Hands over to `appended$` what it has gathered while the way to the mirror was crowded. */
  flush(): void;
  /** Orders of frames up to `seq` may leave. Cancels do not wait for it. */
  commit(seq: number): void;
  /** No new risk from here on, whatever is committed; cancels still leave. */
  halt(reason: string): void;
  /** Nothing leaves from here on, cancels neither, and nothing is appended: another leads, or we stop. */
  stepDown(reason: string): void;
  /**
   * Policy `agreed`: the digest of all commands of frames up to `seq`, which snapshots carry on; `undefined` when it
   * is no longer, or not yet, known. Asked for ends of blocks that are not acked yet.
   */
  digest(seq: number): string | undefined;
}

/** Everything a member touches. The same member runs in the simulation and live. */
export interface MemberPorts {
  readonly clock: MonotonicClock;
  readonly network: Network;
  /** Left out: two members alone, with the limits that this has. */
  readonly register?: Register;
  readonly log: ReplicatedLog;
  readonly replica: Replica;
  /** For tests: asked before each effect, by its type; `false` is a process that died right there. */
  readonly survives?: (effect: Effect['type'] | 'journal') => boolean;
}
