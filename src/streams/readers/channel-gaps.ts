import type { InstrumentId } from '../../domain/brand.js';
import type { PutEvent } from '../recording/event-collector.js';

/** Databento's `F_MAYBE_BAD_BOOK`: packets of the channel are lost for good. */
const MAYBE_BAD_BOOK = 4;

/**
 * Passes on what the publisher of order-by-order data says of packets that it lost: the instrument's `sync` event,
 * once until its rows are sound again.
 *
 * The rows' own `sequence` proves nothing: it counts the messages of a channel that other instruments share, so that it
 * skips numbers in a complete file too.
 */
export class ChannelGaps {
  readonly #told = new Set<InstrumentId>();

  /** @param flags of the row that follows */
  note(instrument: InstrumentId, flags: number, ts: number, put: PutEvent): void {
    if ((flags & MAYBE_BAD_BOOK) === 0) {
      if (this.#told.size > 0) this.#told.delete(instrument);
      return;
    }
    if (this.#told.has(instrument)) return;
    this.#told.add(instrument);
    const reason = 'the publisher lost packets of the channel: the book may be wrong';
    put(ts, { kind: 'sync', instrument, venueTime: 0, state: 'unsynced', reason });
  }
}
