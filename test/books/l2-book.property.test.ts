import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { L2Book } from '../../src/books/index.js';
import { stateHash } from '../../src/core/canonical.js';
import type { BookEvent } from '../../src/domain/market-event.js';
import { delta, snapshot } from './events.js';
import { levelsOf, sortedLevels } from './levels-of.js';

/** By which rule deltas chain: spot, futures, or no ids, where the connection tells of what it lost. */
type Feed = 'spot' | 'futures' | 'unnumbered';

/** MILLRACE_LONG=1 makes the long suite of it. */
const numRuns = process.env['MILLRACE_LONG'] === '1' ? 10_000 : 300;
type Side = Map<number, number>;
interface Truth {
  readonly bids: Side;
  readonly asks: Side;
}

/** A venue with one id an update: its book at every id, and its updates cut into deltas. */
class NaiveVenue {
  readonly truth: Truth[] = [{ bids: new Map([[9, 1]]), asks: new Map([[11, 1]]) }];
  readonly deltas: BookEvent[] = [];
  /** The id at which each delta ends. */
  readonly ends: number[] = [];

  constructor(feed: Feed, cuts: readonly (readonly [number, number])[][]) {
    for (const updates of cuts) {
      const previous = this.truth.length - 1;
      const bids: Side = new Map();
      const asks: Side = new Map();
      for (const [price, quantity] of updates) {
        const { bids: b, asks: a } = this.truth.at(-1) as Truth;
        const next = { bids: new Map(b), asks: new Map(a) };
        const [side, changed] = price < 10 ? [next.bids, bids] : [next.asks, asks];
        if (quantity > 0) side.set(price, quantity);
        else side.delete(price);
        changed.set(price, quantity);
        this.truth.push(next);
      }
      const last = this.truth.length - 1;
      this.ends.push(last);
      this.deltas.push(
        delta(
          [...bids].flat(),
          [...asks].flat(),
          feed === 'unnumbered'
            ? {}
            : { first: previous + 1, last, previous: feed === 'futures' ? previous : -1 },
        ),
      );
    }
  }

  snapshot(id: number): BookEvent {
    const { bids, asks } = this.truth[id] as Truth;
    return snapshot(sortedLevels(bids, 'bid').flat(), sortedLevels(asks, 'ask').flat(), id);
  }
}

const update = fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 3 }));
const cuts = fc.array(fc.array(update, { minLength: 1, maxLength: 4 }), { minLength: 10, maxLength: 40 });
interface Act {
  /** `late`: a delta comes again, or after others that it should have come before. */
  readonly what: 'deliver' | 'lose' | 'swap' | 'late' | 'restart' | 'snapshot';
  readonly lag: number;
}
const what = fc.oneof(
  { weight: 16, arbitrary: fc.constant<Act['what']>('deliver') },
  { weight: 4, arbitrary: fc.constant<Act['what']>('snapshot') },
  { weight: 1, arbitrary: fc.constantFrom<Act['what']>('lose', 'swap', 'late', 'restart') },
);
const acts: fc.Arbitrary<Act[]> = fc.array(fc.record({ what, lag: fc.nat({ max: 12 }) }), {
  minLength: 20,
  maxLength: 60,
});

/**
 * What a book may know, by intervals of ids alone: it is synced as long as every delta begins where its knowledge ends,
 * or before.
 */
class NaiveKnowledge {
  /** The last id known, or `undefined` while something is missing. */
  known: number | undefined;
  held: BookEvent[] = [];

  delta(event: BookEvent): void {
    if (this.known === undefined) this.held.push(event);
    else if (event.first - 1 <= this.known) this.known = Math.max(this.known, event.last);
    else {
      this.known = undefined;
      this.held = [event];
    }
  }

  snapshot(id: number): void {
    if (this.known !== undefined && id < this.known) return;
    this.known = id;
    const { held } = this;
    this.held = [];
    for (const event of held) this.delta(event);
  }

  restart(): void {
    this.known = undefined;
    this.held = [];
  }
}

