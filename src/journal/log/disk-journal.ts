import type { Snapshot } from '../../core/snapshot.js';
import { InputError, show } from '../../domain/errors.js';
import type { SequencedEvent } from '../../domain/event.js';
import type { Instrument } from '../../domain/instrument.js';
import { BlockEncoder } from '../block/block-encoder.js';
import { decodeBlock } from '../block/decode-block.js';
import { aligned } from '../block/layout.js';
import type { Disk, DiskFile } from '../disk/disk.js';
import { JournalError } from '../journal-error.js';
import type { Block, Durability, JournalStore } from '../journal-store.js';
import type { CutTail, Segment } from './recover.js';
import { type Retention, removable, spareSnapshots } from './retention.js';
import { RECORD_HEAD_BYTES, recordHead, segmentHead, segmentName } from './segment-format.js';
import { readBlocks } from './segments.js';
import { newestSnapshotOf, snapshotName, snapshotsOf, TEMPORARY, writeSnapshot } from './snapshot-files.js';

/** What a {@link DiskJournal} is made of. */
export interface JournalParts {
  readonly disk: Disk;
  readonly segments: Segment[];
  readonly instruments: readonly Instrument[];
  readonly segmentBytes: number;
  readonly retention: Retention | undefined;
  readonly cut: CutTail | undefined;
  readonly unlock: () => void;
}

interface Waiter {
  readonly seq: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** So much may be in the system's memory only, even if nobody waits for the disk. */
const MOST_UNSYNCED_BYTES = 8 * 1024 * 1024;

const PADDING = Buffer.alloc(8);

/** The journal of a folder. Made by `openJournal`. */
export class DiskJournal implements JournalStore {
  /** The tail that a crash had torn, cut when the journal was opened. */
  readonly cut: CutTail | undefined;
  readonly #disk: Disk;
  readonly #segments: Segment[];
  readonly #instruments: readonly Instrument[];
  readonly #segmentBytes: number;
  readonly #retention: Retention | undefined;
  readonly #unlock: () => void;
  readonly #encoder = new BlockEncoder();
  /** The youngest segment, once it was written to. */
  #file: DiskFile | undefined;
  /** Segments that hold what is not on the disk yet, oldest first. */
  #unsynced: DiskFile[] = [];
  #unsyncedBytes = 0;
  #unsyncedNames = false;
  #last: number;
  #synced: number;
  #waiters: Waiter[] = [];
  #syncing: Promise<void> | undefined;
  /** Snapshots, cuts and removals happen one after the other. */
  #work: Promise<unknown> = Promise.resolve();
  #cutting = false;
  #failure: JournalError | undefined;
  #closing: Promise<void> | undefined;

  constructor({ disk, segments, instruments, segmentBytes, retention, cut, unlock }: JournalParts) {
    this.cut = cut;
    this.#disk = disk;
    this.#segments = segments;
    this.#instruments = instruments;
    this.#segmentBytes = segmentBytes;
    this.#retention = retention;
    this.#unlock = unlock;
    this.#last = segments.at(-1)?.last ?? 0;
    this.#synced = this.#last;
  }

  get last(): number {
    return this.#last;
  }

  get first(): number {
    return this.#segments[0]?.first ?? this.#last + 1;
  }

