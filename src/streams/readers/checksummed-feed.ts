import type { Instrument } from '../../domain/instrument.js';
import { InstrumentTable, type ListedInstrument } from '../../domain/instrument-table.js';
import type { BookEvent, SyncEvent } from '../../domain/market-event.js';
import { type BookChecksum, ChecksummedBook } from './checksummed-book.js';
import { priceField, quantityField } from './fields.js';

/** Levels as the venue writes them, price and quantity, whose very digits go into the checksum; quantity 0 removes. */
export type WrittenLevels = readonly (readonly [price: string, quantity: string])[];

/** A message of a feed whose books carry checksums. */
export interface ChecksummedMessage {
  readonly action: 'snapshot' | 'delta';
  /** Unix milliseconds; 0: unknown. */
  readonly venueTime: number;
  readonly bids: WrittenLevels;
  readonly asks: WrittenLevels;
  /** What the venue says the book sums up to after this message. */
  readonly checksum: number;
}

/**
 * The book of one instrument on one connection whose messages carry checksums: turns them into events, and says when
 * the book is not what the venue has.
 *
 * ```
 * message  snapshot  delta  delta (checksum differs)  delta  snapshot
 * events   book      book   unsynced, book            book   book
 * ```
 *
 * Where the checksum of a change fails, `unsynced` comes first, so that nobody sees the wrong book; of a snapshot it comes
 * last, since a snapshot makes a book whole. After a failure nothing is verified until a snapshot comes. Levels that
 * fall out of the subscribed depth, of which the venue says nothing, are removed by the event of the message.
 *
 * @throws InputError when a price or quantity is none of the instrument's, or a side has more than 100,000 levels
 * @example
 * const feed = new ChecksummedFeed(BTC_USD, krakenChecksum(10));
 * for (const event of feed.apply({ action: 'delta', venueTime: 0, bids: [['190.00', '1.5']], asks: [], checksum })) emit(event);
 */
export class ChecksummedFeed {
  readonly #listed: ListedInstrument;
  readonly #book: ChecksummedBook;
  /** Whether the book was what the venue has when it was last verified. */
  #trusted = false;

  constructor(instrument: Instrument, checksum: BookChecksum) {
    this.#listed = new InstrumentTable([instrument]).at(0);
    this.#book = new ChecksummedBook(checksum);
  }

  /** What came before is no use any more, such as after a connection was lost: the event that tells so. */
  lost(reason: string): SyncEvent {
    this.#trusted = false;
    return { kind: 'sync', instrument: this.#listed.id, venueTime: 0, state: 'unsynced', reason };
  }

  apply({ action, venueTime, bids, asks, checksum }: ChecksummedMessage): readonly (BookEvent | SyncEvent)[] {
    // All of it is read before any of it is kept: a bad message leaves the book as it was.
    const bidLevels = this.#read(bids, 'bids');
    const askLevels = this.#read(asks, 'asks');
    const snapshot = action === 'snapshot';
    if (snapshot) {
      this.#book.clear();
      this.#trusted = true;
    }
    this.#set('bid', bidLevels, bids);
    this.#set('ask', askLevels, asks);
    this.#book.trim((side, ticks) => (side === 'bid' ? bidLevels : askLevels).push(ticks, 0));
    const event: BookEvent = {
      kind: 'book',
      instrument: this.#listed.id,
      venueTime,
      action,
      first: -1,
      last: -1,
      previous: -1,
      bids: bidLevels,
      asks: askLevels,
    };
    const computed = this.#trusted ? this.#book.checksum() : checksum;
    if (computed === checksum) return [event];
    const lost = this.lost(`the checksum of the book is ${computed}, the venue says ${checksum}`);
    return snapshot ? [event, lost] : [lost, event];
  }

  #read(levels: WrittenLevels, name: string): number[] {
    return levels.flatMap(([price, quantity]) => [
      priceField(this.#listed, price, name),
      quantityField(this.#listed, quantity, name),
    ]);
  }

  #set(side: 'bid' | 'ask', flat: readonly number[], levels: WrittenLevels): void {
    levels.forEach(([price, quantity], index) => {
      const removed = flat[2 * index + 1] === 0;
      this.#book.set(side, flat[2 * index] as number, price, removed ? undefined : quantity);
    });
  }
}
