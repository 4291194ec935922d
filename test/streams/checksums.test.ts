import { readFileSync } from 'node:fs';
import { crc32 as crcOf, gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { L2Book } from '../../src/books/index.js';
import { InputError } from '../../src/domain/errors.js';
import type { TimedEvent } from '../../src/domain/event.js';
import {
  krakenChecksum,
  krakenNumberChecksum,
  OKX_CHECKSUM,
} from '../../src/streams/readers/book-checksums.js';
import { ChecksummedBook } from '../../src/streams/readers/checksummed-book.js';
import { ChecksummedFeed, type ChecksummedMessage } from '../../src/streams/readers/checksummed-feed.js';
import { okxName } from '../../src/streams/readers/okx-instruments.js';
import { openRecording } from '../../src/streams/readers/open-recording.js';
import type { RecordingSource } from '../../src/streams/recording/source.js';
import { spot } from '../../src/testing/index.js';
import { describeWithData } from '../shared-data.js';
import { countKinds, readAll, temporaryFolder } from './support.js';

const folder = temporaryFolder();
const openFile = async (path: string): Promise<RecordingSource> =>
  (await openRecording(path)).sources[0] as RecordingSource;

/** A book of `price quantity` lines. */
function bookOf(
  checksum: typeof OKX_CHECKSUM,
  bids: readonly string[],
  asks: readonly string[],
): ChecksummedBook {
  const book = new ChecksummedBook(checksum);
  for (const [side, levels] of [
    ['bid', bids],
    ['ask', asks],
  ] as const) {
    for (const level of levels) {
      const [price = '', quantity = ''] = level.split(' ');
      book.set(side, Math.round(Number(price) * 1e5), price, quantity);
    }
  }
  return book;
}

describeWithData('a recorded feed of OKX', (data) => {
  const path = (): string => data('other_venues/okx_20220513_books_crc32.jsonl.gz');
  const lines = (): string[] => gunzipSync(readFileSync(path())).toString().trimEnd().split('\n');
  const syncs = (events: readonly TimedEvent[]): unknown[] =>
    events.flatMap(({ event }) => (event.kind === 'sync' ? [event] : []));

  it('verifies 290 of 290 checksums', async () => {
    const source = await openFile(path());
    expect(source.instruments).toMatchObject([
      { id: 'BTC-USD-220527.FUT@okx', inverse: true, multiplier: '100', expiry: Date.UTC(2022, 4, 27, 8) },
      { id: 'UNI-USD.PERP@okx', inverse: true, settle: 'UNI' },
      { id: 'BTC-USDT.SPOT@okx', tick: '0.1', lot: '0.00000001' },
    ]);
    expect(await countKinds(source)).toEqual({ 'book snapshot': 3, 'book delta': 287, quote: 28, trade: 74 });
  });

  it('fails each one when a digit within its levels is another', async () => {
    const all = lines();
    const first = all.findIndex(
      (line) => line.includes('\\"action\\":\\"snapshot\\"') && line.includes('BTC-USDT'),
    );
    // The quantity of the best ask.
    const broken = all.with(
      first,
      (all[first] as string).replace(
        /(asks\\":\[\[\\"[\d.]+\\",\\"\d*)(\d)/,
        (_, head, digit) => head + (Number(digit) ^ 1),
      ),
    );
    const { events, error } = await readAll(await openFile(folder.write('okx.jsonl', broken.join('\n'))));
    expect(error).toBeUndefined();
    expect(syncs(events)).toMatchObject([
      {
        kind: 'sync',
        instrument: 'BTC-USDT.SPOT@okx',
        state: 'unsynced',
        reason: expect.stringMatching(/checksum of the book is -?\d+, the venue says -?\d+/),
      },
    ]);
    const at = events.findIndex(({ event }) => event.kind === 'sync');
    expect(events[at - 1]?.event).toMatchObject({ kind: 'book', action: 'snapshot' });
  });

  it('finds a lost message with the next one, before anybody sees the book', async () => {
    const all = lines();
    const updates = all.flatMap((line, index) =>
      line.includes('\\"action\\":\\"update\\"') && line.includes('BTC-USDT') ? [index] : [],
    );
    const { events } = await readAll(
      await openFile(folder.write('lost.jsonl', all.toSpliced(updates[5] as number, 1).join('\n'))),
    );
    expect(syncs(events)).toHaveLength(1);
    const at = events.findIndex(({ event }) => event.kind === 'sync');
    expect(events[at + 1]?.event).toMatchObject({
      kind: 'book',
      action: 'delta',
      instrument: 'BTC-USDT.SPOT@okx',
    });
  });
});

describe('checksums of books', () => {
  it('OKX: where a side is short, the other goes on alone', () => {
    // The example of the venue's documentation.
    const book = bookOf(OKX_CHECKSUM, ['3366.1 7'], ['3366.8 9', '3368 8', '3372 8']);
    expect(book.checksum()).toBe(crcOf('3366.1:7:3366.8:9:3368:8:3372:8') | 0);
  });

  // The example of the venue's documentation.
  const asks = Array.from(
    { length: 10 },
    (_, index) => `${((5005 + 5 * index) / 1e5).toFixed(5)} 0.00000500`,
  );
  const bids = [
    '0.05000',
    '0.04995',
    '0.04990',
    '0.04980',
    '0.04975',
    '0.04970',
    '0.04965',
    '0.04960',
    '0.04955',
    '0.04950',
  ].map((price) => `${price} 0.00000500`);

  it('Kraken, version 1', () => {
    expect(bookOf(krakenChecksum(10), bids, asks).checksum()).toBe(974_947_235);
  });

  it('Kraken, version 2', () => {
    const book = bookOf(
      krakenNumberChecksum(10, { price: 1, quantity: 8 }),
      [
        '45283.5 0.1',
        '45283.4 1.54582015',
        '45282.1 0.1',
        '45281 0.1',
        '45280.3 1.54592586',
        '45279 0.0799',
        '45277.6 0.03310103',
        '45277.5 0.3',
        '45277.3 1.54602737',
        '45276.6 0.15445238',
      ],
      [
        '45285.2 0.001',
        '45286.4 1.54571953',
        '45286.6 1.54571109',
        '45289.6 1.54560911',
        '45290.2 0.1589066',
        '45291.8 1.54553491',
        '45294.7 0.04454749',
        '45296.1 0.3538',
        '45297.5 0.09945542',
        '45299.5 0.18772827',
      ],
    );
    expect(book.checksum()).toBe(3_310_070_434);
  });

  it('lets levels beyond the subscribed depth fall out', () => {
    const book = bookOf(krakenChecksum(10), bids, [...asks, '0.06000 1.00000000']);
    book.trim();
    book.set('ask', 5_005, '0.05005', undefined);
    const left = bookOf(krakenChecksum(10), bids, asks.slice(1));
    expect(book.checksum()).toBe(left.checksum());
  });

  it('Kraken, version 2: numbers that are written with an exponent', () => {
    const checksum = krakenNumberChecksum(10, { price: 1, quantity: 8 });
    expect(bookOf(checksum, ['45283.5 1e-8'], []).checksum()).toBe(
      bookOf(checksum, ['45283.5 0.00000001'], []).checksum(),
    );
  });

  it('refuses to keep levels without end', () => {
    const book = new ChecksummedBook(OKX_CHECKSUM);
    const fill = (): void => {
      for (let ticks = 0; ticks <= 100_000; ticks++) book.set('ask', ticks, '1', '1');
    };
    expect(fill).toThrow(InputError);
  });

  it.each([
    ['BTC-USDT', 'BTC-USDT'],
    ['UNI-USD-PERP', 'UNI-USD-SWAP'],
    ['BTC-USD-22K27', 'BTC-USD-220527'],
  ])('%s is %s', (name, symbol) => {
    expect(okxName(name)).toBe(symbol);
  });
});

describe('a feed with checksums', () => {
  const BTC = spot({ venue: 'kraken', tick: '0.1', lot: '0.1' });
  const checksum = krakenChecksum(10);
  /** A venue that keeps ten levels a side, says what changes in them, and sums them up. */
  class Venue {
    readonly #all = { bid: new Map<number, number>(), ask: new Map<number, number>() };
    #seen = { bid: new Set<string>(), ask: new Set<string>() };

    set(side: 'bid' | 'ask', ticks: number, lots: number): void {
      if (lots === 0) this.#all[side].delete(ticks);
      else this.#all[side].set(ticks, lots);
    }

    top(side: 'bid' | 'ask'): readonly (readonly [number, number])[] {
      const sign = side === 'bid' ? -1 : 1;
      return [...this.#all[side]].sort(([one], [other]) => sign * (one - other)).slice(0, 10);
    }

    /** Changes since the last message: what fell out of the ten is not among them, what came in is. */
    message(action: ChecksummedMessage['action']): ChecksummedMessage {
      const written = (side: 'bid' | 'ask') => {
        const now = this.top(side).map(([ticks, lots]) => `${ticks} ${lots}`);
        const before = this.#seen[side];
        const gone = [...before].flatMap((level) => {
          const ticks = Number(level.split(' ')[0]);
          return this.#all[side].has(ticks) ? [] : [`${ticks} 0`];
        });
        this.#seen[side] = new Set(now);
        const changed = action === 'snapshot' ? now : now.filter((level) => !before.has(level));
        return (action === 'snapshot' ? changed : [...gone, ...changed]).map((level) => {
          const [ticks, lots] = level.split(' ').map(Number) as [number, number];
          return [(ticks / 10).toFixed(1), (lots / 10).toFixed(1)] as const;
        });
      };
      const raw = (side: 'bid' | 'ask') =>
        this.top(side).map(([ticks, lots]) => ({
          price: (ticks / 10).toFixed(1),
          quantity: (lots / 10).toFixed(1),
        }));
      return {
        action,
        venueTime: 0,
        bids: written('bid'),
        asks: written('ask'),
        checksum: checksum.of(raw('bid'), raw('ask')),
      };
    }
  }
  const change = fc.record({
    distance: fc.integer({ min: 1, max: 20 }),
    lots: fc.nat(9),
    buys: fc.boolean(),
  });

  it("while its book is synced it is the venue's, to the last level; a lost message is noticed", () => {
    let noticed = 0;
    fc.assert(
      fc.property(
        fc.array(fc.array(change, { maxLength: 6 }), { maxLength: 40 }),
        fc.nat(60),
        (steps, lost) => {
          const venue = new Venue();
          const feed = new ChecksummedFeed(BTC, checksum);
          const book = new L2Book();
          const receive = (message: ChecksummedMessage): void => {
            for (const event of feed.apply(message)) {
              if (event.kind === 'book') book.apply(event);
              else book.desync(event.reason);
            }
          };
          for (let distance = 1; distance <= 12; distance++) {
            venue.set('bid', 1_000 - distance, distance);
            venue.set('ask', 1_000 + distance, distance);
          }
          receive(venue.message('snapshot'));
          steps.forEach((changes, index) => {
            for (const { distance, lots, buys } of changes)
              venue.set(buys ? 'bid' : 'ask', 1_000 + (buys ? -distance : distance), lots);
            const message = venue.message('delta');
            if (index === lost) return;
            receive(message);
            if (!book.synced) {
              noticed++;
              return;
            }
            for (const side of ['bid', 'ask'] as const) {
              const levels = Array.from({ length: book.depth(side) }, (_, level) => [
                book.priceAt(side, level),
                book.quantityAt(side, level),
              ]);
              expect(levels).toEqual(venue.top(side));
            }
          });
        },
      ),
      { numRuns: 300 },
    );
    expect(noticed).toBeGreaterThan(0);
  });

  it('is left as it was by a message that is refused', () => {
    const feed = new ChecksummedFeed(BTC, OKX_CHECKSUM);
    const one = { action: 'snapshot', venueTime: 0, bids: [['99.0', '1']], asks: [['101.0', '2']] } as const;
    const sum = crcOf('99.0:1:101.0:2') | 0;
    expect(feed.apply({ ...one, checksum: sum })).toHaveLength(1);
    const bad = {
      ...one,
      bids: [
        ['98.0', '1'],
        ['97.05', '1'],
      ],
    } as const;
    expect(() => feed.apply({ ...bad, checksum: 1 })).toThrow(/bids must be a decimal on the grid of 0.1/);
    expect(feed.apply({ ...one, action: 'delta', bids: [], asks: [], checksum: sum })).toHaveLength(1);
  });

  it('verifies nothing after a lost connection until a snapshot comes', () => {
    const feed = new ChecksummedFeed(BTC, OKX_CHECKSUM);
    expect(feed.lost('gone')).toMatchObject({ kind: 'sync', state: 'unsynced', reason: 'gone' });
    const nothing = { venueTime: 0, bids: [], asks: [], checksum: 7 } as const;
    expect(feed.apply({ action: 'delta', ...nothing }).map(({ kind }) => kind)).toEqual(['book']);
    expect(feed.apply({ action: 'snapshot', ...nothing }).map(({ kind }) => kind)).toEqual(['book', 'sync']);
    expect(feed.apply({ action: 'snapshot', ...nothing, checksum: 0 }).map(({ kind }) => kind)).toEqual([
      'book',
    ]);
  });
});
