import type { Instrument } from '../../domain/instrument.js';
import type { BookEvent } from '../../domain/market-event.js';
import { lotsOf, ticksOf } from './on-grid.js';

/** A plain price and the plain quantity there; 0 removes the level. */
export type LevelFixture = readonly [price: number, quantity: number];

/** A whole book as a test states it. */
export interface BookSnapshotFixture {
  readonly bids?: readonly LevelFixture[];
  readonly asks?: readonly LevelFixture[];
  /** The venue's id of the last update in it. @default -1: the venue numbers nothing */
  readonly last?: number;
}

/** Changed levels as a test states them. */
export interface BookDeltaFixture {
  readonly bids?: readonly LevelFixture[];
  readonly asks?: readonly LevelFixture[];
  /** First and last id of the updates in it, as Binance spot says them. @default -1, or `last` */
  readonly first?: number;
  /** @default -1, or `first` */
  readonly last?: number;
  /** Last id of the delta before, as Binance futures say it. @default -1 */
  readonly previous?: number;
}

/**
 * A whole book of price levels.
 *
 * @throws InputError for a price or quantity off the instrument's grid
 * @example
 * bookSnapshot(BTC, { bids: [[99, 1], [98, 2]], asks: [[101, 1]], last: 7 });
 */
export function bookSnapshot(instrument: Instrument, fixture: BookSnapshotFixture): BookEvent {
  const { last = -1 } = fixture;
  return book(instrument, 'snapshot', fixture, { first: -1, last, previous: -1 });
}

/**
 * Changed levels of a book.
 *
 * @throws InputError for a price or quantity off the instrument's grid
 * @example
 * bookDelta(BTC, { first: 8, last: 9, bids: [[99, 0]] }); // the best bid is gone
 */
export function bookDelta(instrument: Instrument, fixture: BookDeltaFixture): BookEvent {
  const { first = fixture.last ?? -1, last = fixture.first ?? -1, previous = -1 } = fixture;
  return book(instrument, 'delta', fixture, { first, last, previous });
}

function book(
  instrument: Instrument,
  action: BookEvent['action'],
  { bids = [], asks = [] }: BookSnapshotFixture,
  ids: Pick<BookEvent, 'first' | 'last' | 'previous'>,
): BookEvent {
  const flat = (levels: readonly LevelFixture[]): number[] =>
    levels.flatMap(([price, quantity]) => [ticksOf(instrument, price), lotsOf(instrument, quantity)]);
  return {
    kind: 'book',
    instrument: instrument.id,
    venueTime: 0,
    action,
    ...ids,
    bids: flat(bids),
    asks: flat(asks),
  };
}
