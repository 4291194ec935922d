import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compose } from '../../src/core/compose.js';
import { InputError } from '../../src/domain/errors.js';
import type { Instrument } from '../../src/domain/instrument.js';
import { checkEvent } from '../../src/domain/wire.js';
import { books } from '../../src/operators/index.js';
import { indexFuture } from '../../src/streams/readers/index-futures.js';
import { openRecording } from '../../src/streams/readers/open-recording.js';
import type { ReaderOptions } from '../../src/streams/readers/reader-options.js';
import type { RecordingSource } from '../../src/streams/recording/source.js';
import { play } from '../bars/play.js';
import { readAll, temporaryFolder } from './support.js';

const folder = temporaryFolder();
const open = async (
  name: string,
  lines: readonly string[],
  options?: ReaderOptions,
): Promise<RecordingSource> =>
  (await openRecording(folder.write(name, `${lines.join('\n')}\n`), options)).sources[0] as RecordingSource;

const orders = [
  'ts_recv_ns,ts_event_ns,instrument_id,action,side,price,size,channel_id,order_id,flags,ts_in_delta,sequence',
  '1703462400000000000,1703422805243925307,17077,R,N,,0,0,0,40,0,0',
  '1703462400000000000,1703422805243925307,17077,A,B,4799,2,0,6412777162812,40,0,682',
  '1703545200105900877,1703545200000000000,17077,T,A,4799.25,44,0,0,0,18276,6000',
  '1703545200105900877,1703545200000000000,17077,C,B,4799,2,0,6412777162812,130,18276,6000',
];
const tops = [
  'ts_recv_ns,ts_event_ns,symbol,action,side,depth,price,size,flags,ts_in_delta,sequence,bid_px,ask_px,bid_sz,ask_sz,bid_ct,ask_ct',
  '1719878281218485389,1719878281218218853,ESU4,T,B,0,5528.75,2,0,17664,9060643,5528.5,5528.75,29,6,22,3',
  '1719878281218485389,1719878281218218853,ESU4,T,B,0,5528.75,1,0,17664,9060643,5528.5,5528.75,29,6,22,3',
  '1719878281218493289,1719878281218218853,ESU4,C,A,0,5528.75,2,130,13133,9060644,5528.5,,29,0,22,0',
];

describe('CME order by order', () => {
  it('reads rows in ticks, with the marks of snapshots and of whole events', async () => {
    const source = await open('x_ESH4.csv', orders);
    expect(source.instruments).toMatchObject([{ id: 'ESH4.FUT@cme', tick: '0.25', multiplier: '50' }]);
    const { events } = await readAll(source);
    expect(events.map(({ event }) => event)).toMatchObject([
      { action: 'clear', price: 0, quantity: 0, side: 'none', snapshot: true, last: false },
      { action: 'add', price: 19_196, quantity: 2, side: 'bid', orderId: '6412777162812', snapshot: true },
      { action: 'trade', price: 19_197, quantity: 44, side: 'ask', snapshot: false, last: false },
      { action: 'cancel', last: true },
    ]);
    expect(events[3]?.ts).toBeCloseTo(1703545200105.9009, 3);
  });

  it('says that a book may be wrong where the publisher lost packets, once until its rows are sound again', async () => {
    const lossy = (id: number, flags: number): string =>
      `1703545200105900877,1703545200000000000,17077,A,B,4799,2,0,${id},${flags},18276,6000`;
    const rows = [
      ...orders.slice(0, 3),
      lossy(1, 130),
      lossy(2, 134),
      lossy(3, 132),
      lossy(4, 130),
      lossy(5, 4),
    ];
    const { events } = await readAll(await open('lossy_ESH4.csv', rows));
    const said = events.map(({ event }) =>
      event.kind === 'sync' ? `${event.state}: ${event.reason}` : (event as { orderId: string }).orderId,
    );
    const lost = 'unsynced: the publisher lost packets of the channel: the book may be wrong';
    expect(said).toEqual(['0', '6412777162812', '1', lost, '2', '3', '4', lost, '5']);
    const core = compose({ instruments: [indexFuture('ESH4', 1.7e12) as Instrument] }, books());
    const { frames } = play(core, events);
    // In sync from the first whole group on, and never again without a new snapshot.
    expect(
      frames.flatMap(({ seq, sub, event }) => (event.kind === 'sync' && sub > 0 ? [[seq, event.state]] : [])),
    ).toEqual([
      [1, 'unsynced'],
      [3, 'synced'],
      [4, 'unsynced'],
    ]);
  });

  it('needs a symbol for the number, from the options or the name', async () => {
    await expect(open('nameless.csv', orders)).rejects.toThrow(/instrument_id 17077 has no symbol/);
    const named = await open('nameless.csv', orders, { symbols: { '17077': 'NQH4' } });
    expect(named.instruments).toMatchObject([{ id: 'NQH4.FUT@cme', multiplier: '20' }]);
  });

  it('refuses a row that is cut off, and a price off the grid', async () => {
    const cut = [...orders, orders[4]?.slice(0, 70) ?? ''];
    await expect(open('cut_ESH4.csv', cut)).rejects.toThrow(/a row must have 12 fields, not/);
    const off = await readAll(
      await open('off_ESH4.csv', [...orders.slice(0, 2), orders[2]?.replace('4799', '4799.1') ?? '']),
    );
    expect(String(off.error)).toMatch(/off_ESH4.csv, line 3.*price must be a decimal on the grid of 0.25/);
  });
});

