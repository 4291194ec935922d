import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { L2Book } from '../../src/books/index.js';
import { stateHash } from '../../src/core/canonical.js';
import type { BookEvent } from '../../src/domain/market-event.js';
import { delta, snapshot } from './events.js';
import { levelsOf, sortedLevels } from './levels-of.js';

type Feed = 'spot' | 'futures';
type Side = Map<number, number>;
interface Truth {
  readonly bids: Side;
  readonly asks: Side;
}

/** A venue with one id an update: its book at every id, and its updates cut into deltas. */
class NaiveVenue {
  readonly truth: Truth[] = [{ bids: new Map([[9, 1]]), asks: new Map([[11, 1]]) }];
  readonly deltas: BookEvent[] = [];

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
      this.deltas.push(
        delta([...bids].flat(), [...asks].flat(), {
          first: previous + 1,
          last,
          previous: feed === 'futures' ? previous : -1,
        }),
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
  readonly what: 'deliver' | 'lose' | 'repeat' | 'restart' | 'snapshot';
  readonly lag: number;
}
const what = fc.oneof(
  { weight: 16, arbitrary: fc.constant<Act['what']>('deliver') },
  { weight: 4, arbitrary: fc.constant<Act['what']>('snapshot') },
  { weight: 1, arbitrary: fc.constantFrom<Act['what']>('lose', 'repeat', 'restart') },
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

describe.each<Feed>(['spot', 'futures'])('L2Book on a %s feed', (feed) => {
  it('equals the venue while synced, says so when it cannot, and is empty then', () => {
    let synced = 0;
    let unsynced = 0;
    fc.assert(
      fc.property(cuts, acts, (cut, steps) => {
        const venue = new NaiveVenue(feed, cut);
        const knowledge = new NaiveKnowledge();
        let book = new L2Book();
        let next = 0;
        steps.forEach(({ what, lag }, index) => {
          const latest = venue.deltas[next - 1];
          const upcoming = venue.deltas[next];
          if (what === 'deliver' && upcoming !== undefined) {
            book.apply(upcoming);
            knowledge.delta(upcoming);
          } else if (what === 'repeat' && latest !== undefined) {
            book.apply(latest);
            knowledge.delta(latest);
          } else if (what === 'restart') {
            book.desync('restart');
            knowledge.restart();
          } else if (what === 'snapshot') {
            const id = Math.max(0, (latest?.last ?? 0) - lag);
            book.apply(venue.snapshot(id));
            knowledge.snapshot(id);
          }
          if (what === 'deliver' || what === 'lose') next += 1;
          expect(book.synced).toBe(knowledge.known !== undefined);
          if (book.synced) expect(book.lastId).toBe(knowledge.known);
          if (book.synced) {
            synced += 1;
            const { bids, asks } = venue.truth[book.lastId] as Truth;
            expect(levelsOf(book, 'bid')).toEqual(sortedLevels(bids, 'bid'));
            expect(levelsOf(book, 'ask')).toEqual(sortedLevels(asks, 'ask'));
          } else {
            unsynced += 1;
            expect(book.depth('bid') + book.depth('ask')).toBe(0);
          }
          if (index % 7 === 3) {
            const saved = book.save();
            book = L2Book.restore(saved);
            expect(stateHash(book.save())).toBe(stateHash(saved));
          }
        });
      }),
      { numRuns: 300 },
    );
    // Both cases must have been met often, or the property says nothing.
    expect(Math.min(synced, unsynced)).toBeGreaterThan(500);
  });
});
