import { integerAtLeast, knownKeys, positiveNumber } from '../domain/check.js';
import { ConfigurationError, InputError } from '../domain/errors.js';
import type { Instrument } from '../domain/instrument.js';
import type { Disk } from './disk/disk.js';
import { nodeDisk } from './disk/node-disk.js';
import { JournalError } from './journal-error.js';
import type { JournalStore } from './journal-store.js';
import { DiskJournal } from './log/disk-journal.js';
import { type CutTail, recover } from './log/recover.js';
import type { Retention } from './log/retention.js';

/** Where a journal is and how it is kept. */
export interface JournalOptions {
  /** The folder, made when it is missing. It belongs to one journal at a time. */
  readonly folder?: string;
  /** The file system, for simulations; in place of `folder`. */
  readonly disk?: Disk;
  /** Size at which a new segment is begun. @default 67108864 */
  readonly segmentBytes?: number;
  /** What may be forgotten. @default nothing */
  readonly retention?: Retention;
  /** Definitions that readers are told. @default those that the journal holds */
  readonly instruments?: readonly Instrument[];
}

/** A journal on a disk: the agreed interface, and what was found when it was opened. */
export interface OpenJournal extends JournalStore {
  /** The tail that a crash had torn, if any: it is cut off. */
  readonly cut: CutTail | undefined;
}

/**
 * Opens the journal of a folder, or begins one: takes its lock, cuts a torn tail.
 *
 * ```
 * append    -a-b-c--d--
 * written   -a-b-c--d--    within the call
 * fsync     ----(ab)-(cd)  one fdatasync for all that came meanwhile
 * ```
 *
 * @throws ConfigurationError for options that cannot be, or a folder that another process has; InputError when events
 * are damaged that were on the disk for sure; JournalError when the disk fails
 * @example
 * const journal = await openJournal({ folder: 'journal' });
 * journal.append(events);
 * await journal.flushed(journal.last, 'fsync');
 */
export async function openJournal(options: JournalOptions): Promise<OpenJournal> {
  knownKeys('openJournal', options, ['folder', 'disk', 'segmentBytes', 'retention', 'instruments']);
  const { folder, retention } = options;
  if ((folder === undefined) === (options.disk === undefined))
    throw new ConfigurationError('openJournal takes either a folder or a disk');
  const segmentBytes = integerAtLeast(
    'openJournal.segmentBytes',
    options.segmentBytes ?? 64 * 1024 * 1024,
    1_024,
  );
  if (retention !== undefined) {
    knownKeys('openJournal.retention', retention, ['snapshots', 'bytes', 'age']);
    if (retention.snapshots !== undefined)
      integerAtLeast('openJournal.retention.snapshots', retention.snapshots, 1);
    if (retention.bytes !== undefined) integerAtLeast('openJournal.retention.bytes', retention.bytes, 1);
    if (retention.age !== undefined) positiveNumber('openJournal.retention.age', retention.age);
  }
  const disk = options.disk ?? nodeDisk(folder as string);
  const unlock = disk.lock();
  try {
    const { segments, instruments, cut } = await recover(disk);
    return new DiskJournal({
      disk,
      segments,
      instruments: options.instruments ?? instruments,
      segmentBytes,
      retention,
      cut,
      unlock,
    });
  } catch (error) {
    unlock();
    if (error instanceof InputError || error instanceof ConfigurationError) throw error;
    throw new JournalError(`journal ${disk.name} cannot be opened: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
