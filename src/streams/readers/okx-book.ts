import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { PutEvent } from '../recording/event-collector.js';
import { OKX_CHECKSUM } from './book-checksums.js';
import { ChecksummedBook } from './checksummed-book.js';
import { type Fields, listField, priceField, quantityField, refuseField } from './fields.js';
import { okxMillis } from './okx-events.js';

/** The book of one instrument on one connection of OKX: turns its messages into events and verifies their checksums. */
export class OkxBook {
  readonly #listed: ListedInstrument;
  readonly #book: ChecksummedBook = new ChecksummedBook(OKX_CHECKSUM);
  /** Whether the book is what the venue has; after a failure nothing is verified until a snapshot comes. */
  #trusted = false;

  constructor(listed: ListedInstrument) {
    this.#listed = listed;
  }

  lost(reason: string, ts: number, put: PutEvent): void {
    this.#trusted = false;
    put(ts, { kind: 'sync', instrument: this.#listed.id, venueTime: 0, state: 'unsynced', reason });
  }

  /**
   * Puts the event of a message. Where the checksum fails, `unsynced` comes first for a change, so that nobody sees
   * the wrong book, and last for a snapshot, since a snapshot makes a book whole.
   */
  apply(action: unknown, data: Fields, ts: number, put: PutEvent): void {
    if (action !== 'snapshot' && action !== 'update') refuseField('action', 'snapshot or update', action);
    const { checksum } = data;
    if (!Number.isSafeInteger(checksum)) refuseField('checksum', 'an integer', checksum);
    const venueTime = okxMillis(data);
    const snapshot = action === 'snapshot';
    if (snapshot) {
      this.#book.clear();
      this.#trusted = true;
    }
    const bids = this.#levels('bid', data['bids']);
    const asks = this.#levels('ask', data['asks']);
    this.#book.trim();
    const computed = this.#trusted ? this.#book.checksum() : checksum;
    const reason = `the checksum of the book is ${computed}, the venue says ${checksum}`;
    const wrong = computed !== checksum;
    if (wrong && !snapshot) this.lost(reason, ts, put);
    put(ts, {
      kind: 'book',
      instrument: this.#listed.id,
      venueTime,
      action: snapshot ? 'snapshot' : 'delta',
      first: -1,
      last: -1,
      previous: -1,
      bids,
      asks,
    });
    if (wrong && snapshot) this.lost(reason, ts, put);
  }

  #levels(side: 'bid' | 'ask', value: unknown): number[] {
    const flat: number[] = [];
    for (const item of listField(value, `${side}s`)) {
      const [price, quantity] = listField(item, `${side}s`);
      const ticks = priceField(this.#listed, price, `${side}s`);
      const lots = quantityField(this.#listed, quantity, `${side}s`);
      flat.push(ticks, lots);
      this.#book.set(side, ticks, price as string, lots === 0 ? undefined : (quantity as string));
    }
    return flat;
  }
}
