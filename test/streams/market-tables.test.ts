import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { instrument } from '../../src/domain/instrument.js';
import type { BarEvent, TradeEvent } from '../../src/domain/market-event.js';
import { openRecording } from '../../src/streams/readers/open-recording.js';
import type { ReaderOptions } from '../../src/streams/readers/reader-options.js';
import type { RecordingSource } from '../../src/streams/recording/source.js';
import { describeWithData } from '../shared-data.js';
import { rebuildBars } from './rebuild-bars.js';
import { countKinds, readAll, temporaryFolder } from './support.js';

const folder = temporaryFolder();
const openFile = async (path: string, options?: ReaderOptions): Promise<RecordingSource> =>
  (await openRecording(path, options)).sources[0] as RecordingSource;
const open = async (
  name: string,
  lines: readonly string[],
  options?: ReaderOptions,
): Promise<RecordingSource> => openFile(folder.write(name, `${lines.join('\n')}\n`), options);

const perpetual = instrument({
  venue: 'ftx',
  symbol: 'BTC-PERP',
  kind: 'perpetual',
  base: 'BTC',
  quote: 'USD',
  tick: '0.0001',
  lot: '0.0000001',
});

describeWithData('recorded tables', (data) => {
  const bars = async (file: string): Promise<BarEvent[]> =>
    (await readAll(await openFile(data(`${file}.csv.gz`)))).events.map(({ event }) => event as BarEvent);

  it.each([
    ['cme/cme_es_1m_trade_20131007-08_lean', 4, { bar: 3_520 }],
    ['cme/cme_es_1m_quote_20131007-08_lean', 5, { quote: 8_265 }],
    ['cme/comex_gc_trade_ticks_20131007_lean', 10, { trade: 40_192 }],
    ['cme/cme_6eh4_1m_20240101-15_nautilus', 1, { bar: 13_589 }],
    ['cme/cme_esm8_trade_prices_20180507_rtrawl', 1, { trade: 74_907 }],
    ['coinbase/coinbase_btcusd_1m_trade_20180404_lean', 1, { bar: 1_007 }],
    ['coinbase/coinbase_ethusd_1m_quote_20180404_lean', 1, { quote: 1_438 }],
    ['coinbase/coinbase_btcusd_1s_trade_20161007_lean', 1, { bar: 4_063 }],
    ['crossvenue_202303/binance_btcusdt_1m_20230301-0309', 1, { bar: 12_960 }],
    ['crossvenue_202303/kraken_usdtusd_1m_20230301-0309', 1, { bar: 12_718 }],
    ['crossvenue_20221213/binance_coinm_btcusd_1m_trade', 1, { bar: 1_439 }],
    ['crossvenue_20221213/bybit_spot_btcusdt_1m_quote', 1, { quote: 721 }],
    ['ohlcv/ohlcv_ada_btc-5m_freqtrade', 1, { bar: 5_720 }],
    ['ohlcv/ohlcv_eth_btc-5m_freqtrade', 1, { bar: 5_760 }],
  ])('%s', async (file, contracts, counts) => {
    const source = await openFile(data(`${file}.csv.gz`));
    expect(source.instruments).toHaveLength(contracts);
    expect(await countKinds(source)).toEqual(counts);
  });

  it('reads a table of an instrument that only the user knows', async () => {
    const path = data('ohlcv/ohlcv_btc_perp-1m_20211231-20220115_nautilus.csv.gz');
    await expect(openFile(path)).rejects.toThrow(/has no definition: name its instrument/);
    const source = await openFile(path, { instruments: [perpetual] });
    expect(await countKinds(source)).toEqual({ bar: 21_659 });
  });

  it('rebuilds 2,469 of 2,469 XRP/ETH candles from 12,477 trades', async () => {
    const source = await openFile(data('ohlcv/trades_xrp_eth_binance_20191011-13_freqtrade.csv.gz'));
    const trades = (await readAll(source)).events.map(({ event }) => event as TradeEvent);
    expect(trades).toHaveLength(12_477);
    const candles = await bars('ohlcv/ohlcv_xrp_eth-1m_freqtrade');
    expect(candles).toHaveLength(2_469);
    const rebuilt = new Map(rebuildBars(trades, 60_000).map((bar) => [bar.start, bar]));
    for (const [index, candle] of candles.entries()) {
      // A minute without trades repeats the last close.
      const close = candles[index - 1]?.close ?? 0;
      const idle = { ...candle, open: close, high: close, low: close, close, volume: 0 };
      expect(candle).toEqual(rebuilt.get(candle.start) ?? idle);
    }
  });

  it('agrees with the reference on the spread between venues', async () => {
    const expected = JSON.parse(readFileSync(data('expected/crossvenue_202303_spreads.json'), 'utf8'));
    const coinbase = await bars('crossvenue_202303/coinbase_btcusd_1m_20230301-0309');
    const others = ['binance_btcusdt', 'kraken_btcusd', 'binance_btcusdc'] as const;
    const ticks = { binance_btcusdt: 0.01, kraken_btcusd: 0.1, binance_btcusdc: 0.01 };
    const names = [
      'coinbase_BTCUSD_vs_binance_BTCUSDT_unadjusted',
      'coinbase_BTCUSD_vs_kraken_BTCUSD',
      'coinbase_BTCUSD_vs_binance_BTCUSDC_unadjusted',
    ];
    for (const [index, other] of others.entries()) {
      const closes = new Map(
        (await bars(`crossvenue_202303/${other}_1m_20230301-0309`)).map((bar) => [bar.start, bar.close]),
      );
      const spreads = coinbase.flatMap(({ start, close }) => {
        const there = closes.get(start);
        return there === undefined ? [] : [Math.log((there * ticks[other]) / (close * 0.01)) * 1e4];
      });
      const { minutes, mean_bps } = expected[names[index] as string];
      expect(spreads).toHaveLength(minutes);
      expect(spreads.reduce((sum, spread) => sum + spread, 0) / minutes).toBeCloseTo(mean_bps, 9);
    }
  });
});

