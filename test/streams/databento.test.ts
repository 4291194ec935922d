import { readFileSync } from 'node:fs';
import { decompress } from 'fzstd';
import { describe, expect, it } from 'vitest';
import type { TimedEvent } from '../../src/domain/event.js';
import { instrument } from '../../src/domain/instrument.js';
import type { TradeEvent } from '../../src/domain/market-event.js';
import { openCmeOrderByOrder } from '../../src/streams/readers/cme-order-by-order.js';
import { openCmeTopOfBook } from '../../src/streams/readers/cme-top-of-book.js';
import { openDatabentoBinary } from '../../src/streams/readers/databento-binary.js';
import { indexFuture } from '../../src/streams/readers/index-futures.js';
import { openRecording } from '../../src/streams/readers/open-recording.js';
import type { ReaderOptions } from '../../src/streams/readers/reader-options.js';
import type { RecordingSource } from '../../src/streams/recording/source.js';
import { describeWithData } from '../shared-data.js';
import { metadata, record, tradeRecord } from './databento-files.js';
import { rebuildBars } from './rebuild-bars.js';
import { countKinds, readAll, temporaryFolder } from './support.js';

const folder = temporaryFolder();
const openFile = async (path: string, options?: ReaderOptions): Promise<RecordingSource> =>
  (await openRecording(path, options)).sources[0] as RecordingSource;
const open = async (parts: readonly Buffer[], options?: ReaderOptions): Promise<RecordingSource> =>
  openFile(folder.write('made.dbn', Buffer.concat(parts)), options);

describeWithData('recorded Databento files', (data) => {
  const binary = async (name: string): Promise<TimedEvent[]> => {
    const source = await openFile(data(`cme/dbn/${name}.dbn.zst`));
    const { events, error, bytesRead } = await readAll(source);
    expect(error).toBeUndefined();
    expect(bytesRead).toBe(source.bytesTotal);
    return events;
  };

  it('give the events of the CSV of the same orders', async () => {
    const csv = await readAll(await openCmeOrderByOrder(data('cme/cme_esm4_mbo_20240508_2s.csv.gz')));
    const events = await binary('esm4_20240508.mbo');
    expect(events).toEqual(csv.events);
    const expected = JSON.parse(readFileSync(data('expected/cme_esm4_mbo_20240508_2s.json'), 'utf8'));
    const { R, A, C, M, T, F } = expected.by_action;
    expect(await countKinds(await openFile(data('cme/dbn/esm4_20240508.mbo.dbn.zst')))).toEqual({
      'bookOrder clear': R,
      'bookOrder add': A,
      'bookOrder cancel': C,
      'bookOrder modify': M,
      'bookOrder trade': T,
      'bookOrder fill': F,
    });
  });

  it.each([
    ['esu4_20240701.mbp-1', 'cme_esu4_mbp1_20240701_2358-0002', 2_288],
    ['esu4_20240701.trades', 'cme_esu4_trades_20240701_2358-0002', 120],
  ])('give the events of the CSV of %s', async (name, csvName, count) => {
    const csv = await readAll(await openCmeTopOfBook(data(`cme/${csvName}.csv.gz`)));
    const events = await binary(name);
    expect(events).toHaveLength(count);
    expect(events).toEqual(csv.events);
  });

  it('give the bars of the CSV, known when they end', async () => {
    const csv = await readAll(await openFile(data('cme/cme_esu4_nqu4_ohlcv1m_20240701_2340-0010.csv.gz')));
    const events = await binary('esu4_nqu4_20240701.ohlcv-1m');
    expect(events).toHaveLength(60);
    expect(events).toEqual(csv.events);
    for (const { ts, event } of events) expect(event).toMatchObject({ kind: 'bar', end: ts, venueTime: ts });
  });

  it('rebuild the bars from the trades: 4 of 4 minutes', async () => {
    const bars = (await binary('esu4_nqu4_20240701.ohlcv-1m')).map(({ event }) => event);
    const trades = (await binary('esu4_20240701.trades')).map(({ event }) => event as TradeEvent);
    const rebuilt = rebuildBars(trades, 60_000);
    expect(rebuilt).toHaveLength(4);
    for (const bar of rebuilt) expect(bars).toContainEqual(bar);
  });

  it('give definitions as events, which agree with the defaults', async () => {
    const source = await openFile(data('cme/dbn/esu4_nqu4.definition.dbn.zst'));
    expect(source.instruments).toEqual(
      (await binary('esu4_nqu4.definition')).map(
        ({ event }) => (event as { definition?: unknown }).definition,
      ),
    );
    expect(source.instruments).toMatchObject([
      { ...indexFuture('ESU4', Date.UTC(2024, 6)), bands: { low: '5139.5', high: '5903.5' } },
      { ...indexFuture('NQU4', Date.UTC(2024, 6)), bands: { low: '18549.5', high: '21305' } },
    ]);
  });

  it('read unpacked as well, and a cut one up to the cut', async () => {
    const packed = readFileSync(data('cme/dbn/esm4_20240508.mbo.dbn.zst'));
    const plain = decompress(packed);
    expect((await readAll(await openFile(folder.write('plain.dbn', plain)))).events).toHaveLength(13_796);
    const cut = await readAll(await openFile(folder.write('cut.dbn', plain.subarray(0, 206 + 56 * 100 + 9))));
    expect(cut.events).toHaveLength(100);
    expect(String(cut.error)).toMatch(/cut\.dbn, record 101: cut off after 9 bytes/);
    const short = await readAll(
      await openDatabentoBinary(folder.write('short.zst', packed.subarray(0, 170_000))),
    );
    expect(short.events.length).toBeGreaterThan(1_000);
    expect(String(short.error)).toMatch(/short\.zst: the zstd data end early/);
  });
});

