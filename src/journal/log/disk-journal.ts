import type { Snapshot } from '../../core/snapshot.js';
import { InputError, show } from '../../domain/errors.js';
import type { SequencedEvent } from '../../domain/event.js';
import type { Instrument } from '../../domain/instrument.js';
import { BlockEncoder } from '../block/block-encoder.js';
import { decodeBlock } from '../block/decode-block.js';
import type { Disk, DiskFile } from '../disk/disk.js';
import { JournalError } from '../journal-error.js';
import type { Block, Durability, JournalStore } from '../journal-store.js';
import { install, keptOf, removeBehind, removeSnapshots, replaceSegment } from './cut-segments.js';
import { GroupSync } from './group-sync.js';
import { type Place, Places } from './places.js';
import { recordBytes, recordOf } from './record-frames.js';
import type { CutTail, Segment } from './recover.js';
import { type Retention, removable, spareSnapshots } from './retention.js';
import { segmentHead, segmentName } from './segment-format.js';
import { readBlocks } from './segments.js';
import { newestSnapshotOf, snapshotsOf, writeSnapshot } from './snapshot-files.js';

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
  #last: number;
  readonly #sync: GroupSync;
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
    this.#sync = new GroupSync(disk, this.#last, {
      last: () => this.#last,
      current: () => this.#file,
      failed: (what, error) => void this.#fail(what, error),
    });
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
    return durability === 'fsync' ? this.#sync.reached(seq) : Promise.resolve();
  }

  async *blocks(after: number): AsyncGenerator<Block, void, undefined> {
    this.#refuseClosed();
    const end = this.#last;
    if (after >= end) return;
    let read = after;
    const near = (name: string, seq: number): Place | undefined =>
      this.#segments.find((segment) => segment.name === name)?.places.before(seq);
    for await (const { from, to, bytes } of readBlocks(this.#disk, after, near)) {
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
        const disk = this.#disk;
        const kept = await keptOf(disk, this.#segments, seq, this.#instruments, this.#encoder);
        await removeSnapshots(disk, (at) => at > seq);
        await removeBehind(disk, this.#segments, seq);
        if (kept !== undefined) await replaceSegment(disk, kept, seq);
        this.#last = seq;
        this.#sync.cutTo(Math.min(this.#sync.synced, seq));
      });
    });
  }

  beginAt(snapshot: Snapshot): Promise<void> {
    return this.#exclusively(() =>
      this.#whileCutting(async () => {
        const { seq } = snapshot;
        await removeSnapshots(this.#disk, (at) => at >= seq);
        await removeBehind(this.#disk, this.#segments, seq);
        await writeSnapshot(this.#disk, snapshot, true);
        const name = segmentName(seq + 1);
        const head = segmentHead(seq + 1, true, this.#instruments);
        await install(this.#disk, name, [head]);
        for (const old of this.#segments.splice(0).reverse()) {
          if (old.name === name) continue;
          this.#disk.remove(old.name);
          await this.#disk.syncNames();
        }
        await removeSnapshots(this.#disk, (at) => at < seq);
        this.#segments.push({ name, first: seq + 1, last: seq, end: head.length, places: new Places() });
        this.#last = seq;
        this.#sync.cutTo(seq);
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
      if (this.#failure === undefined) await this.#sync.all();
    } finally {
      this.#file?.close();
      this.#unlock();
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  #put(block: Block): void {
    const bytes = recordBytes(block.bytes);
    try {
      let segment = this.#segments.at(-1);
      if (
        segment === undefined ||
        (segment.end + bytes > this.#segmentBytes && segment.last >= segment.first)
      )
        segment = this.#roll(block.from);
      this.#file ??= this.#disk.open(segment.name, 'write');
      this.#file.write(recordOf(block.bytes, this.#sync.synced), segment.end);
      segment.places.note(block.from, segment.end);
      segment.end += bytes;
      segment.last = block.to;
      this.#last = block.to;
    } catch (error) {
      throw this.#fail(`write events ${block.from} to ${block.to}`, error);
    }
    this.#sync.wrote(this.#file, bytes);
  }

  /** Begins a new segment. The one before it is synced in its turn, and closed. */
  #roll(first: number): Segment {
    const name = segmentName(first);
    const head = segmentHead(first, false, this.#instruments);
    const file = this.#disk.open(name, 'create');
    file.write([head], 0);
    if (this.#file !== undefined && !this.#sync.holds(this.#file)) this.#file.close();
    this.#file = file;
    this.#sync.named();
    const segment: Segment = { name, first, last: first - 1, end: head.length, places: new Places() };
    this.#segments.push(segment);
    if (this.#retention !== undefined && this.#segments.length > 2) {
      this.#exclusively(() => this.#retain()).catch(() => {
        // It is told by whatever the journal is asked for next.
      });
    }
    return segment;
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
      await this.#sync.all();
      this.#file?.close();
      this.#file = undefined;
      this.#sync.forget();
      await this.#guarded('cut the journal', work);
    } finally {
      this.#cutting = false;
    }
  }

  async #retain(): Promise<void> {
    const retention = this.#retention;
    if (retention === undefined) return;
    await this.#guarded('remove what is too old', async () => {
      const spare = spareSnapshots(snapshotsOf(this.#disk.list()), retention);
      await removeSnapshots(this.#disk, (seq) => spare.includes(seq));
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
    this.#sync.stop(this.#failure);
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
