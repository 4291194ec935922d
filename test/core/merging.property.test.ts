import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { Frame } from '../../src/core/frame.js';
import { Sequencer } from '../../src/core/sequencer.js';
import { stage } from '../../src/core/stage.js';
import type { OutsideEvent } from '../../src/domain/event.js';
import { type Instrument, instrument } from '../../src/domain/instrument.js';
import { type BookView, books, type MarketFields } from '../../src/operators/index.js';
import { manyRuns } from '../properties/many-runs.js';
import { fill, report } from './support.js';

/** How a venue numbers its deltas. */
type Style = 'spot' | 'futures' | 'none' | 'quotes only';
const STYLES: readonly Style[] = ['spot', 'futures', 'none', 'quotes only'];

const INSTRUMENTS = STYLES.map((style) =>
  instrument({
    venue: style.slice(0, 6),
    symbol: style.slice(0, 6),
    kind: 'perpetual',
    base: 'B',
    quote: 'USD',
    tick: '1',
    lot: '1',
  }),
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
    if (this.#style === 'quotes only') return this.quote();
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
    if (this.#style === 'quotes only') return this.quote();
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
    return this.#style === 'none' || this.#style === 'quotes only'
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
      updateId: this.#style === 'none' || this.#style === 'quotes only' ? -1 : this.#id,
    };
  }

  trade(price: number): OutsideEvent {
    const { id } = this.#instrument;
    return { kind: 'trade', instrument: id, venueTime: 0, price, quantity: 1, aggressor: 'buy', tradeId: '' };
  }

  link(state: 'up' | 'down'): OutsideEvent {
    return {
      kind: 'link',
      venueTime: 0,
      venue: this.#instrument.venue,
      channel: 'market',
      state,
      reason: '',
    };
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
  who: fc.nat(3),
  what: fc.oneof(
    { weight: 8, arbitrary: fc.constant('delta' as const) },
    { weight: 6, arbitrary: fc.constant('quote' as const) },
    { weight: 5, arbitrary: fc.constantFrom('trade', 'snapshot', 'lose', 'down', 'own', 'burst') },
  ),
  // 90 and 110 stay, so that there always is a best price to quote.
  level: fc.constantFrom(97, 98, 99, 101, 102, 103),
  quantity: fc.nat(3),
});

/** Bursts of events; a `burst` step ends one. */
function burstsOf(
  steps: readonly (typeof step extends fc.Arbitrary<infer T> ? T : never)[],
): OutsideEvent[][] {
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

function levelsOf(book: BookView): string {
  const side = (name: 'bid' | 'ask'): string =>
    Array.from(
      { length: book.depth(name) },
      (_, level) => `${book.priceAt(name, level)}:${book.quantityAt(name, level)}`,
    ).join(' ');
  return `${book.synced} ${side('bid')} | ${side('ask')}`;
}

/** What is known of all markets after each of these bursts. */
function marketsAfter(bursts: readonly (readonly OutsideEvent[])[]): readonly unknown[] {
  const known: unknown[] = [];
  const look = stage<Frame & MarketFields, object, null>({
    name: 'look',
    adds: {},
    init: () => null,
    step: (_state, { event, markets }, { instruments }) => {
      if (event.kind !== 'barrier') return;
      const all = instruments.list.map(({ index }) => ({
        top: [markets.bid(index), markets.bidQuantity(index), markets.ask(index), markets.askQuantity(index)],
        last: markets.lastPrice(index),
        synced: markets.synced(index),
        levels: levelsOf(markets.book(index)),
      }));
      known.push(all);
    },
    save: () => null,
    restore: () => null,
  });
  const core = compose({ instruments: INSTRUMENTS }, books(), look).start();
  let seq = 0;
  for (const burst of bursts) {
    for (const event of [...burst, { kind: 'barrier', id: '' } as const]) {
      core.pass(++seq, 0, 1, event);
      while (core.context.takeDerived() !== undefined);
    }
  }
  return known;
}

test('merged bursts leave the same books as every single event, and touch nothing else', () => {
  let merged = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
      const bursts = burstsOf(steps);
      const logs: OutsideEvent[][] = [];
      const sequencer = new Sequencer({
        now: () => 0,
        accept: ({ event }) => logs.at(-1)?.push(event),
        halt: () => undefined,
      });
      for (const burst of bursts) {
        logs.push([]);
        sequencer.offerAll(burst);
      }
      merged += sequencer.counts.merged;
      expect(logs.flat().length + sequencer.counts.merged).toBe(bursts.flat().length);
      const others = (list: readonly OutsideEvent[]): OutsideEvent[] =>
        list.filter((event) => !mergeable(event));
      expect(logs.map(others)).toEqual(bursts.map(others));
      expect(marketsAfter(logs)).toEqual(marketsAfter(bursts));
    }),
    { numRuns: manyRuns(250) },
  );
  expect(merged).toBeGreaterThan(500);
});
