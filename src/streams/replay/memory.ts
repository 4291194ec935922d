import type { Journal } from '../../core/run-options.js';
import type { SequencedEvent, TimedEvent } from '../../domain/event.js';
import type { Instrument } from '../../domain/instrument.js';
import type { RecordingSource } from '../recording/source.js';

/**
 * Events in memory as a recording, for tests and small studies. `ts` must not go back.
 *
 * @example
 * const recording = recordingOf([{ ts: 1_000, event: first }, { ts: 2_000, event: second }], [btc]);
 */
export function recordingOf(
  events: readonly TimedEvent[],
  instruments: readonly Instrument[] = [],
): RecordingSource {
  return inMemory('recording in memory', 'market', events, instruments);
}

/**
 * A journal in memory: what a run logs, ready to be re-enacted.
 *
 * @example
 * const journal = new MemoryJournal();
 * run(core, { clock, drivers, journal }).subscribe();
 */
export class MemoryJournal implements Journal {
  readonly events: SequencedEvent[] = [];

  append(event: SequencedEvent): void {
    this.events.push(event);
  }

  /** The log as a source for `reenact`. */
  source(): RecordingSource {
    return inMemory('journal in memory', 'journal', this.events, []);
  }
}

function inMemory(
  name: string,
  kind: RecordingSource['kind'],
  events: readonly TimedEvent[],
  instruments: readonly Instrument[],
): RecordingSource {
  return {
    name,
    kind,
    bytesTotal: events.length,
    instruments,
    async *batches() {
      yield { events, bytesRead: events.length };
    },
  };
}
