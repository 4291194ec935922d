import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { TimedEvent } from '../../src/domain/event.js';
import { checkEvent } from '../../src/domain/wire.js';
import type { RecordingSource } from '../../src/streams/recording/source.js';

/** A folder that is gone after the tests of the file; writes a file into it and gives its path. */
export function temporaryFolder(): {
  readonly path: string;
  write(name: string, content: string | Uint8Array): string;
} {
  const path = mkdtempSync(join(tmpdir(), 'millrace-'));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return {
    path,
    write(name, content) {
      const file = join(path, name);
      writeFileSync(file, content);
      return file;
    },
  };
}

/** Everything that a source gives, with the error that ended it, if any. */
export async function readAll(
  source: RecordingSource,
): Promise<{ readonly events: TimedEvent[]; readonly error: unknown; readonly bytesRead: number }> {
  const events: TimedEvent[] = [];
  let bytesRead = 0;
  try {
    for await (const batch of source.batches()) {
      for (const timed of batch.events) events.push(timed);
      bytesRead = batch.bytesRead;
    }
  } catch (error) {
    return { events, error, bytesRead };
  }
  return { events, error: undefined, bytesRead };
}

/** How many events of each kind, checked against the wire schema; throws when `ts` goes back. */
export async function countKinds(source: RecordingSource): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  let last = 0;
  for await (const { events } of source.batches()) {
    for (const { ts, event } of events) {
      checkEvent(event);
      if (!(ts >= last)) throw new Error(`ts ${ts} after ${last}`);
      last = ts;
      const { kind } = event;
      const key = kind === 'book' || kind === 'bookOrder' ? `${kind} ${event.action}` : kind;
      counts[key] = (counts[key] ?? 0) + 1;
    }
  }
  return counts;
}