describe('Databento binary encoding', () => {
  it.each([1, 2, 3])('reads version %i', async (version) => {
    const source = await open([
      metadata(version, 4),
      tradeRecord(5_528_750_000_000n),
      tradeRecord(5_528_500_000_000n),
    ]);
    expect((await readAll(source)).events).toEqual([
      {
        ts: 1_719_878_281_500,
        event: {
          kind: 'trade',
          instrument: 'ESU4.FUT@cme',
          venueTime: 1_719_878_281_000,
          price: 22_115,
          quantity: 3,
          aggressor: 'sell',
          tradeId: '77',
        },
      },
      expect.objectContaining({ event: expect.objectContaining({ price: 22_114, tradeId: '77-1' }) }),
    ]);
  });

  it.each([
    [2, 400, 88, 96, 186, 200, 297, 374, 386],
    [3, 520, 80, 88, 224, 238, 335, 487, 497],
  ])(
    'reads definitions of version %i',
    async (version, length, size, value, currency, symbol, asset, kind, user) => {
      const made = record(0x13, length, [
        [16, 8, 1_719_792_000_000_000_000n],
        [24, 8, 250_000_000],
        [32, 8, 10_000_000],
        [40, 8, 1_726_839_000_000_000_000n],
        [56, 8, 2n ** 63n - 1n],
        [size, 8, 50_000_000_000n],
        [value, 8, 125_000_000],
        [currency, 1, 'USD'],
        [symbol, 1, 'ESU4'],
        [asset, 1, 'ES'],
        [kind, 1, 'F'],
        [user, 1, 'N'],
      ]);
      const { instruments } = await open([metadata(version, 9), made]);
      expect(instruments).toEqual([indexFuture('ESU4', Date.UTC(2024, 6))]);
      made.writeBigInt64LE(1_250_000n, value);
      await expect(open([metadata(version, 9), made])).rejects.toThrow(
        /record 1: min_price_increment_amount must be ESU4's tick 0.25 times its size 50 times 0.01/,
      );
    },
  );

  it('says that a book may be wrong where the publisher lost packets, once until its rows are sound again', async () => {
    const order = (id: number, flags: number): Buffer =>
      record(0xa0, 56, [
        [16, 8, id],
        [24, 8, 5_528_500_000_000n],
        [32, 4, 1],
        [36, 1, flags],
        [38, 1, 'A'],
        [39, 1, 'B'],
        [40, 8, 1_719_878_281_500_000_000n],
      ]);
    const rows = [order(1, 130), order(2, 132), order(3, 4), order(4, 128), order(5, 4)];
    const { events } = await readAll(await open([metadata(3, 0), ...rows]));
    expect(events.map(({ event }) => (event.kind === 'sync' ? event.state : event.kind))).toEqual([
      'bookOrder',
      'unsynced',
      'bookOrder',
      'bookOrder',
      'bookOrder',
      'unsynced',
      'bookOrder',
    ]);
    expect(events[1]?.event).toMatchObject({
      instrument: 'ESU4.FUT@cme',
      reason: 'the publisher lost packets of the channel: the book may be wrong',
    });
  });

  it('leaves out tops that may be wrong for lost packets', async () => {
    const top = (flags: number): Buffer =>
      record(1, 80, [
        [28, 1, 'C'],
        [30, 1, flags],
        [32, 8, 1_719_878_281_500_000_000n],
        [48, 8, 5_528_500_000_000n],
        [56, 8, 5_528_750_000_000n],
      ]);
    const { events } = await readAll(await open([metadata(2, 1), top(128), top(132), top(4), top(0)]));
    expect(events.map(({ event }) => event.kind)).toEqual(['quote', 'sync', 'quote']);
  });

  it('reads an empty side, a state, and a bar of an hour', async () => {
    const top = record(1, 80, [
      [16, 8, 2n ** 63n - 1n],
      [28, 1, 'C'],
      [29, 1, 'A'],
      [32, 8, 1_719_878_281_500_000_000n],
      [48, 8, 5_528_500_000_000n],
      [56, 8, 2n ** 63n - 1n],
      [64, 4, 29],
    ]);
    const state = (action: number): Buffer =>
      record(0x12, 40, [
        [16, 8, 1_719_878_282_000_000_000n],
        [24, 2, action],
      ]);
    const hour = record(
      0x22,
      56,
      [16, 24, 32, 40].map((at) => [at, 8, -250_000_000] as const),
    );
    const { events } = await readAll(await open([metadata(2, 1), top, state(8), state(14), state(7), hour]));
    expect(events.map(({ event }) => event)).toMatchObject([
      { kind: 'quote', bidPrice: 22_114, bidQuantity: 29, askPrice: 0, askQuantity: 0 },
      { kind: 'status', state: 'halted' },
      { kind: 'status', state: 'open' },
      { kind: 'bar', open: -1, volume: 0, end: 1_719_881_881_000 },
    ]);
  });

  it.each([
    ['version', [metadata(4, 4)], /made\.dbn: version must be 1, 2 or 3, not 4/],
    ['schema', [metadata(2, 2)], /made\.dbn: schema must be one of .*, not "mbp-10"/],
    ['symbol', [metadata(2, 4, 'ZZZ9'), tradeRecord(0n)], /record 1: symbol "ZZZ9" .* has no definition/],
    [
      'price',
      [metadata(2, 4), tradeRecord(5_528_800_000_000n)],
      /record 1: price must be a decimal on the grid of 0.25, not "5528.8"/,
    ],
    [
      'no price',
      [metadata(2, 4), tradeRecord(2n ** 63n - 1n)],
      /record 1: price must be a price, not "undefined"/,
    ],
    [
      'large price',
      [metadata(2, 4), tradeRecord(2n ** 63n - 2n)],
      /record 1: price must be a decimal on the grid/,
    ],
    ['length', [metadata(2, 4), Buffer.alloc(64)], /record 1: its length must be at least 16 bytes, not 0/],
    [
      'short record',
      [metadata(2, 4), record(0, 40, [])],
      /record 1: a record of type 0 must have 48 bytes, not 40/,
    ],
    ['type', [metadata(2, 4), record(0x18, 64, [])], /record 1: rtype must be of an order, .*, not 24/],
  ])('refuses a wrong %s', async (_name, parts, message) => {
    const outcome = await open(parts).then(readAll, (error: unknown) => ({ error }));
    expect(String(outcome.error)).toMatch(message);
  });

  it('prefers the user: a definition, and a symbol of a number', async () => {
    const own = instrument({
      venue: 'cme',
      symbol: 'ESU4',
      kind: 'future',
      base: 'ES',
      quote: 'USD',
      multiplier: '50',
      tick: '0.05',
      lot: '1',
      expiry: 1,
    });
    const parts = [metadata(2, 4), tradeRecord(5_528_800_000_000n)];
    expect((await readAll(await open(parts, { instruments: [own] }))).events[0]?.event).toMatchObject({
      price: 110_576,
    });
    const other = await open([metadata(2, 4), tradeRecord(5_528_750_000_000n)], {
      symbols: { '118': 'NQU4' },
    });
    expect(other.instruments).toMatchObject([{ symbol: 'NQU4' }]);
  });
});
