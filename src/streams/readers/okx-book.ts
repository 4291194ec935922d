import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { PutEvent } from '../recording/event-collector.js';
import { OKX_CHECKSUM } from './book-checksums.js';
import { ChecksummedFeed, type WrittenLevels } from './checksummed-feed.js';
import { type Fields, listField, refuseField, textField } from './fields.js';
import { okxMillis } from './okx-events.js';

/** The book of one instrument on one connection of OKX: turns its messages into events and verifies their checksums. */
export class OkxBook {
  readonly #feed: ChecksummedFeed;

  constructor({ definition }: ListedInstrument) {
    this.#feed = new ChecksummedFeed(definition, OKX_CHECKSUM);
  }

  lost(reason: string, ts: number, put: PutEvent): void {
    put(ts, this.#feed.lost(reason));
  }

  apply(action: unknown, data: Fields, ts: number, put: PutEvent): void {
    if (action !== 'snapshot' && action !== 'update') refuseField('action', 'snapshot or update', action);
    const { checksum } = data;
    if (!Number.isSafeInteger(checksum)) refuseField('checksum', 'an integer', checksum);
    const events = this.#feed.apply({
      action: action === 'snapshot' ? 'snapshot' : 'delta',
      venueTime: okxMillis(data),
      bids: levels(data, 'bids'),
      asks: levels(data, 'asks'),
      checksum: checksum as number,
    });
    for (const event of events) put(ts, event);
  }
}

const levels = (data: Fields, name: 'bids' | 'asks'): WrittenLevels =>
  listField(data[name], name).map((item) => {
    const [price, quantity] = listField(item, name);
    return [textField(price, name), textField(quantity, name)];
  });
