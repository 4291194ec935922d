import type { Snapshot } from '../../src/core/snapshot.js';
import { InputError } from '../../src/domain/errors.js';
import type { SequencedEvent } from '../../src/domain/event.js';
import type { ReplicatedLog } from '../../src/failover/ports.js';
import type { EpochStart } from '../../src/failover/protocol/message.js';
import type { Block, Durability } from '../../src/journal/journal-store.js';
import type { Chance } from './chance.js';
import type { HeapClock } from './heap-clock.js';
import type { Process } from './process.js';

interface Stored extends Block {
  readonly events: readonly SequencedEvent[];
}

/** What bytes stand for: the simulation encodes nothing. */
const CONTENT = new WeakMap<Uint8Array, readonly SequencedEvent[]>();

/** A member's disk: it outlives processes, and loses what a crash of the process or of the machine takes. */
export class SimDisk {
  blocks: Stored[] = [];
  base = 0;
  baseEpochs: readonly EpochStart[] = [];
  snapshots: Snapshot[] = [];
  /** The operating system has everything up to here. */
  written = 0;
  /** The disk has everything up to here. */
  synced = 0;
  full = false;
  /** How many machine starts there were. */
  boots = 1;

  get last(): number {
    return this.blocks.at(-1)?.to ?? this.base;
  }

  get epochs(): readonly EpochStart[] {
    const found: EpochStart[] = [...this.baseEpochs];
    for (const { events } of this.blocks)
      for (const { seq, event } of events)
        if (event.kind === 'epoch') found.push({ epoch: event.epoch, firstSeq: seq });
    return found;
  }

  /** What is left after the process died. */
  processDied(): void {
    this.#keep(this.written);
  }

  /** What is left after the machine died: some of what was not synced may have reached the disk, whole blocks only. */
  machineDied(chance: Chance): void {
    this.#keep(
      chance.happens(0.5) ? this.synced : chance.integer(this.synced, Math.max(this.synced, this.written)),
    );
    this.boots += 1;
  }

  /** An operator empties the folder. */
  clear(): void {
    this.base = 0;
    this.baseEpochs = [];
    this.blocks = [];
    this.snapshots = [];
    this.written = 0;
    this.synced = 0;
  }

  cut(seq: number): void {
    this.#keep(seq);
  }

  #keep(seq: number): void {
    if (seq < this.base) {
      this.base = 0;
      this.baseEpochs = [];
      this.blocks = [];
    }
    this.blocks = this.blocks.filter(({ to }) => to <= seq);
    this.snapshots = this.snapshots.filter((snapshot) => snapshot.seq <= this.last);
    this.written = Math.min(this.written, this.last);
    this.synced = Math.min(this.synced, this.last);
  }

  /** Removes whole blocks that a snapshot stands for. */
  retain(): void {
    const snapshot = this.snapshots.at(-1);
    if (snapshot === undefined || snapshot.seq > this.synced) return;
    const gone = this.blocks.filter(({ to }) => to <= snapshot.seq);
    if (gone.length === 0) return;
    const base = (gone.at(-1) as Stored).to;
    this.baseEpochs = this.epochs.filter(({ firstSeq }) => firstSeq <= base);
    this.blocks = this.blocks.filter(({ to }) => to > base);
    this.base = base;
  }
}

/** The journal of one process on its member's disk. */
export class SimLog implements ReplicatedLog {
  readonly #disk: SimDisk;
  readonly #process: Process;
  readonly #chance: Chance;
  readonly #clock: HeapClock;
  #failed: Error | undefined;
  #wait = 0;
  #cuts = 0;

  constructor(disk: SimDisk, process: Process, chance: Chance, clock: HeapClock) {
    this.#disk = disk;
    this.#process = process;
    this.#chance = chance;
    this.#clock = clock;
  }

  get last(): number {
    return this.#disk.last;
  }

  get first(): number {
    return this.#disk.base + 1;
  }

  get epochs(): readonly EpochStart[] {
    return this.#disk.epochs;
  }

