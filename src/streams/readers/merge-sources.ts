import { ConfigurationError } from '../../domain/errors.js';
import type { TimedEvent } from '../../domain/event.js';
import type { Instrument } from '../../domain/instrument.js';
import { BATCH_EVENTS, type EventBatch, type RecordingSource } from '../recording/source.js';

/**
 * One source of several, ordered by `ts`; events of the same `ts` in the order of the sources.
 *
 * ```
 * spot     a---c---e|
 * futures  -b--d|
 *          mergeSources([spot, futures])
 * output   ab--cd--e|
 * ```
 *
 * One batch of each is in memory. Recordings are comparable only when their clocks are: a `ts` taken from a venue
 * (Coinbase Pro) and one taken from a recorder's clock that runs behind are merged as they stand.
 *
 * @throws ConfigurationError when there is no source, one is a journal, or two define an instrument differently
 *
 * @example
 * const both = mergeSources([spotRecording, futuresRecording]);
 */
export function mergeSources(sources: readonly RecordingSource[]): RecordingSource {
  if (sources.length === 0) throw new ConfigurationError('mergeSources takes at least one source, not none');
  for (const { name, kind } of sources) {
    if (kind !== 'market')
      throw new ConfigurationError(
        `source ${name} must be of market events, not a ${kind}: it cannot be merged`,
      );
  }
  return {
    name: sources.map(({ name }) => name).join(' + '),
    kind: 'market',
    bytesTotal: sources.reduce((sum, { bytesTotal }) => sum + bytesTotal, 0),
    instruments: unionOf(sources),
    batches: () => mergeBatches(sources),
  };
}

function unionOf(sources: readonly RecordingSource[]): readonly Instrument[] {
  const union = new Map<string, Instrument>();
  for (const { name, instruments } of sources) {
    for (const definition of instruments) {
      const known = union.get(definition.id);
      if (known !== undefined && (known.tick !== definition.tick || known.lot !== definition.lot)) {
        throw new ConfigurationError(
          `source ${name} has tick ${definition.tick} and lot ${definition.lot} for ${definition.id}, another has ` +
            `${known.tick} and ${known.lot}: give both the same definition in "instruments"`,
        );
      }
      if (known === undefined) union.set(definition.id, definition);
    }
  }
  return [...union.values()];
}

/** The next event of one source, and how far that source is. */
class Cursor {
  bytesRead = 0;
  #events: readonly TimedEvent[] = [];
  #next = 0;
  readonly #batches: AsyncIterator<EventBatch>;

  constructor(source: RecordingSource) {
    this.#batches = source.batches()[Symbol.asyncIterator]();
  }

  get head(): TimedEvent | undefined {
    return this.#events[this.#next];
  }

  /** Moves on within the batch in memory; `false` at its end, where {@link load} must follow. */
  advance(): boolean {
    return ++this.#next < this.#events.length;
  }

  /** Loads the next batch that holds anything. Afterwards `head` is absent only at the end of the source. */
  async load(): Promise<void> {
    this.#events = [];
    this.#next = 0;
    while (this.#events.length === 0) {
      const batch = await this.#batches.next();
      if (batch.done) return;
      this.#events = batch.value.events;
      this.bytesRead = batch.value.bytesRead;
    }
  }

  async close(): Promise<void> {
    await this.#batches.return?.();
  }
}

async function* mergeBatches(
  sources: readonly RecordingSource[],
): AsyncGenerator<EventBatch, void, undefined> {
  const cursors = sources.map((source) => new Cursor(source));
  const batch = (events: readonly TimedEvent[]): EventBatch => ({
    events,
    bytesRead: cursors.reduce((sum, { bytesRead }) => sum + bytesRead, 0),
  });
  let events: TimedEvent[] = [];
  let failure: { readonly error: unknown } | undefined;
  try {
    for (const cursor of cursors) await cursor.load();
    for (;;) {
      const first = earliest(cursors);
      if (first === undefined) break;
      // As long as this source is ahead of all others, there is nothing to compare.
      const rival = earliest(cursors, first);
      const until = rival?.head?.ts ?? Number.POSITIVE_INFINITY;
      const winsTies = rival === undefined || cursors.indexOf(first) < cursors.indexOf(rival);
      let more = true;
      while (more) {
        const head = first.head as TimedEvent;
        if (head.ts > until || (head.ts === until && !winsTies)) break;
        events.push(head);
        more = first.advance();
        if (events.length >= BATCH_EVENTS) {
          yield batch(events);
          events = [];
        }
      }
      if (!more) await first.load();
    }
  } catch (error) {
    failure = { error };
  } finally {
    for (const cursor of cursors) await cursor.close();
  }
  if (events.length > 0) yield batch(events);
  if (failure !== undefined) throw failure.error;
}

/** The cursor with the least `ts`, the first of equals, leaving one out. */
function earliest(cursors: readonly Cursor[], except?: Cursor): Cursor | undefined {
  let best: Cursor | undefined;
  for (const cursor of cursors) {
    if (cursor === except || cursor.head === undefined) continue;
    if (best?.head === undefined || cursor.head.ts < best.head.ts) best = cursor;
  }
  return best;
}