describe('tables of bars, quotes and trades', () => {
  it('knows a bar at its end, whether its time is the start or the end', async () => {
    const lines = ['ts_utc_ms,open,high,low,close,volume,trades', '1677628800000,2.5,3.0,2,2.5,0.5,7'];
    const started = await readAll(await open('coinbase_btcusd_1m.csv', lines));
    expect(started.events).toEqual([
      {
        ts: 1_677_628_860_000,
        event: {
          kind: 'bar',
          instrument: 'BTC-USD.SPOT@coinbase',
          venueTime: 1_677_628_860_000,
          start: 1_677_628_800_000,
          end: 1_677_628_860_000,
          open: 250,
          high: 300,
          low: 200,
          close: 250,
          volume: 50_000_000,
          trades: 7,
        },
      },
    ]);
    const ended = await readAll(
      await open('coinbase_btcusd_1m.csv', lines, { bars: { stamp: 'end', interval: 1_000 } }),
    );
    expect(ended.events[0]).toMatchObject({ ts: 1_677_628_800_000, event: { start: 1_677_628_799_000 } });
    const text = await open('cme_6eh4_1m.csv', [
      'timestamp_utc,open,high,low,close,volume',
      '2024-01-01 23:01:00,1.1,1.1,1.1,1.1,1',
    ]);
    expect((await readAll(text)).events[0]).toMatchObject({
      ts: Date.UTC(2024, 0, 1, 23, 1),
      event: { open: 22_000 },
    });
  });

  it('tells the length of the bars by their times, or asks', async () => {
    const rows = Array.from(
      { length: 12 },
      (_, index) => `${1_677_628_800_000 + index ** 2 * 300_000},1,1,1,1,1`,
    );
    const header = 'ts_utc_ms,open,high,low,close,volume';
    const source = await open('coinbase_btcusd.csv', [header, ...rows]);
    expect((await readAll(source)).events[0]?.ts).toBe(1_677_629_100_000);
    await expect(open('coinbase_btcusd.csv', [header, ...rows.slice(0, 3)])).rejects.toThrow(
      /length of the bars must be in the name/,
    );
    const odd = await readAll(await open('coinbase_btcusd_1h.csv', [header, ...rows]));
    expect(String(odd.error)).toMatch(
      /line 3: ts_utc_ms must be a multiple of the bars' length of 3600000 ms/,
    );
  });

  it('puts what floats spell on the grid, and refuses what is off it', async () => {
    const bar = async (price: string, volume = '1'): Promise<unknown> => {
      const line = `1515560100000,${price},${price},${price},${price},${volume}`;
      const { events, error } = await readAll(
        await open('bittrex_ada_btc_5m.csv', ['ts_utc_ms,open,high,low,close,volume', line]),
      );
      return events[0]?.event ?? String(error);
    };
    expect(await bar('5.330000000000001e-05', '431401.97869504')).toMatchObject({
      open: 5_330,
      volume: 43_140_197_869_504,
    });
    expect(await bar('5.331e-05', '0.34307688999999997')).toMatchObject({ open: 5_331, volume: 34_307_689 });
    expect(await bar('5.3305e-05')).toMatch(
      /ada_btc_5m\.csv, line 2: open must be a number on the grid of 0.00000001, not "5.3305e-05"/,
    );
    expect(await bar('NaN')).toMatch(/line 2: open must be a number/);
    expect(await bar('5.33e-05', '-1')).toMatch(/line 2: volume must be at least 0, not "-1"/);
  });

  it('refuses a high below the close', async () => {
    const source = await open('coinbase_btcusd_1m.csv', [
      'ts_utc_ms,open,high,low,close,volume',
      '1677628800000,2,2,2,2.5,1',
    ]);
    expect(String((await readAll(source)).error)).toMatch(
      /line 2: high must be the highest price of the bar, not "2"/,
    );
  });

  it('gives the closing quote of a bar of quotes, and the trades of both kinds of ticks', async () => {
    const quotes = await open('cme_es_1m_quote.csv', [
      'ts_utc_ms,contract,bid_open,bid_high,bid_low,bid_close,bid_size,ask_open,ask_high,ask_low,ask_close,ask_size',
      '1381086000000,201312,1681.5,1681.5,1681.5,1681.25,5,,,,,',
    ]);
    expect(quotes.instruments).toMatchObject([{ id: 'ESZ3.FUT@cme' }]);
    const { events } = await readAll(quotes);
    expect(events).toMatchObject([
      {
        ts: 1_381_086_060_000,
        event: { kind: 'quote', bidPrice: 6_725, bidQuantity: 5, askPrice: 0, askQuantity: 0 },
      },
    ]);
    const ticks = await open('gc_ticks.csv', [
      'ts_utc_ms,contract,price,size,exchange,condition,suspicious',
      '1381104000276,201312,1313.7,2,usa,,1',
    ]);
    expect((await readAll(ticks)).events).toMatchObject([
      {
        ts: 1_381_104_000_276,
        event: { instrument: 'GCZ3.FUT@cme', price: 13_137, quantity: 2, aggressor: 'none' },
      },
    ]);
    const prices = await open('esm8.csv', ['time_unix,price', '1525699800.0015326,2670.5']);
    expect((await readAll(prices)).events).toMatchObject([
      { ts: 1_525_699_800_001.533, event: { price: 10_682, quantity: 0, tradeId: '1' } },
    ]);
  });

  it('asks whose the rows are, when several or none could be meant', async () => {
    const lines = ['ts_utc_ms,open,high,low,close,volume', '1677628800000,1,1,1,1,1'];
    await expect(open('btcusdt_1m.csv', lines)).rejects.toThrow(
      /may be BTC-USDT.SPOT@binance or .*: name the instrument in "instruments"/,
    );
    await expect(open('kraken_btcusdt_1m.csv', lines)).rejects.toThrow(/has no definition/);
    const named = await open('whatever_1m.csv', lines, { instruments: [perpetual] });
    expect(named.instruments).toEqual([perpetual]);
  });
});