  append(events: readonly SequencedEvent[]): Block {
    this.#refuseLate();
    const [event] = events;
    if (event !== undefined && event.seq !== this.#last + 1)
      throw new InputError(
        `journal ${this.#disk.name}: seq ${this.#last + 1} is due, not ${show(event.seq)}`,
      );
    const block = this.#encoder.encode(events);
    this.#put(block);
    return block;
  }

  appendBlock(block: Block): readonly SequencedEvent[] {
    this.#refuseLate();
    const events = decodeBlock(block.bytes);
    const from = (events[0] as SequencedEvent).seq;
    const to = from + events.length - 1;
    if (block.from !== from || block.to !== to)
      throw new InputError(`a block of events ${from} to ${to} was sent as ${block.from} to ${block.to}`);
    if (from !== this.#last + 1)
      throw new InputError(`journal ${this.#disk.name}: seq ${this.#last + 1} is due, not ${from}`);
    this.#put({ from, to, bytes: block.bytes });
    return events;
  }

  flushed(seq: number, durability: Durability): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (!(seq <= this.#last))
      return Promise.reject(
        new InputError(
          `journal ${this.#disk.name}: seq ${show(seq)} was not appended; the last is ${this.#last}`,
        ),
      );
    // What was appended was written within the call.
    if (durability !== 'fsync' || seq <= this.#synced) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiters.push({ seq, resolve, reject });
      this.#sync();
    });
  }

  async *blocks(after: number): AsyncGenerator<Block, void, undefined> {
    this.#refuseClosed();
    const end = this.#last;
    if (after >= end) return;
    let read = after;
    for await (const { from, to, bytes } of readBlocks(this.#disk, after)) {
      read = to;
      yield { from, to, bytes };
    }
    if (read < end)
      throw new InputError(
        `journal ${this.#disk.name}: events ${read + 1} to ${end} cannot be read: they were damaged, or removed meanwhile`,
      );
  }

  async *events(after: number): AsyncGenerator<readonly SequencedEvent[], void, undefined> {
    for await (const { bytes, from } of this.blocks(after)) {
      const events = decodeBlock(bytes);
      yield from > after ? events : events.slice(after + 1 - from);
    }
  }

  truncate(seq: number): Promise<void> {
    return this.#exclusively(async () => {
      if (!Number.isSafeInteger(seq) || seq < this.first - 1)
        throw new InputError(
          `journal ${this.#disk.name}: it begins at ${this.first}; it cannot be cut behind ${show(seq)}`,
        );
      if (seq >= this.#last) return;
      await this.#whileCutting(async () => {
        const kept = await this.#keptOf(seq);
        await this.#removeSnapshots((at) => at > seq);
        await this.#removeBehind(seq);
        if (kept !== undefined) await this.#replace(kept.segment, kept.bytes, seq);
        this.#last = seq;
        this.#synced = Math.min(this.#synced, seq);
      });
    });
  }

  beginAt(snapshot: Snapshot): Promise<void> {
    return this.#exclusively(() =>
      this.#whileCutting(async () => {
        const { seq } = snapshot;
        await this.#removeSnapshots((at) => at >= seq);
        await this.#removeBehind(seq);
        await writeSnapshot(this.#disk, snapshot, true);
        const name = segmentName(seq + 1);
        const head = segmentHead(seq + 1, true, this.#instruments);
        await this.#install(name, [head]);
        for (const old of this.#segments.splice(0).reverse()) {
          if (old.name === name) continue;
          this.#disk.remove(old.name);
          await this.#disk.syncNames();
        }
        await this.#removeSnapshots((at) => at < seq);
        this.#segments.push({ name, first: seq + 1, last: seq, end: head.length });
        this.#last = seq;
        this.#synced = seq;
      }),
    );
  }

