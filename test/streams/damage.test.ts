import { gzipSync } from 'node:zlib';
import { encode } from '@msgpack/msgpack';
import { describe, expect, it } from 'vitest';
import { compose } from '../../src/core/compose.js';
import { InputError } from '../../src/domain/errors.js';
import type { TimedEvent } from '../../src/domain/event.js';
import { books } from '../../src/operators/index.js';
import { backtest } from '../../src/streams/index.js';
import { openRecording } from '../../src/streams/readers/open-recording.js';
import type { ReaderOptions } from '../../src/streams/readers/reader-options.js';
import { frameHead } from '../../src/streams/recording/record-frames.js';
import { recordingHeader } from '../../src/streams/recording/recording-header.js';
import type { RecordingSource } from '../../src/streams/recording/source.js';
import { metadata, record, tradeRecord } from './databento-files.js';
import { BYTES, LINES } from './reader-seeds.js';
import { readAll, temporaryFolder } from './support.js';

const folder = temporaryFolder();
const report: ReaderOptions = { damage: 'report' };

async function open(name: string, content: string | Uint8Array, options = report): Promise<RecordingSource> {
  return (await openRecording(folder.write(name, content), options)).sources[0] as RecordingSource;
}
const read = async (name: string, content: string | Uint8Array) => readAll(await open(name, content));
const kinds = (events: readonly TimedEvent[]): string[] => events.map(({ event }) => event.kind);
const lines = (name: string): string[] => [...(LINES[name] as readonly string[])];
const BTC = 'BTC-USDT.SPOT@binance';