  append(events: readonly SequencedEvent[]): Block {
    this.#check();
    const from = (events[0] as SequencedEvent).seq;
    if (from !== this.last + 1) throw new InputError(`seq ${from} does not follow ${this.last}`);
    const bytes = new Uint8Array(64 * events.length);
    CONTENT.set(bytes, events);
    return this.#push({ from, to: (events.at(-1) as SequencedEvent).seq, bytes, events });
  }

  appendBlock(block: Block): readonly SequencedEvent[] {
    this.#check();
    const events = CONTENT.get(block.bytes);
    if (events === undefined) throw new InputError('the block is damaged');
    if (block.from !== this.last + 1) throw new InputError(`seq ${block.from} does not follow ${this.last}`);
    this.#push({ ...block, events });
    return events;
  }

  async flushed(seq: number, durability: Durability): Promise<void> {
    const disk = this.#disk;
    const slow = durability === 'fsync' ? this.#chance.between(0.5, 5) : this.#chance.between(0.02, 0.4);
    const cuts = this.#cuts;
    await this.#process.promise(slow, () => {
      this.#check();
      if (cuts !== this.#cuts) return;
      disk.written = Math.max(disk.written, Math.min(seq, disk.last));
      if (durability === 'fsync') disk.synced = disk.written;
    });
  }

  async *blocks(after: number): AsyncIterable<Block> {
    await this.#process.promise(this.#chance.between(0.1, 1), () => {});
    for (const block of [...this.#disk.blocks]) if (block.to > after) yield block;
  }

  async *events(after: number): AsyncIterable<readonly SequencedEvent[]> {
    for (const { events, to } of [...this.#disk.blocks])
      if (to > after) yield events.filter(({ seq }) => seq > after);
  }

  async truncate(seq: number): Promise<void> {
    await this.#process.promise(this.#chance.between(0.1, 2), () => {
      this.#check();
      this.#cuts += 1;
      this.#disk.cut(seq);
    });
  }

  async restart(snapshot: Snapshot, epochs: readonly EpochStart[]): Promise<void> {
    await this.#process.promise(this.#chance.between(0.1, 2), () => {
      this.#check();
      this.#cuts += 1;
      const disk = this.#disk;
      disk.blocks = [];
      disk.base = snapshot.seq;
      disk.baseEpochs = epochs;
      disk.snapshots = [snapshot];
      disk.written = snapshot.seq;
      disk.synced = snapshot.seq;
    });
  }

  async saveSnapshot(snapshot: Snapshot): Promise<void> {
    const cuts = this.#cuts;
    await this.#process.promise(this.#chance.between(0.5, 5), () => {
      this.#check();
      if (cuts !== this.#cuts || snapshot.seq > this.#disk.last) return;
      this.#disk.snapshots = [...this.#disk.snapshots, snapshot].sort((x, y) => x.seq - y.seq).slice(-2);
      if (this.#chance.happens(0.5)) this.#disk.retain();
    });
  }

  async newestSnapshot(upTo: number = Number.POSITIVE_INFINITY): Promise<Snapshot | undefined> {
    await this.#process.promise(this.#chance.between(0.1, 1), () => {});
    return this.#disk.snapshots.findLast(({ seq }) => seq <= upTo);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #push(block: Stored): Block {
    const disk = this.#disk;
    disk.blocks.push(block);
    // Whether anyone waits for it or not, the operating system and the disk get it in the end.
    if (this.#clock.now >= this.#wait) {
      this.#wait = this.#clock.now + 5;
      const cuts = this.#cuts;
      this.#process.after(1, () => {
        if (cuts === this.#cuts && this.#failed === undefined) disk.written = disk.last;
      });
      this.#process.after(20, () => {
        if (cuts === this.#cuts && this.#failed === undefined) disk.synced = disk.written;
      });
    }
    return block;
  }

  #check(): void {
    if (this.#disk.full) this.#failed ??= new Error('ENOSPC: no space left on device');
    if (this.#failed !== undefined) throw this.#failed;
  }
}
