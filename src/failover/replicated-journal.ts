import type { Snapshot } from '../core/snapshot.js';
import type { SequencedEvent } from '../domain/event.js';
import type { Block, Durability, JournalStore } from '../journal/journal-store.js';
import { reignsIn } from './carried.js';
import { EncodingRehearsal } from './encoding-rehearsal.js';
import type { ReplicatedLog } from './ports.js';
import type { EpochStart } from './protocol/message.js';

/**
 * A journal that also knows whose reigns it holds: those behind its newest snapshot from their marks, those before it from
 * the snapshot, which carries them.
 */
export class ReplicatedJournal implements ReplicatedLog {
  readonly #journal: JournalStore;
  readonly #rehearsal = new EncodingRehearsal();
  #epochs: EpochStart[];

  private constructor(journal: JournalStore, epochs: EpochStart[]) {
    this.#journal = journal;
    this.#epochs = epochs;
  }

  /** Reads the marks of an open journal. */
  static async over(journal: JournalStore): Promise<ReplicatedJournal> {
    return new ReplicatedJournal(journal, await reignsOf(journal));
  }

  get last(): number {
    return this.#journal.last;
  }

  get first(): number {
    return this.#journal.first;
  }

  get epochs(): readonly EpochStart[] {
    return this.#epochs;
  }

  append(events: readonly SequencedEvent[]): Block {
    const block = this.#journal.append(events);
    this.#note(events);
    return block;
  }

  appendBlock(block: Block): readonly SequencedEvent[] {
    const events = this.#journal.appendBlock(block);
    this.#note(events);
    this.#rehearsal.sent(events);
    return events;
  }

  flushed(seq: number, durability: Durability): Promise<void> {
    return this.#journal.flushed(seq, durability);
  }

  blocks(after: number): AsyncIterable<Block> {
    return this.#journal.blocks(after);
  }

  events(after: number): AsyncIterable<readonly SequencedEvent[]> {
    return this.#journal.events(after);
  }

  async truncate(seq: number): Promise<void> {
    await this.#journal.truncate(seq);
    this.#epochs = this.#epochs.filter(({ firstSeq }) => firstSeq <= seq);
  }

  async restart(snapshot: Snapshot, epochs: readonly EpochStart[]): Promise<void> {
    await this.#journal.beginAt(snapshot);
    this.#epochs = epochs.filter(({ firstSeq }) => firstSeq <= snapshot.seq);
  }

  saveSnapshot(snapshot: Snapshot): Promise<void> {
    return this.#journal.saveSnapshot(snapshot);
  }

  newestSnapshot(upTo?: number): Promise<Snapshot | undefined> {
    return this.#journal.newestSnapshot(upTo);
  }

  close(): Promise<void> {
    return this.#journal.close();
  }

  #note(events: readonly SequencedEvent[]): void {
    for (const { seq, event } of events)
      if (event.kind === 'epoch') this.#epochs.push({ epoch: event.epoch, firstSeq: seq });
  }
}

async function reignsOf(journal: JournalStore): Promise<EpochStart[]> {
  const snapshot = await journal.newestSnapshot(journal.last);
  const reigns = snapshot === undefined ? [] : [...reignsIn(snapshot)];
  for await (const events of journal.events(snapshot?.seq ?? 0)) {
    for (const { seq, event } of events)
      if (event.kind === 'epoch') reigns.push({ epoch: event.epoch, firstSeq: seq });
  }
  return reigns;
}
