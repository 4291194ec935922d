import { basename } from 'node:path';
import { InputError } from '../../domain/errors.js';
import type { TimedEvent } from '../../domain/event.js';
import type { Instrument } from '../../domain/instrument.js';
import type { MarketEvent } from '../../domain/market-event.js';
import { readLines } from './read-lines.js';
import { BATCH_EVENTS, type EventBatch, type RecordingSource } from './source.js';

/** Takes a decoded event, known at `ts` (Unix milliseconds). A `ts` that goes back is raised to the last one. */
export type PutEvent = (ts: number, event: MarketEvent) => void;

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

async function* decodeLines({
  path,
  decoder: make,
}: LineFormat): AsyncGenerator<EventBatch, void, undefined> {
  const decoder = make();
  let events: TimedEvent[] = [];
  let last = 0;
  const put: PutEvent = (ts, event) => {
    if (ts > last) last = ts;
    events.push({ ts: last, event });
  };
  let bytesRead = 0;
  let failure: { readonly error: unknown } | undefined;
  let place = '';
  try {
    for await (const block of readLines(path)) {
      bytesRead = block.bytesRead;
      for (let index = 0; index < block.lines.length; index++) {
        const text = block.lines[index] as string;
        if (text.length === 0 || text === '\r') continue;
        try {
          decoder.line(text, put);
        } catch (error) {
          const where = `${path}, line ${block.firstLine + index}`;
          throw located(block.cut ? `${where} (the file ends within it, without a line end)` : where, error);
        }
        if (events.length >= BATCH_EVENTS) {
          yield { events, bytesRead };
          events = [];
        }
      }
    }
    place = `${path}, at its end`;
    decoder.end?.(put);
  } catch (error) {
    failure = { error: place === '' ? error : located(place, error) };
  }
  // What was understood before the bad line is handed out first: a replay fails at the same place every time.
  if (events.length > 0) yield { events, bytesRead };
  if (failure !== undefined) throw failure.error;
}

/** The same error with its place in front; anything but bad input is a fault of ours and stays as it is. */
export function located(place: string, error: unknown): unknown {
  return error instanceof InputError ? new InputError(`${place}: ${error.message}`) : error;
}
