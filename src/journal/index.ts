/**
 * The log on disk: the block codec, the journal of a folder, and what reads it again.
 *
 * @packageDocumentation
 */
export { BlockEncoder } from './block/block-encoder.js';
export { decodeBlock } from './block/decode-block.js';
export type { Disk, DiskFile } from './disk/disk.js';
export { MemoryDisk, type MemoryDiskOptions } from './disk/memory-disk.js';
export { JournalError } from './journal-error.js';
export { type JournalSource, type JournalSourceOptions, journalSource } from './journal-source.js';
export type { Block, Durability, JournalStore } from './journal-store.js';
export { followJournal } from './log/follow.js';
export type { CutTail } from './log/recover.js';
export type { Retention } from './log/retention.js';
export { type JournalOptions, type OpenJournal, openJournal } from './open-journal.js';
export { journalAcknowledgement, TurnJournal, type TurnJournalOptions } from './turn-journal.js';
