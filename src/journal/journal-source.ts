import { basename } from 'node:path';
import type { Snapshot } from '../core/snapshot.js';
import { InputError } from '../domain/errors.js';
import type { SequencedEvent } from '../domain/event.js';
import type { Instrument } from '../domain/instrument.js';
import { decodeBlock } from './block/decode-block.js';
import type { Disk } from './disk/disk.js';
import { existingDisk } from './disk/node-disk.js';
import { headOf, type ReadEnd, readBlocks, segmentNames } from './log/segments.js';
import { newestSnapshotOf } from './log/snapshot-files.js';

/** A journal as a recording: what `reenact` takes. */
export interface JournalSource {
  readonly name: string;
  readonly kind: 'journal';
  readonly bytesTotal: number;
  readonly instruments: readonly Instrument[];
  batches(): AsyncIterable<{ readonly events: readonly SequencedEvent[]; readonly bytesRead: number }>;
  /** The newest whole snapshot at or before `upTo`, to begin from. */
  newestSnapshot(upTo?: number): Promise<Snapshot | undefined>;
}

/** What of a journal is read. */
export interface JournalSourceOptions {
  /** Events up to this seq are passed over. @default what the journal still has */
  readonly after?: number;
  /** Told what stands behind the last whole block, if anything does: a torn tail, or a block being written. */
  readonly onTornTail?: (reason: string) => void;
}

/**
 * The journal of a folder, read only: it may be in use. Each pass reads to the end as it then is.
 *
 * @throws InputError when there is none, or it is damaged
 * @example
 * const source = await journalSource('journal');
 * const restore = await source.newestSnapshot(upTo);
 * reenact(core, source, { upTo, ...(restore && { restore }) }).subscribe(...);
 */
export async function journalSource(
  folder: string | Disk,
  options: JournalSourceOptions = {},
): Promise<JournalSource> {
  const disk = typeof folder === 'string' ? existingDisk(folder) : folder;
  const names = segmentNames(listOf(disk));
  const youngest = names.at(-1);
  if (youngest === undefined) throw new InputError(`${disk.name}: the folder holds no journal`);
  let bytesTotal = 0;
  let instruments: readonly Instrument[] = [];
  for (const name of names) {
    const file = disk.open(name, 'read');
    bytesTotal += file.size();
    if (name === youngest) instruments = (await headOf(disk, name, file))?.instruments ?? [];
    file.close();
  }
  return {
    name: basename(disk.name),
    kind: 'journal',
    bytesTotal,
    instruments,
    batches: () => readBatches(disk, options),
    newestSnapshot: (upTo = Number.POSITIVE_INFINITY) => newestSnapshotOf(disk, upTo),
  };
}

function listOf(disk: Disk): readonly string[] {
  try {
    return disk.list();
  } catch (error) {
    throw new InputError(`${disk.name}: the folder cannot be read: ${(error as Error).message}`);
  }
}

async function* readBatches(
  disk: Disk,
  { after, onTornTail }: JournalSourceOptions,
): AsyncGenerator<{ events: readonly SequencedEvent[]; bytesRead: number }, void, undefined> {
  const oldest = segmentNames(disk.list())[0];
  const begin = after ?? Number(/\d{16}/.exec(oldest ?? '0000000000000001')?.[0]) - 1;
  const reading = readBlocks(disk, begin);
  let bytesRead = 0;
  let step: IteratorResult<{ bytes: Uint8Array; file: string; at: number }, ReadEnd>;
  for (step = await reading.next(); !step.done; step = await reading.next()) {
    const { bytes, file, at } = step.value;
    bytesRead += bytes.length;
    let events: readonly SequencedEvent[];
    try {
      events = decodeBlock(bytes);
    } catch (error) {
      throw error instanceof InputError
        ? new InputError(`${disk.name}, ${file}, byte ${at}: ${error.message}`)
        : error;
    }
    yield { events: events.filter(({ seq }) => seq > begin), bytesRead };
  }
  if (step.value.bad !== undefined) onTornTail?.(step.value.bad);
}
