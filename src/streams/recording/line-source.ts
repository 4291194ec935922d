import { basename } from 'node:path';
import type { Instrument } from '../../domain/instrument.js';
import { type Damage, EventCollector, type PutEvent } from './event-collector.js';
import { mentionedIn } from './mentioned-instruments.js';
import { readLines } from './read-lines.js';
import type { EventBatch, RecordingSource } from './source.js';

/** Decodes the lines of one pass over a file; it may keep state from line to line. */
export interface LineDecoder {
  /** @throws InputError naming the field and the value; file and line are added to it */
  line(text: string, put: PutEvent): void;
  /** Called after the last line, for what was held back. */
  end?(put: PutEvent): void;
}

/** What a format of lines must say to become a source. */
export interface LineFormat {
  readonly path: string;
  readonly bytesTotal: number;
  readonly instruments: readonly Instrument[];
  /** What becomes of a bad line. @default "refuse" */
  readonly damage?: Damage | undefined;
  /** Whether a line that cannot be understood is surely no change of a book. @default it may be one */
  readonly leavesBooks?: (text: string) => boolean;
  /** Makes a fresh decoder for every pass. */
  decoder(): LineDecoder;
}

/** A source of market events from a text file, line by line. */
export function lineSource(format: LineFormat): RecordingSource {
  return {
    name: basename(format.path),
    kind: 'market',
    bytesTotal: format.bytesTotal,
    instruments: format.instruments,
    batches: () => decodeLines(format),
  };
}

async function* decodeLines(format: LineFormat): AsyncGenerator<EventBatch, void, undefined> {
  const { path, damage, instruments, leavesBooks = () => false } = format;
  const decoder = format.decoder();
  const collector = new EventCollector(path, basename(path), damage);
  let bytesRead = 0;
  let failure: { readonly error: unknown } | undefined;
  try {
    for await (const block of readLines(path)) {
      bytesRead = block.bytesRead;
      for (let index = 0; index < block.lines.length; index++) {
        const text = block.lines[index] as string;
        if (text.length === 0 || text === '\r') continue;
        try {
          decoder.line(text, collector.put);
          collector.understood();
        } catch (error) {
          const line = `line ${block.firstLine + index}`;
          collector.bad(error, {
            place: block.cut ? `${line} (the file ends within it, without a line end)` : line,
            mayConcern: leavesBooks(text) ? () => false : mentionedIn(text, instruments),
          });
        }
        if (collector.full) yield { events: collector.take(), bytesRead };
      }
    }
    try {
      decoder.end?.(collector.put);
    } catch (error) {
      collector.bad(error, { place: 'at its end', mayConcern: () => true });
    }
    collector.end();
  } catch (error) {
    failure = { error };
  }
  // What was understood before the bad line is handed out first: a replay fails at the same place every time.
  const events = collector.take();
  if (events.length > 0) yield { events, bytesRead };
  if (failure !== undefined) throw failure.error;
}
