import { describe, expect, it } from 'vitest';
import { L2Book } from '../../src/books/index.js';
import { ConfigurationError } from '../../src/domain/errors.js';
import { delta, snapshot } from './events.js';
import { levelsOf } from './levels-of.js';

const spot = (first: number, last: number, bids: number[] = []) => delta(bids, [], { first, last });
const futures = (previous: number, first: number, last: number, bids: number[] = []) =>
  delta(bids, [], { previous, first, last });

describe('L2Book', () => {
  it('syncs at once on a snapshot, and applies deltas without ids as they come', () => {
    const book = new L2Book();
    expect(book.apply(delta([10, 1], []))).toBe('stale');
    expect(book.state).toBe('unsynced');
    expect(book.apply(snapshot([10, 5, 9, 2], [12, 4]))).toBe('applied');
    expect([book.state, book.reason, book.bestBid, book.bestAsk]).toEqual(['synced', '', 10, 12]);
    expect(book.apply(delta([10, 0], [11, 7]))).toBe('applied');
    expect([book.bestBid, book.bestBidQuantity, book.bestAsk]).toEqual([9, 2, 11]);
  });

  it('replays on top of a snapshot what came before it (spot ids)', () => {
    const book = new L2Book();
    expect(book.apply(spot(1, 5, [10, 1]))).toBe('buffered');
    expect(book.apply(spot(6, 9, [10, 2]))).toBe('buffered');
    expect(book.apply(spot(10, 12, [11, 3]))).toBe('buffered');
    expect(book.apply(snapshot([10, 7, 8, 1], [20, 1], 7))).toBe('applied');
    expect([book.lastId, book.bestBid]).toEqual([12, 11]);
    expect(levelsOf(book, 'bid')).toEqual([
      [11, 3],
      [10, 2],
      [8, 1],
    ]);
    expect(book.apply(spot(10, 12))).toBe('stale');
    expect(book.apply(spot(13, 13, [11, 0]))).toBe('applied');
    expect(book.bestBid).toBe(10);
  });

  it.each([
    ['leaves one out', spot(8, 9), 'gap: after 5 came 8 to 9'],
    ['overlaps what is known', spot(5, 9), 'gap: after 5 came 5 to 9'],
  ])('sees a gap when a spot delta %s', (_what, event, reason) => {
    const book = new L2Book();
    book.apply(snapshot([10, 1], [11, 1], 3));
    book.apply(spot(2, 5));
    expect(book.apply(event)).toBe('gap');
    expect([book.synced, book.depth('bid'), book.reason]).toEqual([false, 0, reason]);
    expect(book.apply(spot(10, 11, [9, 4]))).toBe('buffered');
    expect(book.apply(snapshot([10, 6], [11, 1], 8))).toBe('applied');
    expect([book.lastId, book.depth('bid')]).toEqual([11, 2]);
  });

  it('stays unsynced when the snapshot is older than what was held back, and keeps that', () => {
    const book = new L2Book();
    book.apply(spot(8, 9));
    expect(book.apply(snapshot([10, 1], [11, 1], 5))).toBe('gap');
    expect([book.state, book.depth('bid')]).toEqual(['unsynced', 0]);
    expect(book.apply(snapshot([10, 1], [11, 1], 8))).toBe('applied');
    expect(book.lastId).toBe(9);
  });

  it('chains futures by the predecessor that each names', () => {
    const book = new L2Book();
    book.apply(futures(90, 95, 100));
    book.apply(futures(100, 103, 110, [10, 1]));
    expect(book.apply(snapshot([10, 9], [], 104))).toBe('applied');
    expect([book.lastId, book.bestBidQuantity]).toEqual([110, 1]);
    expect(book.apply(futures(110, 140, 150))).toBe('applied');
    expect(book.apply(futures(110, 140, 150))).toBe('stale');
    expect(book.apply(futures(155, 156, 160))).toBe('gap');
    expect(book.synced).toBe(false);
  });

  it('joins futures at a snapshot whose id lies between two deltas, or ends one', () => {
    for (const id of [100, 102, 110]) {
      const book = new L2Book();
      book.apply(futures(90, 95, 100));
      book.apply(futures(100, 105, 110));
      expect(book.apply(snapshot([10, 9], [], id))).toBe('applied');
      expect(book.lastId).toBe(110);
    }
  });

  it('keeps a synced book when a snapshot shows less, and lets the next delta overlap', () => {
    const book = new L2Book();
    book.apply(snapshot([10, 1], [11, 1], 20));
    book.apply(spot(21, 25, [10, 8]));
    expect(book.apply(snapshot([10, 3], [11, 1], 22))).toBe('stale');
    expect(book.bestBidQuantity).toBe(8);
    expect(book.apply(spot(23, 28, [10, 9]))).toBe('applied');
    expect([book.lastId, book.bestBidQuantity]).toEqual([28, 9]);
  });

  it('forgets everything when told that it is wrong', () => {
    const book = new L2Book();
    book.apply(snapshot([10, 1], [11, 1], 20));
    book.desync('link down');
    expect([book.state, book.reason, book.bestBid, book.lastId]).toEqual([
      'unsynced',
      'link down',
      Number.NaN,
      -1,
    ]);
    // A venue that restarted may count from the beginning.
    expect(book.apply(snapshot([10, 2], [11, 1], 3))).toBe('applied');
    expect(book.bestBidQuantity).toBe(2);
  });

  it('drops the oldest of what it holds back, which a snapshot then shows as a gap', () => {
    const book = new L2Book({ bufferLimit: 2 });
    for (const id of [1, 2, 3]) book.apply(spot(id, id));
    expect(book.apply(snapshot([], [], 0))).toBe('gap');
    expect(book.apply(snapshot([], [], 1))).toBe('applied');
    expect(book.lastId).toBe(3);
  });

  it('refuses a buffer without room', () => {
    expect(() => new L2Book({ bufferLimit: 0 })).toThrow(ConfigurationError);
  });
});