  saveSnapshot(snapshot: Snapshot): Promise<void> {
    return this.#exclusively(async () => {
      const { seq } = snapshot;
      if (!Number.isSafeInteger(seq) || seq < 0 || seq > this.#last)
        throw new InputError(
          `journal ${this.#disk.name}: a snapshot at seq ${show(seq)} is ahead of the journal, which ends at ${this.#last}`,
        );
      // Never ahead of the log: after a crash there would be no way from the one to the other.
      await this.flushed(seq, 'fsync');
      await this.#guarded(`save the snapshot at ${seq}`, () => writeSnapshot(this.#disk, snapshot, false));
      await this.#retain();
    });
  }

  newestSnapshot(upTo: number = this.#last): Promise<Snapshot | undefined> {
    return newestSnapshotOf(this.#disk, upTo);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    try {
      await this.#work;
      if (this.#failure === undefined) await this.#syncAll();
    } finally {
      this.#file?.close();
      this.#unlock();
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  #put(block: Block): void {
    const bytes = RECORD_HEAD_BYTES + aligned(block.bytes.length);
    try {
      let segment = this.#segments.at(-1);
      if (
        segment === undefined ||
        (segment.end + bytes > this.#segmentBytes && segment.last >= segment.first)
      )
        segment = this.#roll(block.from);
      this.#file ??= this.#disk.open(segment.name, 'write');
      const padding = aligned(block.bytes.length) - block.bytes.length;
      this.#file.write(
        padding === 0
          ? [recordHead(block.bytes.length, this.#synced), block.bytes]
          : [recordHead(block.bytes.length, this.#synced), block.bytes, PADDING.subarray(0, padding)],
        segment.end,
      );
      segment.end += bytes;
      segment.last = block.to;
      this.#last = block.to;
    } catch (error) {
      throw this.#fail(`write events ${block.from} to ${block.to}`, error);
    }
    if (this.#unsynced.at(-1) !== this.#file) this.#unsynced.push(this.#file);
    this.#unsyncedBytes += bytes;
    if (this.#unsyncedBytes > MOST_UNSYNCED_BYTES) this.#sync();
  }

  /** Begins a new segment. The one before it is synced in its turn, and closed. */
  #roll(first: number): Segment {
    const name = segmentName(first);
    const head = segmentHead(first, false, this.#instruments);
    const file = this.#disk.open(name, 'create');
    file.write([head], 0);
    if (this.#file !== undefined && !this.#unsynced.includes(this.#file)) this.#file.close();
    this.#file = file;
    this.#unsyncedNames = true;
    const segment: Segment = { name, first, last: first - 1, end: head.length };
    this.#segments.push(segment);
    if (this.#retention !== undefined && this.#segments.length > 2) {
      this.#exclusively(() => this.#retain()).catch(() => {
        // It is told by whatever the journal is asked for next.
      });
    }
    return segment;
  }

  #sync(): void {
    this.#syncing ??= this.#syncWhileNeeded();
  }

  async #syncWhileNeeded(): Promise<void> {
    // Whatever else is appended in this turn goes with it.
    await Promise.resolve();
    while (
      this.#failure === undefined &&
      (this.#waiters.length > 0 || this.#unsyncedBytes > MOST_UNSYNCED_BYTES)
    ) {
      const upTo = this.#last;
      const files = this.#unsynced;
      this.#unsynced = [];
      this.#unsyncedBytes = 0;
      const names = this.#unsyncedNames;
      this.#unsyncedNames = false;
      try {
        for (const file of files) await file.sync();
        if (names) await this.#disk.syncNames();
      } catch (error) {
        this.#fail(`sync events up to ${upTo}`, error);
        break;
      }
      for (const file of files) if (file !== this.#file && !this.#unsynced.includes(file)) file.close();
      this.#synced = Math.max(this.#synced, Math.min(upTo, this.#last));
      const held = this.#waiters.filter(({ seq }) => seq <= upTo);
      this.#waiters = this.#waiters.filter(({ seq }) => seq > upTo);
      for (const { resolve } of held) resolve();
    }
    // In the same breath as the last look at who waits: whoever comes after finds nobody at work.
    this.#syncing = undefined;
  }

  /** Resolves when everything that was appended is on the disk. */
  async #syncAll(): Promise<void> {
    while (this.#synced < this.#last) await this.flushed(this.#last, 'fsync');
    await this.#syncing;
  }

  #exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#work.then(() => {
      this.#refuseClosed();
      return work();
    });
    this.#work = result.catch(() => {});
    return result;
  }

  /** Nothing is appended, and nothing is on its way to the disk, while the log is cut. */
  async #whileCutting(work: () => Promise<void>): Promise<void> {
    this.#cutting = true;
    try {
      await this.#syncAll();
      this.#file?.close();
      this.#file = undefined;
      this.#unsynced = [];
      await this.#guarded('cut the journal', work);
    } finally {
      this.#cutting = false;
    }
  }

  /** What stays of the segment that holds `seq` and goes on behind it. */
  async #keptOf(seq: number): Promise<{ segment: Segment; bytes: Uint8Array[] } | undefined> {
    const segment = this.#segments.find(({ first, last }) => first <= seq + 1 && last > seq);
    if (segment === undefined) return undefined;
    const bytes: Uint8Array[] = [segmentHead(segment.first, false, this.#instruments)];
    const keep = (block: Uint8Array): void => {
      const padding = aligned(block.length) - block.length;
      bytes.push(recordHead(block.length, 0), block, PADDING.subarray(0, padding));
    };
    if (seq >= segment.first) {
      for await (const block of readBlocks(this.#disk, segment.first - 1)) {
        if (block.to <= seq) keep(block.bytes);
        else {
          const events = decodeBlock(block.bytes).filter((event) => event.seq <= seq);
          if (events.length > 0) keep(this.#encoder.encode(events).bytes);
          break;
        }
      }
    }
    return { segment, bytes };
  }

  /** Removes the segments that begin behind `seq + 1`, the youngest first: a crash meanwhile leaves no gap. */
  async #removeBehind(seq: number): Promise<void> {
    for (let youngest = this.#segments.at(-1); youngest !== undefined; youngest = this.#segments.at(-1)) {
      if (youngest.first <= seq + 1) return;
      this.#disk.remove(youngest.name);
      await this.#disk.syncNames();
      this.#segments.pop();
    }
  }

  async #replace(segment: Segment, bytes: readonly Uint8Array[], last: number): Promise<void> {
    await this.#install(segment.name, bytes);
    segment.last = last;
    segment.end = bytes.reduce((sum, { length }) => sum + length, 0);
  }

  /** Puts a file in the place of another, whole or not at all. */
  async #install(name: string, bytes: readonly Uint8Array[]): Promise<void> {
    const file = this.#disk.open(`${name}${TEMPORARY}`, 'create');
    try {
      file.write(bytes, 0);
      await file.sync();
    } finally {
      file.close();
    }
    this.#disk.rename(`${name}${TEMPORARY}`, name);
    await this.#disk.syncNames();
  }

  async #removeSnapshots(which: (seq: number) => boolean): Promise<void> {
    const gone = snapshotsOf(this.#disk.list()).filter(which);
    if (gone.length === 0) return;
    for (const seq of gone) this.#disk.remove(snapshotName(seq));
    await this.#disk.syncNames();
  }

  async #retain(): Promise<void> {
    const retention = this.#retention;
    if (retention === undefined) return;
    await this.#guarded('remove what is too old', async () => {
      const spare = spareSnapshots(snapshotsOf(this.#disk.list()), retention);
      await this.#removeSnapshots((seq) => spare.includes(seq));
      const names = await removable(this.#disk, this.#segments, retention);
      for (const name of names) {
        // Oldest first, each for good before the next: a crash meanwhile leaves no gap.
        this.#disk.remove(name);
        await this.#disk.syncNames();
        this.#segments.shift();
      }
    });
  }

  async #guarded(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw error instanceof InputError ? error : this.#fail(what, error);
    }
  }

  /** The first error of the disk is the last thing that the journal does. */
  #fail(what: string, error: unknown): JournalError {
    if (this.#failure !== undefined) return this.#failure;
    const said = error instanceof Error ? error.message : String(error);
    this.#failure = new JournalError(
      `journal ${this.#disk.name} cannot ${what}: ${said}. Nothing is journalled any more; mend the disk and open it again`,
      { cause: error },
    );
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const { reject } of waiters) reject(this.#failure);
    return this.#failure;
  }

  #refuseLate(): void {
    this.#refuseClosed();
    if (this.#cutting)
      throw new InputError(`journal ${this.#disk.name} is being cut; append when that is done`);
    if (this.#closing !== undefined) throw new InputError(`journal ${this.#disk.name} is closed`);
  }

  #refuseClosed(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}