describe('a bad message, where damage is reported', () => {
  const raw = lines('binance-raw.txt');
  const [depth, quote, trade, snapshot] = raw as [string, string, string, string];
  const whole = [depth, quote, trade, snapshot];
  const after = (bad: string): Promise<{ events: TimedEvent[]; error: unknown }> =>
    read('raw.txt', [...whole, bad, trade].join('\n'));

  it('is refused by default', async () => {
    const bad = [...whole, trade.replace('0.02', 'x'), trade].join('\n');
    const { events, error } = await readAll(await open('raw.txt', bad, {}));
    expect(error).toBeInstanceOf(InputError);
    expect(String(error)).toMatch(/raw\.txt, line 5: q must be a decimal/);
    expect(kinds(events)).toEqual(['book', 'quote', 'trade', 'book']);
  });

  it('becomes one fault that names file, line, field and value, at the time of what came before', async () => {
    const { events, error } = await after(trade.replace('0.02', 'x'));
    expect(error).toBeUndefined();
    expect(kinds(events)).toEqual(['book', 'quote', 'trade', 'book', 'fault', 'trade']);
    expect(events[4]).toEqual({
      ts: events[3]?.ts,
      event: {
        kind: 'fault',
        component: 'feed:raw.txt',
        code: 'bad-input',
        message: expect.stringMatching(
          /^raw\.txt, line 5: q must be a decimal on the grid of 0.00000001, not "x"/,
        ),
        severity: 'notice',
      },
    });
  });

  it.each([
    ['a change with a bad price', depth.replace('61737.63', '61737.635')],
    ['a change that is cut off', depth.slice(0, 80)],
    ['a snapshot with a negative size', snapshot.replace('3.7', '-3.7')],
    ['words of nobody', 'words of nobody'],
  ])('of %s also says that the book is not to be trusted', async (_name, bad) => {
    const { events } = await after(bad);
    expect(kinds(events)).toEqual(['book', 'quote', 'trade', 'book', 'fault', 'sync', 'trade']);
    expect(events[5]?.event).toMatchObject({ instrument: BTC, state: 'unsynced' });
  });

  it.each([
    ['binance-raw.txt', /"61737.63"/, '"-61737.63"', /b must be a price of at least 0, not "-61737.63"/],
    ['binance-raw.txt', /"u":13/, '"u":3', /u must be an integer of at least U, 11, not 3/],
    ['coinbase-pro.jsonl', /8042.90/, '-8042.90', /price must be a price of at least 0, not "-8042.90"/],
    ['coinbase-pro.jsonl', /"time":"2018-04-15T23:11:43.000500Z"/, '"no":1', /time must be an ISO time/],
    ['coinbase_btcusd_1m.csv', /23142.51/, '-1', /low must be a price of at least 0, not "-1"/],
    ['orders_esh4.csv', /6412777162812/, '1e400', /order_id must be an integer of at least 0, not "1e400"/],
    ['tops.csv', /9060643/, 'NaN', /sequence must be an integer of at least 0, not "NaN"/],
  ])('in %s: %s for which %s stands', async (name, good, bad, message) => {
    const rows = lines(name);
    const at = rows.findIndex((line) => good.test(line));
    const spoilt = [...rows, (rows[at] as string).replace(good, bad)].join('\n');
    const { events, error } = await read(name, spoilt);
    expect(error).toBeUndefined();
    const faults = events.flatMap(({ event }) => (event.kind === 'fault' ? [event.message] : []));
    expect(faults).toEqual([expect.stringMatching(message)]);
  });

  it('is a row with a number of its own in a short file of orders', async () => {
    const rows = lines('orders_esh4.csv');
    const { events, error } = await read(
      'orders_esh4.csv',
      [...rows, (rows[1] as string).replace('17077', '-0')].join('\n'),
    );
    expect(error).toBeUndefined();
    expect(kinds(events)).toEqual(['bookOrder', 'bookOrder', 'fault', 'sync']);
  });

  it('of another instrument leaves a book alone', async () => {
    const rows = lines('okx.jsonl');
    const bad = (rows[3] as string).replaceAll('19.1', 'x');
    const about = async (symbol: string) => {
      const { events } = await read(
        'okx.jsonl',
        [...rows, bad.replaceAll('BTC-USDT', symbol), rows[6]].join('\n'),
      );
      return kinds(events).slice(-3);
    };
    expect(await about('UNI-USD-SWAP')).toEqual(['trade', 'fault', 'trade']);
    expect(await about('BTC-USDT')).toEqual(['fault', 'sync', 'trade']);
  });

  it('makes the stage of books ask for a book, and the run goes on', async () => {
    const source = await open('raw.txt', [...whole, depth.replace('[["617', '[["6x7'), trade].join('\n'));
    const asks: number[] = [];
    const synced: boolean[] = [];
    await backtest(compose({ instruments: source.instruments }, books()), source).forEach((frame) => {
      if (frame.event.kind === 'trade') synced.push(frame.synced);
      for (const request of frame.requests) if (request.kind === 'ask') asks.push(frame.seq);
    });
    expect(synced.at(-1)).toBe(false);
    expect(asks.length).toBeGreaterThan(0);
  });

  it('whose time is far from the others is told once, and the run goes on', async () => {
    const ahead = trade.replace(/^\d+/, '1893456000000000000');
    const { events, error } = await read('raw.txt', [...whole, ahead, trade, quote, trade].join('\n'));
    expect(error).toBeUndefined();
    expect(kinds(events)).toEqual([
      ...['book', 'quote', 'trade', 'book', 'trade'],
      ...['fault', 'trade', 'quote', 'trade'],
    ]);
    expect(events[5]?.event).toMatchObject({
      component: 'feed:raw.txt',
      message: 'raw.txt: ts must not be more than a minute before 1893456000000, not 1723161254087.8965',
    });
    const back = await read('raw.txt', [...whole, trade.replace(/^17231612542/, '17231612501')].join('\n'));
    expect(kinds(back.events)).not.toContain('fault');
  });

  it('before any time is known gets the first one', async () => {
    const { events } = await read('raw.txt', [quote.replace('"BTCUSDT"', '1'), ...whole].join('\n'));
    expect(kinds(events)).toEqual(['fault', 'book', 'quote', 'trade', 'book']);
    expect(events[0]?.ts).toBe(events[1]?.ts);
  });

  it('gives the same events wherever the file lies', async () => {
    const { events } = await after('?');
    expect(JSON.stringify(events)).not.toContain(folder.path);
  });
});