/** Plays acts of a numbered feed to a book, and calls back after each event that it got. */
function play(venue: NaiveVenue, steps: readonly Act[], to: Listener): void {
  let next = 0;
  for (const { what, lag } of steps) {
    const upcoming = venue.deltas[next];
    const after = venue.deltas[next + 1];
    if (what === 'snapshot') to.snapshot(Math.max(0, (venue.ends[next - 1] ?? 0) - lag));
    else if (what === 'restart') to.restart();
    else if (what === 'late') {
      const old = venue.deltas[next - 1 - (lag % 4)];
      if (old !== undefined) to.delta(old);
    } else if (what === 'swap' && upcoming !== undefined && after !== undefined) {
      to.delta(after);
      to.delta(upcoming);
      next += 2;
    } else if (what === 'lose' || what === 'swap') next += 1;
    else if (upcoming !== undefined) {
      to.delta(upcoming);
      next += 1;
    }
  }
}
interface Listener {
  delta(event: BookEvent): void;
  snapshot(id: number): void;
  restart(): void;
}

function expectTruth(book: L2Book, { bids, asks }: Truth): void {
  expect(levelsOf(book, 'bid')).toEqual(sortedLevels(bids, 'bid'));
  expect(levelsOf(book, 'ask')).toEqual(sortedLevels(asks, 'ask'));
}

describe.each<Feed>(['spot', 'futures'])('L2Book on a %s feed', (feed) => {
  it('equals the venue while synced, says so when it cannot, and is empty then', () => {
    let synced = 0;
    let unsynced = 0;
    fc.assert(
      fc.property(cuts, acts, (cut, steps) => {
        const venue = new NaiveVenue(feed, cut);
        const knowledge = new NaiveKnowledge();
        let book = new L2Book();
        let events = 0;
        const check = () => {
          expect(book.synced).toBe(knowledge.known !== undefined);
          if (book.synced) {
            synced += 1;
            expect(book.lastId).toBe(knowledge.known);
            expectTruth(book, venue.truth[book.lastId] as Truth);
          } else {
            unsynced += 1;
            expect(book.depth('bid') + book.depth('ask')).toBe(0);
          }
          if (++events % 7 === 3) {
            const saved = book.save();
            book = L2Book.restore(saved);
            expect(stateHash(book.save())).toBe(stateHash(saved));
          }
        };
        play(venue, steps, {
          delta(event) {
            book.apply(event);
            knowledge.delta(event);
            check();
          },
          snapshot(id) {
            book.apply(venue.snapshot(id));
            knowledge.snapshot(id);
            check();
          },
          restart() {
            book.desync('restart');
            knowledge.restart();
            check();
          },
        });
      }),
      { numRuns },
    );
    // Both cases must have been met often, or the property says nothing.
    expect(Math.min(synced, unsynced)).toBeGreaterThan(500);
  });
});

describe('L2Book on a feed without ids', () => {
  it('equals the venue while synced: its connection tells of every loss, and only a newer snapshot mends it', () => {
    let synced = 0;
    let unsynced = 0;
    fc.assert(
      fc.property(cuts, acts, (cut, steps) => {
        const venue = new NaiveVenue('unnumbered', cut);
        const book = new L2Book();
        let known: number | undefined;
        let next = 0;
        for (const { what } of steps) {
          const upcoming = venue.deltas[next];
          if (what === 'snapshot') {
            // One stream carries snapshots and deltas, so a snapshot is of where the stream is.
            const { bids, asks } = venue.truth[venue.ends[next - 1] ?? 0] as Truth;
            book.apply(snapshot([...bids].flat(), [...asks].flat()));
            known = venue.ends[next - 1] ?? 0;
          } else if (what === 'deliver' && upcoming !== undefined) {
            book.apply(upcoming);
            if (known !== undefined) known = venue.ends[next];
            next += 1;
          } else {
            // Whatever else befalls the stream, the connection sees it by its own numbers or checksums.
            if (upcoming !== undefined && what !== 'restart') next += 1;
            book.desync(`what befell it: ${what}`);
            known = undefined;
          }
          expect(book.synced).toBe(known !== undefined);
          if (known !== undefined) {
            synced += 1;
            expectTruth(book, venue.truth[known] as Truth);
          } else {
            unsynced += 1;
            expect(book.depth('bid') + book.depth('ask')).toBe(0);
          }
        }
      }),
      { numRuns },
    );
    expect(Math.min(synced, unsynced)).toBeGreaterThan(500);
  });
});
