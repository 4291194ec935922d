import { expect, it } from 'vitest';
import { mergeSources } from '../../src/streams/readers/merge-sources.js';
import { openRecording } from '../../src/streams/readers/open-recording.js';
import type { RecordingSource } from '../../src/streams/recording/source.js';
import { describeWithData } from '../shared-data.js';
import { countKinds } from './support.js';

/** What they hold is asserted in test/expected, how many events in every-file.test.ts. */
describeWithData('recordings of real markets', (data) => {
  const one = async (path: string): Promise<RecordingSource> =>
    (await openRecording(data(path))).sources[0] as RecordingSource;

  it.each([
    ['cme_esh4_mbo_20231225_2200-2310', 'ESH4.FUT@cme', '2024-03-15T13:30:00.000Z'],
    ['cme_esm4_mbo_20240508_2s', 'ESM4.FUT@cme', '2024-06-21T13:30:00.000Z'],
  ])('%s finds its contract', async (name, id, expiry) => {
    const source = await one(`cme/${name}.csv.gz`);
    expect(source.instruments.map((definition) => definition.id)).toEqual([id]);
    expect(new Date(source.instruments[0]?.expiry ?? 0).toISOString()).toBe(expiry);
  });

  it('coinbase_advanced finds its products in the recording', async () => {
    const source = await one('coinbase/coinbase_advanced_btcusd_ethusd_20260809_first12s.jsonl.gz');
    expect(source.instruments.map(({ id, tick, lot }) => [id, tick, lot])).toEqual([
      ['BTC-USD.SPOT@coinbase', '0.01', '0.00000001'],
      ['ETH-USD.SPOT@coinbase', '0.01', '0.00000001'],
    ]);
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
    ['binance_spot_btcusdt_20240808-09.txt.gz', 'BTC-USDT.SPOT@binance'],
    ['binance_usdm_btcusdt_20240808.txt.gz', 'BTC-USDT.PERP@binance'],
    ['binance_usdm_ethusdt_20240718-19.txt.gz', 'ETH-USDT.PERP@binance'],
    ['binance_coinm_btcusd_perp_20240808-09.txt.gz', 'BTC-USD.PERP@binance'],
  ])('%s is of %s', async (name, id) => {
    expect((await one(`binance/${name}`)).instruments.map((definition) => definition.id)).toEqual([id]);
  });

  it.each([
    ['cryptofeed_binance_us_20211012_30s', 'binanceus'],
    ['cryptofeed_binance_usdm_20210722_30s', 'binance'],
  ])('%s is of four instruments at %s', async (name, venue) => {
    const { instruments } = await one(`binance/${name}.jsonl.gz`);
    expect(instruments.map((definition) => definition.venue)).toEqual([venue, venue, venue, venue]);
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