describe('what is no damage any more', () => {
  const raw = lines('binance-raw.txt');

  it('is more than 100 bad messages in a row', async () => {
    const bad = (count: number): string[] => Array.from({ length: count }, () => 'x');
    const fine = await read('raw.txt', [...raw, ...bad(100), raw[2], ...bad(100)].join('\n'));
    expect(fine.error).toBeUndefined();
    expect(kinds(fine.events).filter((kind) => kind === 'fault')).toHaveLength(200);
    const { events, error } = await read('raw.txt', [...raw, ...bad(101)].join('\n'));
    expect(kinds(events).filter((kind) => kind === 'fault')).toHaveLength(100);
    expect(error).toBeInstanceOf(InputError);
    expect(String(error)).toMatch(/raw\.txt, line 105.*: .*more than 100 bad messages in a row/);
  });

  it('is a feed without any time: it is not held in memory to its end', async () => {
    const [snapshot, change] = lines('coinbase-pro.jsonl') as [string, string];
    const timeless = Array.from({ length: 5_000 }, () => change.replace(/"time":"[^"]*",/, ''));
    const { events, error } = await read('coinbase-pro.jsonl', [snapshot, change, ...timeless].join('\n'));
    expect(String(error)).toMatch(/time must be an ISO time in UTC at least once in 1000 messages/);
    expect(events.length).toBeLessThan(1_300);
  });

  it('is packing that is cut off', async () => {
    const packed = gzipSync(Array.from({ length: 5_000 }, (_, index) => raw[index % 3]).join('\n'));
    const { error } = await read('raw.gz', packed.subarray(0, packed.length - 20)).catch(
      (reason: unknown) => ({
        error: reason,
      }),
    );
    expect(error).toBeInstanceOf(InputError);
    expect(String(error)).toMatch(/the gzip data end early/);
  });

  it('is a journal with a bad event', async () => {
    const frame = (value: unknown): Buffer => Buffer.concat([frameHead(encode(value)), encode(value)]);
    const journal = [recordingHeader('journal', [], ''), [1, 5, { kind: 'barrier' }]].map(frame);
    const { error } = await read('journal', Buffer.concat(journal));
    expect(String(error)).toMatch(/record at byte \d+: barrier\.id must be a string/);
  });

  it('is a record of Databento whose length is wrong', async () => {
    const bad = tradeRecord(5_528_750_000_000n);
    bad[0] = 1;
    const { events, error } = await read('short.dbn', Buffer.concat([BYTES['trades.dbn'] as Buffer, bad]));
    expect(kinds(events)).toEqual(['trade', 'trade']);
    expect(String(error)).toMatch(/its length must be at least 16 bytes, not 4/);
  });
});

describe('records', () => {
  const order = (side: string): Buffer =>
    record(0xa0, 56, [
      [24, 8, 5_528_500_000_000n],
      [38, 1, 'A'],
      [39, 1, side],
      [40, 8, 1_719_878_281_500_000_000n],
    ]);

  it('of Databento that are bad are reported, and their book is not to be trusted', async () => {
    const { events, error } = await read(
      'orders.dbn',
      Buffer.concat([metadata(3, 0), order('B'), order('X'), order('A')]),
    );
    expect(error).toBeUndefined();
    expect(kinds(events)).toEqual(['bookOrder', 'fault', 'sync', 'bookOrder']);
    expect(events[1]?.event).toMatchObject({
      message: 'orders.dbn, record 2: side must be one of B, A, N, not "X"',
    });
  });

  it('of our own that are bad are reported', async () => {
    const frame = (value: unknown): Buffer => Buffer.concat([frameHead(encode(value)), encode(value)]);
    const own = BYTES['own'] as Buffer;
    const { events, error } = await read(
      'own',
      Buffer.concat([own, frame([9, { kind: 'trade' }]), frame(7)]),
    );
    expect(error).toBeUndefined();
    expect(kinds(events)).toEqual(['trade', 'trade', 'fault', 'fault']);
  });
});
