import type { Snapshot } from '../core/snapshot.js';
import type { SequencedEvent } from '../domain/event.js';

/** Consecutive events of a log as they are stored and sent. */
export interface Block {
  readonly from: number;
  readonly to: number;
  readonly bytes: Uint8Array;
}

/** When a record counts as held: handed to us, handed to the operating system, or on the disk. */
export type Durability = 'received' | 'written' | 'fsync';

/**
 * The sequenced log of one member on its disk: blocks of events in segments, snapshots beside them.
 *
 * Appending never waits; {@link flushed} tells how far the disk is. A disk error is final: every later call fails with
 * it, and whoever leads gives up leadership before anything more is sent.
 */
export interface JournalStore {
  /** Last `seq` appended; 0 when the journal is empty. */
  readonly last: number;
  /** First `seq` that is still there; later than 1 when retention removed the rest. */
  readonly first: number;
  /** Appends events as one block and gives it, for the bridge to send the same bytes. `events[0].seq` must be `last + 1`. */
  append(events: readonly SequencedEvent[]): Block;
  /** Appends a block that another member encoded, verbatim. @throws InputError when it is damaged or does not follow `last` */
  appendBlock(block: Block): readonly SequencedEvent[];
  /** Resolves when everything up to `seq` is held as `durability` says; rejects after a disk error. */
  flushed(seq: number, durability: Durability): Promise<void>;
  /** Whole blocks behind `after`, in order; the first may begin before `after + 1`. */
  blocks(after: number): AsyncIterable<Block>;
  /** Events behind `after`, in order. */
  events(after: number): AsyncIterable<readonly SequencedEvent[]>;
  /** Removes every event and every snapshot behind `seq`: a rejoining member cuts what the pair does not know. */
  truncate(seq: number): Promise<void>;
  /**
   * Forgets everything and begins behind a snapshot that another member sent: the next event is `snapshot.seq + 1`.
   * After a crash meanwhile either the old log is there, or a prefix of it, or the snapshot.
   */
  beginAt(snapshot: Snapshot): Promise<void>;
  /** Saves a snapshot once its place in the log is on the disk. @throws InputError for one ahead of the log */
  saveSnapshot(snapshot: Snapshot): Promise<void>;
  /** The newest whole snapshot at or before `upTo`. */
  newestSnapshot(upTo?: number): Promise<Snapshot | undefined>;
  close(): Promise<void>;
}
