import type { InstrumentId } from '../../domain/brand.js';
import type { PutEvent } from '../recording/event-collector.js';

/** Databento's `F_MAYBE_BAD_BOOK`: packets of the channel are lost for good. */
const MAYBE_BAD_BOOK = 4;

/**
 * Passes on what the publisher says of packets that it lost: the instrument's `sync` event, once until its rows are
 * sound again. A top of book from in between may be wrong as well, and would make its market known again: readers leave
 * it out.
 *
 * The rows' own `sequence` proves nothing: it counts the messages of a channel that other instruments share, so that it
 * skips numbers in a complete file too.
 */
export class ChannelGaps {
  readonly #told = new Set<InstrumentId>();

  /** @param flags of the row that follows; gives whether the book is sound by them */
  note(instrument: InstrumentId, flags: number, ts: number, put: PutEvent): boolean {
    if ((flags & MAYBE_BAD_BOOK) === 0) {
      if (this.#told.size > 0) this.#told.delete(instrument);
      return true;
    }
    if (this.#told.has(instrument)) return false;
    this.#told.add(instrument);
    const reason = 'the publisher lost packets of the channel: the book may be wrong';
    put(ts, { kind: 'sync', instrument, venueTime: 0, state: 'unsynced', reason });
    return false;
  }
}
