import { describe, expect, it } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { OutsideEvent } from '../../src/domain/event.js';
import { books } from '../../src/operators/index.js';
import { aligned, asOf } from '../../src/operators/time/index.js';
import { bookDelta, bookSnapshot, quote, spot } from '../../src/testing/index.js';
import { at, play } from '../bars/play.js';

const A = spot({ tick: '1' });
const B = spot({ venue: 'other', tick: '1' });
const core = compose({ instruments: [A, B] }, books(), aligned({ other: asOf(A.id, B.id, { on: 'event' }) }));
const happened = <E extends OutsideEvent>(event: E, venueTime: number, updateId?: number): E =>
  ({ ...event, venueTime, ...(updateId !== undefined && { updateId }) }) as E;
/** Bid of B as of a time of its venue, after what became known of it in this order. */
function bidAsOf(venueTime: number, known: readonly OutsideEvent[]): number {
  const events = [...known, happened(quote(A, { bid: 1, ask: 2 }), venueTime)];
  const { frames } = play(
    core,
    events.map((event, index) => at(1_000 + index, event)),
  );
  return frames.findLast(({ instrument, sub }) => instrument === 0 && sub === 0)?.aligned.other.bid as number;
}

describe('on event time, where quotes and changes of a book overtake each other', () => {
  const snapshot = happened(bookSnapshot(B, { bids: [[10, 1]], asks: [[20, 1]], last: 5 }), 50);
  const delta = happened(bookDelta(B, { first: 6, last: 9, bids: [[15, 1]] }), 100);

  it('a quote that the book knows better gives no prices of later to its own, earlier time', () => {
    const late = happened(quote(B, { bid: 10, ask: 20 }), 90, 7);
    expect(bidAsOf(95, [snapshot, delta, late])).toBe(10);
    expect(bidAsOf(105, [snapshot, delta, late])).toBe(15);
  });

  it('a change that a quote runs ahead of gives none of the quote to its own, earlier time', () => {
    const ahead = happened(quote(B, { bid: 17, ask: 20 }), 120, 12);
    expect(bidAsOf(110, [snapshot, ahead, delta])).toBe(10);
    expect(bidAsOf(125, [snapshot, ahead, delta])).toBe(17);
  });

  it('a change that the book has already is no row', () => {
    const repeated = happened(bookDelta(B, { first: 4, last: 5, bids: [[10, 3]] }), 40);
    expect(bidAsOf(45, [snapshot, delta, repeated])).toBeNaN();
  });

  it('a snapshot with changes on top that came before it says nothing of its own time', () => {
    expect(bidAsOf(60, [delta, snapshot])).toBeNaN();
    const next = happened(bookDelta(B, { first: 10, last: 10, bids: [[16, 1]] }), 130);
    expect(bidAsOf(140, [delta, snapshot, next])).toBe(16);
  });
});
