import { encode } from '@msgpack/msgpack';
import { instrument } from '../../src/domain/instrument.js';
import { frameHead } from '../../src/streams/recording/record-frames.js';
import { recordingHeader } from '../../src/streams/recording/recording-header.js';
import { metadata, record, tradeRecord } from './databento-files.js';

const json = JSON.stringify;
const row = (t: string, ts: number, data: unknown, more: object = {}): string =>
  json({ t, ts, conn: 'ws.1', ...more, ...(data === undefined ? {} : { data: json(data) }) });
const header = (exchange: string, ...names: string[]): string =>
  json({ t: 'header', exchange, config: { l2_book: names }, recorded: 1 });

const binanceTrade = {
  e: 'trade',
  E: 1723161255343,
  s: 'BTCUSDT',
  t: 37,
  p: '61837.63',
  q: '0.02',
  T: 1723161255342,
  m: true,
  M: true,
};
const binanceDepth = {
  e: 'depthUpdate',
  E: 1723161255208,
  s: 'BTCUSDT',
  U: 11,
  u: 13,
  b: [['61737.63', '0']],
  a: [['61837.64', '1.5']],
};
const binanceTop = { u: 12, s: 'BTCUSDT', b: '61837.63', B: '3.7', a: '61837.64', A: '1.5' };
const binanceSnapshot = { lastUpdateId: 14, bids: [['61837.63', '3.7']], asks: [] };

const coinbase = (channel: string, sequence: number, event: object): object => ({
  channel,
  timestamp: '2026-08-09T21:05:48.483587501Z',
  sequence_num: sequence,
  events: [event],
});
const coinbaseLevel = { side: 'bid', price_level: '65083.67', new_quantity: '0.5' };
const coinbasePrint = {
  product_id: 'BTC-USD',
  trade_id: '1',
  price: '65083.67',
  size: '0.002',
  time: '2026-08-09T21:05:42.514318Z',
  side: 'BUY',
};

const okxInstruments = {
  data: [
    {
      instType: 'SPOT',
      instId: 'BTC-USDT',
      baseCcy: 'BTC',
      quoteCcy: 'USDT',
      tickSz: '0.1',
      lotSz: '0.00000001',
      minSz: '0.00001',
    },
    {
      instType: 'SWAP',
      instId: 'UNI-USD-SWAP',
      uly: 'UNI-USD',
      settleCcy: 'UNI',
      ctVal: '10',
      ctType: 'inverse',
      tickSz: '0.001',
      lotSz: '1',
      minSz: '1',
    },
  ],
};
const okx = (channel: string, data: object, more: object = {}): object => ({
  arg: { channel, instId: 'BTC-USDT' },
  ...more,
  data: [{ ts: '1652459225500', ...data }],
});

const own = instrument({
  venue: 'binance',
  symbol: 'BTCUSDT',
  kind: 'spot',
  base: 'BTC',
  quote: 'USDT',
  tick: '0.01',
  lot: '0.00001',
});
const framed = (payload: unknown): Buffer => {
  const bytes = encode(payload);
  return Buffer.concat([frameHead(bytes), bytes]);
};
const ownTrade = {
  kind: 'trade',
  instrument: own.id,
  venueTime: 1,
  price: 6_183_763,
  quantity: 2_000,
  aggressor: 'sell',
  tradeId: '37',
};

