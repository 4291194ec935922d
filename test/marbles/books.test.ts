import { describe, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import { books } from '../../src/operators/index.js';
import {
  bookDelta,
  bookSnapshot,
  changes,
  changesOf,
  commandsOf,
  each,
  eventsOf,
  expectPipeline,
  fakeVenue,
  link,
  matching,
  observing,
  perpetual,
  quote,
  spot,
  status,
  sync,
  trade,
  valuesOf,
} from '../../src/testing/index.js';

const BTC = spot();
const ETH = spot({ base: 'ETH' });
const core = compose({ instruments: [BTC, ETH] }, books());

const snapshot = bookSnapshot(BTC, { bids: [[99, 1]], asks: [[101, 2]], last: 10 });
const later = bookSnapshot(BTC, { bids: [[97, 1]], asks: [[98, 1]], last: 30 });
const next = bookDelta(BTC, { first: 11, last: 12, bids: [[100, 3]] });
const gap = bookDelta(BTC, { first: 20, last: 21, bids: [[98, 1]] });
const askForBook = { kind: 'ask' as const, what: 'book' as const, venue: 'venue', instrument: BTC.id };

describe('books', () => {
  test('a gap empties the book, and a snapshot makes it whole again', () => {
    expectPipeline(
      observing(core, {
        synced: changes(({ synced }) => synced),
        mid: changes(({ mid }) => mid),
        asks: each(({ requests }) => requests.filter(({ kind }) => kind === 'ask')),
      }),
    )
      .given('s-d-g---r-', { s: snapshot, d: next, g: gap, r: later })
      .emits(
        { synced: 'y---n---y-', mid: 'a-b-u---c-', asks: '----q-----' },
        {
          synced: { y: true, n: false },
          mid: { a: 100, b: 100.5, u: Number.NaN, c: 97.5 },
          asks: { q: askForBook },
        },
      );
  });

  test('the state of synchronisation is an event of its own, derived within the same instant', () => {
    expectPipeline(eventsOf(core, 'sync'))
      .given('s-d-g---r-', { s: snapshot, d: next, g: gap, r: later })
      .emits('w---l---w-', {
        w: matching({ state: 'synced', instrument: BTC.id }),
        l: matching({ state: 'unsynced', reason: 'gap: after 12 came 20 to 21' }),
      });
  });

  test('asks the venue for the book after a gap, and takes its answer', () => {
    const venue = fakeVenue('venue', { book: () => later });
    expectPipeline(changesOf(core, ({ mid }) => mid, { drivers: [venue] }))
      .given('s-g--', { s: snapshot, g: gap })
      .emits('a-(uc)', { a: 100, u: Number.NaN, c: 97.5 });
  });

  test('asks again when the answer is older than what it has missed', () => {
    const venue = fakeVenue('venue', { book: (count) => (count === 0 ? snapshot : later) });
    expectPipeline(commandsOf(core, { drivers: [venue] }))
      .given('s-g--', { s: snapshot, g: gap })
      .emits('--(qq)', { q: askForBook });
    expectPipeline(changesOf(core, ({ synced }) => synced, { drivers: [venue] }))
      .given('s-g--', { s: snapshot, g: gap })
      .emits('y-(ny)', { y: true, n: false });
  });

  test('deltas that come before the snapshot are kept, and played on top of it', () => {
    expectPipeline(changesOf(core, ({ mid }) => mid))
      .given('d-s-', { d: next, s: snapshot })
      .emits('u-b-', { u: Number.NaN, b: 100.5 });
  });

  test('deltas of futures name the one before', () => {
    const PERP = perpetual();
    const delta = (previous: number, last: number, bid: number) =>
      bookDelta(PERP, { first: previous + 1, last, previous, bids: [[bid, 1]] });
    expectPipeline(changesOf(compose({ instruments: [PERP] }, books()), ({ bid }) => bid))
      .given('s-a-b-g-', {
        s: bookSnapshot(PERP, { bids: [[99, 1]], asks: [[101, 1]], last: 10 }),
        a: delta(9, 14, 99.5),
        b: delta(14, 15, 99.75),
        g: delta(17, 18, 100),
      })
      .emits('s-a-b-u-', { s: 99, a: 99.5, b: 99.75, u: Number.NaN });
  });

  test('a quote alone makes a market, and a newer one replaces it', () => {
    expectPipeline(
      observing(core, {
        bid: changes(({ bid }) => bid),
        quantity: changes(({ bidQuantity }) => bidQuantity),
      }),
    )
      .given('a-b-e-', {
        a: quote(BTC, { bid: 99, ask: 101, bidQuantity: 2 }),
        b: quote(BTC, { bid: 99.5, ask: 101 }),
        e: quote(BTC, { ask: 101 }),
      })
      .emits(
        { bid: 'a-b-u-', quantity: 'c-d-z-' },
        { bid: { a: 99, b: 99.5, u: Number.NaN }, quantity: { c: 2, d: 1, z: 0 } },
      );
  });

  test('a quote runs ahead of a feed of deltas, and an old one changes nothing', () => {
    expectPipeline(changesOf(core, ({ bid }) => bid))
      .given('s-n-o-d-', {
        s: snapshot,
        n: quote(BTC, { bid: 100.5, ask: 101, updateId: 15 }),
        o: quote(BTC, { bid: 98, ask: 101, updateId: 9 }),
        // It ends at 12, and the quote was of 15 already.
        d: next,
      })
      .emits('a-b-----', { a: 99, b: 100.5 });
  });

  test('a quote does not heal a book with a gap', () => {
    expectPipeline(changesOf(core, ({ synced }) => synced))
      .given('s-g-q-', { s: snapshot, g: gap, q: quote(BTC, 100) })
      .emits('y-n---', { y: true, n: false });
  });

  test('a crossed market has prices, yet is not synced; nothing is asked for', () => {
    expectPipeline(
      observing(core, {
        synced: changes(({ synced }) => synced),
        bid: changes(({ bid }) => bid),
        asks: each(({ requests }) => requests),
      }),
    )
      .given('a-x-a-', { a: quote(BTC, { bid: 99, ask: 101 }), x: quote(BTC, { bid: 102, ask: 101 }) })
      .emits(
        { synced: 'y-n-y-', bid: 'a-x-a-', asks: '------' },
        { synced: { y: true, n: false }, bid: { a: 99, x: 102 }, asks: {} },
      );
  });

  test('a link that goes down takes the markets of its venue with it', () => {
    const OTHER = spot({ venue: 'other' });
    expectPipeline(
      eventsOf(compose({ instruments: [BTC, ETH, OTHER] }, books()), 'sync', {
        drivers: [fakeVenue('venue')],
      }),
    )
      .given('(beo)---d-----q-', {
        b: quote(BTC, 100),
        e: quote(ETH, 10),
        o: quote(OTHER, 100),
        d: link('venue', 'down'),
        q: quote(BTC, 101),
      })
      .emits('(beo)---(le)--b-', {
        b: matching({ instrument: BTC.id, state: 'synced' }),
        e: matching({ instrument: ETH.id }),
        o: matching({ instrument: OTHER.id, state: 'synced' }),
        l: matching({ instrument: BTC.id, state: 'unsynced', reason: 'the link to venue is down' }),
      });
  });

  test('what the connection says of a gap counts as one', () => {
    expectPipeline(commandsOf(core))
      .given('s-x-', { s: snapshot, x: sync(BTC, 'unsynced', 'wrong checksum') })
      .emits('--q-', { q: askForBook });
  });

  test('other channels of a venue, other instruments and trades do not move the best prices', () => {
    expectPipeline(changesOf(core, ({ event, mid }) => (event.kind === 'link' ? 100 : mid)))
      .given('qotl', {
        q: quote(BTC, 100),
        o: link('venue', 'down', 'orders'),
        t: trade(BTC, { price: 90 }),
        l: quote(BTC, 100),
      })
      .emits('q---', { q: 100 });
  });

  test('the last price is that of a trade', () => {
    expectPipeline(valuesOf(core, ({ event, lastPrice }) => (event.kind === 'sync' ? undefined : lastPrice)))
      .given('qt-qc', { q: quote(BTC, 100), t: trade(BTC, { price: 100.01 }), c: status(BTC, 'closed') })
      .emits('ut-tt', { u: Number.NaN, t: 100.01 });
  });
});
