import type { TimedEvent } from '../../domain/event.js';
import type { Instrument } from '../../domain/instrument.js';

/** Some events of a recording, in order, and how far into the file the reader is with them. */
export interface EventBatch {
  readonly events: readonly TimedEvent[];
  /** Bytes of the file, as stored (compressed), that have been consumed so far. */
  readonly bytesRead: number;
}

/**
 * A recording that can be read any number of times, from its beginning, with bounded memory.
 *
 * `ts` never goes back within a source; where a format's own clock does, its reader says what it makes of it.
 * What is wrong with the file ends `batches()` with one `InputError` that names the file and the place; what
 * came before that place has been handed out by then.
 */
export interface RecordingSource {
  /** The file's name, for progress and messages. */
  readonly name: string;
  /** `market`: events from outside, as they came. `journal`: a log of sequenced events. */
  readonly kind: 'market' | 'journal';
  readonly bytesTotal: number;
  /** Definitions of the instruments that the events are about. */
  readonly instruments: readonly Instrument[];
  /** Starts reading. Ending the iteration early closes the file. */
  batches(): AsyncIterable<EventBatch>;
}

/** How many events a batch holds at most, give or take those of one message. */
export const BATCH_EVENTS = 512;
