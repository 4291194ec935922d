import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import { Sequencer } from '../../src/core/sequencer.js';
import type { OutsideEvent } from '../../src/domain/event.js';
import { type Instrument, instrument } from '../../src/domain/instrument.js';
import type { Plain } from '../../src/domain/plain.js';
import { books } from '../../src/operators/index.js';
import { manyRuns } from '../properties/many-runs.js';
import { fill, report } from './support.js';

/** How a venue numbers its deltas. */
type Style = 'spot' | 'futures' | 'none';
const STYLES: readonly Style[] = ['spot', 'futures', 'none'];

const INSTRUMENTS = STYLES.map((style) =>
  instrument({ venue: style, symbol: style, kind: 'perpetual', base: 'B', quote: 'USD', tick: '1', lot: '1' }),
);

/** What a faithful venue would say of a book that changes at random. */
class FaithfulVenue {
  readonly #style: Style;
  readonly #instrument: Instrument;
  readonly #bids = new Map([[90, 5]]);
  readonly #asks = new Map([[110, 5]]);
  #id = 1;
  #said = 1;

  constructor(index: number) {
    this.#style = STYLES[index] as Style;
    this.#instrument = INSTRUMENTS[index] as Instrument;
  }

  snapshot(): OutsideEvent {
    this.#said = this.#id;
    return {
      ...this.#book('snapshot'),
      last: this.#style === 'none' ? -1 : this.#id,
      bids: [...this.#bids].flat(),
      asks: [...this.#asks].flat(),
    };
  }

  /** Changes a level; a venue may skip ids, and more than one change may share a delta. */
  delta(level: number, quantity: number): OutsideEvent {
    this.#change(level, quantity);
    const flat = [level, quantity];
    const first = this.#said + 1;
    const previous = this.#said;
    this.#said = this.#id;
    const ids =
      this.#style === 'none'
        ? {}
        : { first, last: this.#id, previous: this.#style === 'futures' ? previous : -1 };
    return { ...this.#book('delta'), ...ids, ...(level < 100 ? { bids: flat } : { asks: flat }) };
  }

  /** A change that nobody hears of; a feed without ids has to say so. */
  lose(level: number, quantity: number): OutsideEvent[] {
    this.#change(level, quantity);
    this.#said = this.#id;
    const { id } = this.#instrument;
    return this.#style === 'none'
      ? [{ kind: 'sync', instrument: id, venueTime: 0, state: 'unsynced', reason: 'lost' }]
      : [];
  }

  quote(): OutsideEvent {
    const bid = Math.max(...this.#bids.keys());
    const ask = Math.min(...this.#asks.keys());
    return {
      kind: 'quote',
      instrument: this.#instrument.id,
      venueTime: 0,
      bidPrice: bid,
      bidQuantity: this.#bids.get(bid) as number,
      askPrice: ask,
      askQuantity: this.#asks.get(ask) as number,
      updateId: this.#style === 'none' ? -1 : this.#id,
    };
  }

  trade(price: number): OutsideEvent {
    const { id } = this.#instrument;
    return { kind: 'trade', instrument: id, venueTime: 0, price, quantity: 1, aggressor: 'buy', tradeId: '' };
  }

  link(state: 'up' | 'down'): OutsideEvent {
    return { kind: 'link', venueTime: 0, venue: this.#instrument.venue, channel: 'market', state, reason: '' };
  }

  #change(level: number, quantity: number): void {
    this.#id++;
    const side = level < 100 ? this.#bids : this.#asks;
    if (quantity === 0) side.delete(level);
    else side.set(level, quantity);
  }

  #book(action: 'snapshot' | 'delta') {
    const { id } = this.#instrument;
    const none = { first: -1, last: -1, previous: -1, bids: [], asks: [] };
    return { kind: 'book' as const, instrument: id, venueTime: 0, action, ...none };
  }
}

const step = fc.record({
  who: fc.nat(2),
  what: fc.constantFrom('delta', 'delta', 'delta', 'quote', 'quote', 'trade', 'snapshot', 'lose', 'down', 'own', 'burst'),
  // 90 and 110 stay, so that there always is a best price to quote.
  level: fc.constantFrom(97, 98, 99, 101, 102, 103),
  quantity: fc.nat(3),
});

/** Bursts of events; a `burst` step ends one. */
function burstsOf(steps: readonly (typeof step extends fc.Arbitrary<infer T> ? T : never)[]): OutsideEvent[][] {
  const venues = INSTRUMENTS.map((_, index) => new FaithfulVenue(index));
  const bursts: OutsideEvent[][] = [venues.map((venue) => venue.snapshot()), []];
  let count = 0;
  for (const { who, what, level, quantity } of steps) {
    const venue = venues[who] as FaithfulVenue;
    const burst = bursts.at(-1) as OutsideEvent[];
    count++;
    if (what === 'burst') bursts.push([]);
    else if (what === 'delta') burst.push(venue.delta(level, quantity));
    else if (what === 'quote') burst.push(venue.quote());
    else if (what === 'trade') burst.push(venue.trade(90 + level));
    else if (what === 'snapshot') burst.push(venue.snapshot());
    else if (what === 'lose') burst.push(...venue.lose(level, quantity));
    else if (what === 'down') burst.push(venue.link('down'), venue.link('up'));
    else burst.push(quantity === 0 ? report(`o${count}`) : fill(`o${count}`, quantity));
  }
  return bursts;
}

const mergeable = ({ kind }: OutsideEvent): boolean => kind === 'quote' || kind === 'book';

/** What is known of all markets after these events. */
function marketsAfter(log: readonly OutsideEvent[]): Plain {
  const core = compose({ instruments: INSTRUMENTS }, books()).start();
  let seq = 0;
  for (const event of log) {
    core.pass(++seq, 0, seq, event);
    while (core.context.takeDerived() !== undefined);
  }
  const saved = core.pass(++seq, 0, seq, { kind: 'barrier', id: '' }).snapshot?.['books'] as Record<string, Plain>;
  const { bids, asks, bidQuantities, askQuantities, lastPrices, states } = saved;
  const levels = (saved['books'] as readonly { state: Record<string, Plain> }[]).map(({ state }) => ({
    synced: state['synced'] as Plain,
    bids: state['bids'] as Plain,
    asks: state['asks'] as Plain,
  }));
  return { bids, asks, bidQuantities, askQuantities, lastPrices, states, levels } as Plain;
}

test('merged bursts leave the same books as every single event, and touch nothing else', () => {
  let merged = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const bursts = burstsOf(steps);
      const log: OutsideEvent[] = [];
      const sequencer = new Sequencer({ now: () => 0, accept: ({ event }) => log.push(event), halt: () => undefined });
      for (const burst of bursts) sequencer.offerAll(burst);
      const single = bursts.flat();
      merged += sequencer.counts.merged;
      expect(log.length + sequencer.counts.merged).toBe(single.length);
      expect(log.filter((event) => !mergeable(event))).toEqual(single.filter((event) => !mergeable(event)));
      expect(marketsAfter(log)).toEqual(marketsAfter(single));
    }),
    { numRuns: manyRuns(400) },
  );
  expect(merged).toBeGreaterThan(100);
});
