import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { mergeSources } from '../../src/streams/readers/merge-sources.js';
import { openRecording } from '../../src/streams/readers/open-recording.js';
import type { RecordingSource } from '../../src/streams/recording/source.js';
import { describeWithData } from '../shared-data.js';
import { countKinds, readAll } from './support.js';

interface Expected {
  readonly messages: Readonly<Record<string, number>>;
  readonly by_action: Readonly<Record<string, number>>;
  readonly trades: { readonly qty_taker_buy: string; readonly qty_taker_sell: string };
  readonly matches: Readonly<Record<string, { readonly count: number; readonly qty: string }>>;
  readonly snapshot_records_flag32: number;
  readonly trades_in_updates: Readonly<Record<string, { readonly count: number; readonly qty: string }>>;
}

describeWithData('recordings of real markets', (data) => {
  const one = async (path: string): Promise<RecordingSource> =>
    (await openRecording(data(path))).sources[0] as RecordingSource;
  const expected = (name: string): Expected =>
    JSON.parse(readFileSync(data(`expected/${name}.json`), 'utf8')) as Expected;

  it.each([
    ['binance_spot_btcusdt_20240808-09', 'depth@100ms', 'BTC-USDT.SPOT@binance'],
    ['binance_usdm_btcusdt_20240808', 'depth@0ms', 'BTC-USDT.PERP@binance'],
    ['binance_usdm_ethusdt_20240718-19', 'depth@0ms', 'ETH-USDT.PERP@binance'],
    ['binance_coinm_btcusd_perp_20240808-09', 'depth@0ms', 'BTC-USD.PERP@binance'],
  ])('%s', { timeout: 30_000 }, async (name, depth, id) => {
    const source = await one(`binance/${name}.txt.gz`);
    const { messages, trades } = expected(name);
    expect(source.instruments.map((definition) => definition.id)).toEqual([id]);
    expect(await countKinds(source)).toEqual({
      'book delta': messages[depth],
      'book snapshot': messages['rest_depth_snapshot'],
      quote: messages['bookTicker'],
      trade: messages['trade'],
    });
    const { events } = await readAll(source);
    const lot = Number(source.instruments[0]?.lot);
    const taken = { buy: 0, sell: 0, none: 0 };
    let previous = -1;
    let breaks = 0;
    for (const { event } of events) {
      if (event.kind === 'trade') taken[event.aggressor] += event.quantity;
      if (event.kind !== 'book' || event.action !== 'delta') continue;
      const chained = event.previous >= 0 ? event.previous === previous : event.first === previous + 1;
      if (previous >= 0 && !chained) breaks++;
      previous = event.last;
    }
    expect(taken.buy * lot).toBeCloseTo(Number(trades.qty_taker_buy), 6);
    expect(taken.sell * lot).toBeCloseTo(Number(trades.qty_taker_sell), 6);
    expect(breaks).toBe(0);
  });

  it.each(['coinbase_pro_btcusd_20180415_1min', 'coinbase_pro_btcusd_20180417_10min'])('%s', async (name) => {
    const source = await one(`coinbase/${name}.jsonl.gz`);
    const { messages, matches } = expected(name);
    expect(await countKinds(source)).toEqual({
      'book snapshot': 1,
      'book delta': messages['l2update'],
      trade: messages['match'],
    });
    const { events } = await readAll(source);
    const lots = events.reduce((sum, { event }) => sum + (event.kind === 'trade' ? event.quantity : 0), 0);
    expect(lots / 1e8).toBeCloseTo(Number(matches['BTC-USD']?.qty), 8);
  });

  it('coinbase_advanced, with products from the recording and trades of the updates only', async () => {
    const name = 'coinbase_advanced_btcusd_ethusd_20260809_first12s';
    const source = await one(`coinbase/${name}.jsonl.gz`);
    const { messages, trades_in_updates: trades } = expected(name);
    expect(source.instruments.map(({ id, tick, lot }) => [id, tick, lot])).toEqual([
      ['BTC-USD.SPOT@coinbase', '0.01', '0.00000001'],
      ['ETH-USD.SPOT@coinbase', '0.01', '0.00000001'],
    ]);
    const counts = await countKinds(source);
    expect(counts['sync']).toBeUndefined();
    expect(counts['book snapshot']).toBe(2);
    expect((counts['book delta'] ?? 0) + 2).toBe(messages['l2_data']);
    expect(counts['quote']).toBe(messages['ticker']);
    expect(counts['trade']).toBe((trades['BTC-USD']?.count ?? 0) + (trades['ETH-USD']?.count ?? 0));
    const { events } = await readAll(source);
    const ids = events.flatMap(({ event }) =>
      event.kind === 'trade' && event.instrument.startsWith('BTC') ? [Number(event.tradeId)] : [],
    );
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
  });

  it.each([
    ['cme_esh4_mbo_20231225_2200-2310', 'ESH4.FUT@cme', '2024-03-15T13:30:00.000Z'],
    ['cme_esm4_mbo_20240508_2s', 'ESM4.FUT@cme', '2024-06-21T13:30:00.000Z'],
  ])('%s', async (name, id, expiry) => {
    const source = await one(`cme/${name}.csv.gz`);
    const { by_action: actions, snapshot_records_flag32: snapshots } = expected(name);
    expect(source.instruments.map((definition) => definition.id)).toEqual([id]);
    expect(new Date(source.instruments[0]?.expiry ?? 0).toISOString()).toBe(expiry);
    const { events } = await readAll(source);
    expect(events.filter(({ event }) => event.kind === 'bookOrder' && event.snapshot).length).toBe(snapshots);
    const clear = actions['R'] === undefined ? {} : { 'bookOrder clear': actions['R'] };
    expect(await countKinds(source)).toEqual({
      ...clear,
      'bookOrder add': actions['A'],
      'bookOrder cancel': actions['C'],
      'bookOrder modify': actions['M'],
      'bookOrder trade': actions['T'],
      'bookOrder fill': actions['F'],
    });
  });

  it('cme top of book, and trades alone', async () => {
    const quotes = await one('cme/cme_esu4_mbp1_20240701_2358-0002.csv.gz');
    expect(await countKinds(quotes)).toEqual({ trade: 120, quote: 2168 });
    expect(new Date(quotes.instruments[0]?.expiry ?? 0).toISOString()).toBe('2024-09-20T13:30:00.000Z');
    expect(await countKinds(await one('cme/cme_esu4_trades_20240701_2358-0002.csv.gz'))).toEqual({
      trade: 120,
    });
  });

  it.each([
    ['cryptofeed_binance_us_20211012_30s', 'binanceus'],
    ['cryptofeed_binance_usdm_20210722_30s', 'binance'],
  ])('%s', async (name, venue) => {
    const source = await one(`binance/${name}.jsonl.gz`);
    const { messages } = expected(name);
    expect(source.instruments.map((definition) => definition.venue)).toEqual([venue, venue, venue, venue]);
    expect(await countKinds(source)).toEqual({
      'book delta': messages['depth'],
      'book snapshot': 4,
      quote: messages['bookTicker'],
      trade: messages['aggTrade'],
    });
  });

  it('opens a folder and lists what it skips', async () => {
    const { sources, skipped } = await openRecording(data('cme'));
    expect(sources.map(({ name }) => name)).toEqual([
      'cme_6eh4_1m_20240101-15_nautilus.csv.gz',
      'cme_es_1m_quote_20131007-08_lean.csv.gz',
      'cme_es_1m_trade_20131007-08_lean.csv.gz',
      'cme_esh4_mbo_20231225_2200-2310.csv.gz',
      'cme_esm4_mbo_20240508_2s.csv.gz',
      'cme_esm8_trade_prices_20180507_rtrawl.csv.gz',
      'cme_esu4_mbp1_20240701_2358-0002.csv.gz',
      'cme_esu4_nqu4_ohlcv1m_20240701_2340-0010.csv.gz',
      'cme_esu4_trades_20240701_2358-0002.csv.gz',
      'comex_gc_trade_ticks_20131007_lean.csv.gz',
    ]);
    expect(skipped).toContain('cme_definitions.json');
  });

  it('merges two markets in order of reception, and keeps remainders of the book', {
    timeout: 30_000,
  }, async () => {
    const merged = mergeSources([
      await one('binance/binance_spot_btcusdt_20240808-09.txt.gz'),
      await one('binance/binance_usdm_btcusdt_20240808.txt.gz'),
    ]);
    let last = 0;
    let events = 0;
    let remainder = 0;
    for await (const batch of merged.batches()) {
      for (const { ts, event } of batch.events) {
        expect(ts >= last).toBe(true);
        last = ts;
        events++;
        if (event.kind === 'book' && event.asks.includes(2_542_618_900)) remainder++;
      }
    }
    expect(events).toBe(99_574 + 93_954);
    expect(remainder).toBeGreaterThan(0);
  });
});