/** A small good file of every format of lines, by the name it needs. */
export const LINES: Readonly<Record<string, readonly string[]>> = {
  'binance-raw.txt': [
    `1723161253937085768 ${json({ stream: 's', data: binanceDepth })}`,
    `1723161254087891268 ${json({ stream: 's', data: binanceTop })}`,
    `1723161254087896568 ${json({ stream: 's', data: binanceTrade })}`,
    `1723161254206652067 ${json(binanceSnapshot)}`,
  ],
  'coinbase-pro.jsonl': [
    '{"type":"snapshot","product_id":"BTC-USD","bids":[["8337.66","1.92259307"]],"asks":[["8340","2"]]}',
    '{"type":"l2update","product_id":"BTC-USD","time":"2018-04-15T23:11:43.047Z","changes":[["buy","8300.00","33.4"],["sell","8340","0"]]}',
    '{"type":"match","product_id":"BTC-USD","trade_id":2,"side":"buy","size":"0.155","price":"8042.90","time":"2018-04-15T23:11:43.000500Z"}',
  ],
  'coinbase-advanced.jsonl': [
    header('COINBASE', 'BTC-USD'),
    row('connect', 1786309548, undefined),
    row(
      'recv',
      1786309548.5,
      coinbase('l2_data', 0, { type: 'snapshot', product_id: 'BTC-USD', updates: [coinbaseLevel] }),
    ),
    row('recv', 1786309548.6, coinbase('market_trades', 1, { type: 'update', trades: [coinbasePrint] })),
    row(
      'recv',
      1786309548.7,
      coinbase('ticker', 2, {
        type: 'update',
        tickers: [
          {
            product_id: 'BTC-USD',
            best_bid: '1',
            best_ask: '2',
            best_bid_quantity: '3',
            best_ask_quantity: '4',
          },
        ],
      }),
    ),
  ],
  'binance-rows.jsonl': [
    header('BINANCE', 'BTC-USDT'),
    row('http', 1786309549, binanceSnapshot, { url: 'https://b/api/v3/depth?symbol=BTCUSDT&limit=1' }),
    row('recv', 1786309548.5, { stream: 's', data: binanceDepth }),
    row('recv', 1786309548.6, { stream: 's', data: binanceTrade }),
  ],
  'okx.jsonl': [
    header('OKX', 'BTC-USDT', 'UNI-USD-PERP'),
    row('http', 1652459224, okxInstruments, { url: 'https://o/instruments' }),
    row('connect', 1652459224.5, undefined),
    row(
      'recv',
      1652459225.5,
      okx(
        'books',
        { bids: [['19.1', '7', '0', '1']], asks: [['19.2', '9', '0', '1']], checksum: 1 },
        { action: 'snapshot' },
      ),
    ),
    row(
      'recv',
      1652459225.6,
      okx('books', { bids: [['19.1', '0', '0', '0']], asks: [], checksum: -7 }, { action: 'update' }),
    ),
    row('recv', 1652459225.7, okx('tickers', { bidPx: '19', bidSz: '2', askPx: '', askSz: '' })),
    row('recv', 1652459225.8, okx('trades', { px: '19.1', sz: '0.5', side: 'buy', tradeId: '4' })),
  ],
  'orders_esh4.csv': [
    'ts_recv_ns,ts_event_ns,instrument_id,action,side,price,size,channel_id,order_id,flags,ts_in_delta,sequence',
    '1703462400000000000,1703422805243925307,17077,R,N,,0,0,0,40,0,0',
    '1703462400000000000,1703422805243925307,17077,A,B,4799,2,0,6412777162812,40,0,682',
  ],
  'tops.csv': [
    'ts_recv_ns,ts_event_ns,symbol,action,side,depth,price,size,flags,ts_in_delta,sequence,bid_px,ask_px,bid_sz,ask_sz,bid_ct,ask_ct',
    '1719878281218485389,1719878281218218853,ESU4,T,B,0,5528.75,2,0,17664,9060643,5528.5,5528.75,29,6,22,3',
    '1719878281218493289,1719878281218218853,ESU4,C,A,0,5528.75,2,130,13133,9060644,5528.5,,29,0,22,0',
  ],
  'coinbase_btcusd_1m.csv': [
    'ts_utc_ms,open,high,low,close,volume,trades',
    '1677628800000,23144.37,23153.68,23134.31,23146.93,7.24789927,5',
    '1677628860000,23146.77,23151.16,23142.51,23143.43,4.98869613,0',
  ],
  'cme_es_1m_quotes.csv': [
    'ts_utc_ms,contract,bid_open,bid_high,bid_low,bid_close,bid_size,ask_open,ask_high,ask_low,ask_close,ask_size',
    '1381086000000,201312,1681.5,1681.5,1681.5,1681.5,5,1682,1682,1682,1682,19',
    '1381086060000,201403,1662.25,1662.25,1662.25,1662.25,1,,,,,',
  ],
  'cme_bars_1m.csv': [
    'ts_event_ns,symbol,open,high,low,close,volume',
    '1719877200000000000,ESU4,5527.25,5527.5,5527,5527.5,180',
  ],
  'binance_xrp_eth_trades.csv': [
    'ts_utc_ms,trade_id,type,side,price,amount,cost',
    '1570752011620,13519807,,sell,0.00141342,23.0,0.03250866',
  ],
  'gc_ticks.csv': [
    'ts_utc_ms,contract,price,size,exchange,condition,suspicious',
    '1381104000276,201312,1313.7,1,usa,,0',
  ],
  'prices_esm8.csv': ['time_unix,price', '1525699800.0015326,2670.5'],
  'cme_6eh4_1m.csv': [
    'timestamp_utc,open,high,low,close,volume',
    '2024-01-01 23:01:00,1.1076,1.10785,1.1076,1.1078,205',
  ],
};

/** A small good file of every format of bytes. */
export const BYTES: Readonly<Record<string, Buffer>> = {
  own: Buffer.concat([
    framed(recordingHeader('market', [own], 'a test')),
    framed([1, ownTrade]),
    framed([2, ownTrade]),
  ]),
  'trades.dbn': Buffer.concat([
    metadata(1, 4),
    tradeRecord(5_528_750_000_000n),
    tradeRecord(5_528_500_000_000n),
  ]),
  'tops.dbn': Buffer.concat([
    metadata(2, 1),
    record(1, 80, [
      [28, 1, 'C'],
      [32, 8, 1_719_878_281_500_000_000n],
      [48, 8, 5_528_500_000_000n],
      [56, 8, 5_528_750_000_000n],
    ]),
  ]),
  'orders.dbn': Buffer.concat([
    metadata(3, 0),
    record(0xa0, 56, [
      [24, 8, 5_528_500_000_000n],
      [38, 1, 'A'],
      [39, 1, 'B'],
      [40, 8, 1_719_878_281_500_000_000n],
    ]),
  ]),
  'bars.dbn': Buffer.concat([
    metadata(1, 6),
    record(
      0x21,
      56,
      [16, 24, 32, 40].map((at) => [at, 8, 250_000_000] as const),
    ),
  ]),
  'status.dbn': Buffer.concat([
    metadata(1, 11),
    record(0x12, 40, [
      [16, 8, 1_719_878_281_500_000_000n],
      [24, 2, 7],
    ]),
  ]),
  'definitions.dbn': Buffer.concat([
    metadata(1, 9),
    record(0x13, 360, [
      [16, 8, 1_719_792_000_000_000_000n],
      [24, 8, 250_000_000],
      [40, 8, 1_726_839_000_000_000_000n],
      [32, 8, 10_000_000],
      [88, 8, 50_000_000_000n],
      [96, 8, 125_000_000],
      [186, 1, 'USD'],
      [200, 1, 'ESU4'],
      [248, 1, 'ES'],
      [325, 1, 'F'],
      [353, 1, 'N'],
    ]),
  ]),
};
