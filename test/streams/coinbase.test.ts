import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/domain/errors.js';
import { checkEvent } from '../../src/domain/wire.js';
import { openRecording } from '../../src/streams/readers/open-recording.js';
import type { RecordingSource } from '../../src/streams/recording/source.js';
import { readAll, temporaryFolder } from './support.js';

const folder = temporaryFolder();
let files = 0;
const open = async (lines: readonly string[]): Promise<RecordingSource> => {
  const { sources } = await openRecording(folder.write(`coinbase-${files++}`, `${lines.join('\n')}\n`));
  return sources[0] as RecordingSource;
};

const pro = [
  '{"type":"snapshot","product_id":"BTC-USD","bids":[["8337.66","1.92259307"]],"asks":[["8340","2"]]}',
  '{"type":"last_match","product_id":"BTC-USD","trade_id":1,"side":"buy","size":"0.2","price":"8337.66","time":"2018-04-15T23:11:40.934000Z"}',
  '{"type":"l2update","product_id":"BTC-USD","time":"2018-04-15T23:11:43.047Z","changes":[["buy","8300.00000000","33.48472626"],["sell","8340","0"]]}',
  '{"type":"match","product_id":"BTC-USD","trade_id":2,"side":"buy","size":"0.15520000","price":"8042.90000000","sequence":5,"time":"2018-04-15T23:11:43.000500Z"}',
  '{"type":"error","message":"Failed to unsubscribe"}',
];

describe('Coinbase Pro lines', () => {
  it('stamps by the venue, flips the maker side, and gives the snapshot the next known time', async () => {
    const { events } = await readAll(await open(pro));
    expect(events.map(({ ts, event }) => [ts, event.kind])).toEqual([
      [1523833903047, 'book'],
      [1523833903047, 'book'],
      [1523833903047, 'trade'],
    ]);
    expect(events[0]?.event).toMatchObject({ action: 'snapshot', bids: [833_766, 192_259_307], first: -1 });
    expect(events[1]?.event).toMatchObject({ bids: [830_000, 3_348_472_626], asks: [834_000, 0] });
    expect(events[2]?.event).toMatchObject({ aggressor: 'sell', venueTime: 1523833903000.5, tradeId: '2' });
  });

  it('refuses an unknown type, and a file in which nothing has a time', async () => {
    const odd = await open([...pro, '{"type":"surprise"}']).then(readAll, (error: unknown) => ({ error }));
    expect(String(odd.error)).toMatch(/line 6: type must be one of snapshot/);
    const timeless = await readAll(await open(pro.slice(0, 1)));
    expect(String(timeless.error)).toMatch(/no message has a time/);
  });
});

const row = (t: string, ts: number, more: object): string => JSON.stringify({ t, ts, conn: 'ws.2', ...more });
const message = (ts: number, channel: string, sequence: number, events: readonly object[]): string =>
  row('recv', ts, {
    data: JSON.stringify({
      channel,
      timestamp: '2026-08-09T21:05:48.483587501Z',
      sequence_num: sequence,
      events,
    }),
  });
