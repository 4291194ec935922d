import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openRecording } from '../../src/streams/readers/open-recording.js';
import { perpetual } from '../../src/testing/index.js';
import { describeWithData } from '../shared-data.js';
import { countKinds } from './support.js';

interface Folder {
  /** How many events each file gives. */
  readonly events: Readonly<Record<string, number>>;
  /** Files that are no recording, told by their content, with what they are. */
  readonly skipped?: Readonly<Record<string, string>>;
}

const FOLDERS: Readonly<Record<string, Folder>> = {
  binance: {
    events: {
      'binance_coinm_btcusd_perp_20240808-09.txt.gz': 98_386,
      'binance_spot_btcusdt_20240808-09.txt.gz': 99_574,
      'binance_usdm_btcusdt_20240808.txt.gz': 93_954,
      'binance_usdm_ethusdt_20240718-19.txt.gz': 69_913,
      'cryptofeed_binance_us_20211012_30s.jsonl.gz': 479,
      'cryptofeed_binance_usdm_20210722_30s.jsonl.gz': 1_472,
    },
  },
  coinbase: {
    events: {
      'coinbase_advanced_btcusd_ethusd_20260809_first12s.jsonl.gz': 531,
      'coinbase_btcusd_1m_quote_20180404_lean.csv.gz': 1_437,
      'coinbase_btcusd_1m_trade_20180404_lean.csv.gz': 1_007,
      'coinbase_btcusd_1s_trade_20161007_lean.csv.gz': 4_063,
      'coinbase_ethusd_1m_quote_20180404_lean.csv.gz': 1_438,
      'coinbase_ethusd_1m_trade_20180404_lean.csv.gz': 1_009,
      'coinbase_pro_btcusd_20180415_1min.jsonl.gz': 4_000,
      'coinbase_pro_btcusd_20180417_10min.jsonl.gz': 18_350,
    },
  },
  cme: {
    events: {
      'cme_6eh4_1m_20240101-15_nautilus.csv.gz': 13_589,
      'cme_es_1m_quote_20131007-08_lean.csv.gz': 8_265,
      'cme_es_1m_trade_20131007-08_lean.csv.gz': 3_520,
      'cme_esh4_mbo_20231225_2200-2310.csv.gz': 25_598,
      'cme_esm4_mbo_20240508_2s.csv.gz': 13_796,
      'cme_esm8_trade_prices_20180507_rtrawl.csv.gz': 74_907,
      'cme_esu4_mbp1_20240701_2358-0002.csv.gz': 2_288,
      'cme_esu4_nqu4_ohlcv1m_20240701_2340-0010.csv.gz': 60,
      'cme_esu4_trades_20240701_2358-0002.csv.gz': 120,
      'comex_gc_trade_ticks_20131007_lean.csv.gz': 40_192,
    },
    skipped: { 'cme_definitions.json': 'definitions without events' },
  },
  'cme/dbn': {
    events: {
      'esm4_20240508.mbo.dbn.zst': 13_796,
      'esu4_20240701.mbp-1.dbn.zst': 2_288,
      'esu4_20240701.trades.dbn.zst': 120,
      'esu4_nqu4.definition.dbn.zst': 2,
      'esu4_nqu4_20240701.ohlcv-1m.dbn.zst': 60,
    },
  },
  crossvenue_20221213: {
    events: {
      'binance_coinm_btcusd_1m_quote.csv.gz': 1_104,
      'binance_coinm_btcusd_1m_trade.csv.gz': 1_439,
      'binance_spot_btcbusd_1m_trade.csv.gz': 1_440,
      'bybit_spot_btcusdt_1m_quote.csv.gz': 721,
      'bybit_spot_btcusdt_1m_trade.csv.gz': 1_440,
    },
  },
  crossvenue_202303: {
    events: {
      'binance_btcusdc_1m_20230301-0309.csv.gz': 12_960,
      'binance_btcusdt_1m_20230301-0309.csv.gz': 12_960,
      'binance_usdcusdt_1m_20230301-0309.csv.gz': 12_960,
      'coinbase_btcusd_1m_20230301-0309.csv.gz': 12_674,
      'coinbase_btcusdt_1m_20230301-0309.csv.gz': 9_561,
      'coinbase_usdtusd_1m_20230301-0309.csv.gz': 12_650,
      'kraken_btcusd_1m_20230301-0309.csv.gz': 12_912,
      'kraken_usdcusd_1m_20230301-0309.csv.gz': 7_084,
      'kraken_usdtusd_1m_20230301-0309.csv.gz': 12_718,
    },
  },
  ohlcv: {
    events: {
      'ohlcv_ada_btc-5m_freqtrade.csv.gz': 5_720,
      'ohlcv_btc_perp-1m_20211231-20220115_nautilus.csv.gz': 21_659,
      'ohlcv_eth_btc-5m_freqtrade.csv.gz': 5_760,
      'ohlcv_xrp_eth-1m_freqtrade.csv.gz': 2_469,
      'trades_xrp_eth_binance_20191011-13_freqtrade.csv.gz': 12_477,
    },
  },
  other_venues: { events: { 'okx_20220513_books_crc32.jsonl.gz': 392 } },
};

/** Nobody says which perpetual one of the tables is about, so its instrument is named here. */
const instruments = [
  perpetual({ base: 'BTC', quote: 'USD', venue: 'somewhere', tick: '0.0001', lot: '0.0000001' }),
];

describeWithData('every recorded file', (data) => {
  it.each(Object.entries(FOLDERS))(
    'of %s gives its events, in order of time',
    async (folder, { events, skipped }) => {
      const opened = await openRecording(data(folder), folder === 'ohlcv' ? { instruments } : {});
      const found: Record<string, number> = {};
      for (const source of opened.sources) {
        // Throws when an event is not of the wire schema, or `ts` goes back.
        const counts = await countKinds(source);
        expect(counts['fault']).toBeUndefined();
        found[source.name] = Object.values(counts).reduce((sum, count) => sum + count, 0);
      }
      expect(found).toEqual(events);
      expect(opened.skipped).toEqual(Object.keys(skipped ?? {}));
      // Nothing of the folder is neither read nor named.
      const files = readdirSync(data(folder), { withFileTypes: true }).filter((entry) => entry.isFile());
      expect(Object.keys(events).length + opened.skipped.length).toBe(files.length);
    },
  );
});
