import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { InputError } from '../../domain/errors.js';
import type { SequencedEvent } from '../../domain/event.js';
import { existingDisk } from '../../journal/disk/node-disk.js';
import { journalSource } from '../../journal/index.js';
import { openOwnRecording } from '../../streams/index.js';
import type { RecordingSource } from '../../streams/recording/index.js';

/** A journal to read: a folder, one of its segments, or a recording of our own. @throws InputError for anything else */
export async function openLog(path: string, tail: (reason: string) => void): Promise<RecordingSource> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new InputError(`${path}: there is no such file or folder; name a journal`);
  if (found.isDirectory()) return journalSource(path, { onTornTail: tail });
  if (path.endsWith('.mrj')) {
    const name = basename(path);
    const folder = existingDisk(dirname(path));
    return journalSource({ ...folder, list: () => [name] }, { onTornTail: tail });
  }
  return openOwnRecording(path, {
    onTornTail: ({ file, offset, reason }) => tail(`${file}, byte ${offset}: ${reason}`),
  });
}

/** Events of a log with their places; those of a recording of market events are counted from 1. */
export async function* eventsOf(source: RecordingSource): AsyncGenerator<readonly SequencedEvent[]> {
  let count = 0;
  for await (const { events } of source.batches()) {
    if (source.kind === 'journal') yield events as readonly SequencedEvent[];
    else
      yield events.map((event) => {
        count++;
        return { seq: count, ...event };
      });
  }
}