const level = (side: string, price: string, quantity: string): object => ({
  side,
  event_time: '2026-08-09T21:05:48.170326Z',
  price_level: price,
  new_quantity: quantity,
});
const print = (id: string, side: string): object => ({
  product_id: 'BTC-USD',
  trade_id: id,
  price: '65083.67',
  size: '0.002186',
  time: '2026-08-09T21:05:42.514318Z',
  side,
});
const product = {
  product_id: 'BTC-USD',
  product_type: 'SPOT',
  base_currency_id: 'BTC',
  quote_currency_id: 'USD',
  price_increment: '0.001',
  base_increment: '0.0000001',
  base_min_size: '0.0000001',
  quote_min_size: '1',
};
const advanced = [
  '{"t":"header","format":2,"exchange":"COINBASE","config":{"l2_book":["BTC-USD","ETH-USD"],"trades":["BTC-USD"]}}',
  row('http', 10, { url: 'https://x/products', data: JSON.stringify({ products: [product] }) }),
  row('connect', 11, { addr: 'wss://x' }),
  row('send', 12, { data: JSON.stringify({ type: 'subscribe', product_ids: ['BTC-USD', 'ETH-USD'] }) }),
  message(13, 'market_trades', 0, [{ type: 'snapshot', trades: [print('7', 'SELL')] }]),
  message(14.000001, 'l2_data', 1, [
    {
      type: 'snapshot',
      product_id: 'BTC-USD',
      updates: [level('bid', '65083.66', '1'), level('offer', '65083.7', '2')],
    },
  ]),
  message(15, 'market_trades', 2, [{ type: 'update', trades: [print('9', 'BUY'), print('8', 'SELL')] }]),
  message(16, 'heartbeats', 3, [{ heartbeat_counter: 1 }]),
  message(17, 'ticker', 4, [
    {
      tickers: [
        {
          product_id: 'BTC-USD',
          best_bid: '1',
          best_ask: '2',
          best_bid_quantity: '3',
          best_ask_quantity: '4',
        },
        { product_id: 'ETH-USD', best_bid: '1', best_ask: '2' },
      ],
    },
  ]),
];

describe('Coinbase Advanced in cryptofeed rows', () => {
  it('reads books, trades in order of printing, and complete tickers, on the recorded grid', async () => {
    const source = await open(advanced);
    expect(source.instruments.map(({ id, tick }) => [id, tick])).toEqual([
      ['BTC-USD.SPOT@coinbase', '0.001'],
      ['ETH-USD.SPOT@coinbase', '0.01'],
    ]);
    const { events, error } = await readAll(source);
    expect(error).toBeUndefined();
    expect(events.map(({ ts, event }) => [ts, event.kind])).toEqual([
      [14000.001, 'book'],
      [15000, 'trade'],
      [15000, 'trade'],
      [17000, 'quote'],
    ]);
    expect(events[0]?.event).toMatchObject({
      bids: [65_083_660, 10_000_000],
      asks: [65_083_700, 20_000_000],
    });
    expect(events[1]?.event).toMatchObject({ tradeId: '8', aggressor: 'buy' });
    expect(events[2]?.event).toMatchObject({ tradeId: '9', aggressor: 'sell' });
  });

  it('tells every instrument of the connection of a gap and goes on', async () => {
    const update = { type: 'update', product_id: 'BTC-USD', updates: [level('bid', '65083.66', '0')] };
    const { events } = await readAll(await open([...advanced, message(18, 'l2_data', 7, [update])]));
    expect(events.slice(4).map(({ event }) => event)).toMatchObject([
      {
        kind: 'sync',
        instrument: 'BTC-USD.SPOT@coinbase',
        state: 'unsynced',
        reason: 'sequence_num of ws.2 is 7, expected 5',
      },
      { kind: 'sync', instrument: 'ETH-USD.SPOT@coinbase', state: 'unsynced' },
      { kind: 'book', action: 'delta' },
    ]);
    const again = [row('connect', 18, { addr: 'wss://x' }), message(19, 'heartbeats', 0, [])];
    const reconnected = await readAll(await open([...advanced, ...again]));
    expect(reconnected.events.slice(4).map(({ event }) => event.kind)).toEqual(['sync', 'sync']);
  });

  it('gives an InputError or valid events for any change of a row', async () => {
    const text = [...pro, ...advanced];
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.nat(5_000),
        fc.constantFrom(...'0-9"{}[],:.x\n nul\\'.split('')),
        async (first, place, character) => {
          const all = (first ? text.slice(0, pro.length) : text.slice(pro.length)).join('\n').split('');
          all[place % all.length] = character;
          const outcome = await open([all.join('')]).then(readAll, (error: unknown) => ({
            events: [],
            error,
          }));
          if (outcome.error !== undefined) expect(outcome.error).toBeInstanceOf(InputError);
          for (const { event } of outcome.events) checkEvent(event);
        },
      ),
      { numRuns: 300 },
    );
  });
});