describe('CME top of book', () => {
  it('gives a trade for a trade and a quote for the row after it', async () => {
    const { events } = await readAll(await open('tops.csv', tops));
    expect(events.map(({ event }) => event)).toMatchObject([
      { kind: 'trade', price: 22_115, quantity: 2, aggressor: 'buy', tradeId: '9060643' },
      { kind: 'trade', quantity: 1, tradeId: '9060643-1' },
      { kind: 'quote', bidPrice: 22_114, bidQuantity: 29, askPrice: 0, askQuantity: 0, updateId: 9_060_644 },
    ]);
  });

  it('leaves out tops that may be wrong for packets that the publisher lost, and says so once', async () => {
    const [head, bought, , top] = tops as [string, string, string, string];
    const lossy = (row: string): string => row.replace(/,(0|130),(\d+),(9\d+),/, ',4,$2,$3,');
    const { events } = await readAll(
      await open('lossy.csv', [head, top, lossy(top), lossy(bought), lossy(top), top]),
    );
    expect(events.map(({ event }) => (event.kind === 'sync' ? event.state : event.kind))).toEqual([
      ...['quote', 'unsynced', 'trade', 'quote'],
    ]);
    const core = compose({ instruments: [indexFuture('ESU4', 1.7e12) as Instrument] }, books());
    const known = play(core, events).frames;
    expect(known.filter(({ sub }) => sub === 0).map(({ bid }) => bid)).toEqual([
      ...[5_528.5, Number.NaN, Number.NaN, 5_528.5],
    ]);
  });

  it('gives an InputError or valid events for any change of a row', async () => {
    const all = [orders, tops].map((lines) => lines.join('\n'));
    await fc.assert(
      fc.asyncProperty(
        fc.nat(1),
        fc.nat(5_000),
        fc.constantFrom(...'0-9,.ABT\nx'.split('')),
        async (which, at, character) => {
          const characters = (all[which] as string).split('');
          characters[at % characters.length] = character;
          const outcome = await open('fuzz_ESH4.csv', [characters.join('')]).then(
            readAll,
            (error: unknown) => ({
              events: [],
              error,
            }),
          );
          if (outcome.error !== undefined) expect(outcome.error).toBeInstanceOf(InputError);
          for (const { event } of outcome.events) checkEvent(event);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('indexFuture', () => {
  it.each([
    ['ESH4', '2023-12-25', '2024-03-15T13:30:00.000Z'],
    ['ESZ3', '2013-10-07', '2013-12-20T14:30:00.000Z'],
    ['ESU4', '2024-07-01', '2024-09-20T13:30:00.000Z'],
  ])('%s of %s ends at %s', (symbol, at, expiry) => {
    expect(new Date(indexFuture(symbol, Date.parse(at))?.expiry ?? 0).toISOString()).toBe(expiry);
  });
});
