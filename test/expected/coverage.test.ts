import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { describeWithData } from '../shared-data.js';

/** Which test asserts a key, or in words why nothing can be asserted. */
type Covered = { readonly by: readonly string[] } | { readonly prose: string };

const by = (...tests: string[]): Covered => ({ by: tests });
const prose = (why: string): Covered => ({ prose: why });

const FILE = prose('the name of the recording, by which the tests open it');
const bars = 'test/bars/recorded-bars.test.ts';
const time = 'test/time/recorded-time.test.ts';

const each = (test: string, ...keys: string[]): Record<string, Covered> =>
  Object.fromEntries(keys.map((key) => [key, by(test)]));

const binance: Readonly<Record<string, Covered>> = {
  file: FILE,
  derived_by: prose('how the facts were found'),
  ...each(
    'test/expected/binance-sessions.test.ts',
    'sha256_uncompressed',
    'lines',
    'messages',
    'recv_first',
    'recv_last',
    'recv_backwards',
    'book',
  ),
  recv_minus_E_us: by('test/expected/binance-sessions.test.ts', time),
  // Within them `ohlcv_1m_by_T`.
  trades: by('test/expected/binance-sessions.test.ts', bars),
};

const cme: Readonly<Record<string, Covered>> = {
  file: FILE,
  ...each(
    'test/expected/cme-orders.test.ts',
    'symbol',
    'sha256_uncompressed',
    'records',
    'by_action',
    'cancel_or_modify_unknown_order',
    'snapshot_records_flag32',
    'first_live_ts_recv',
    'last_ts_recv',
    'events_crossed_or_locked',
    'last_crossed_ts_event',
    'bbo_at_minute_end[price,total_size,order_count]',
    'ohlcv_1m_from_T_by_ts_event',
    'final',
  ),
};

const coinbasePro: Readonly<Record<string, Covered>> = {
  file: FILE,
  ...each(
    'test/expected/coinbase.test.ts',
    'sha256_uncompressed',
    'lines',
    'messages',
    'l2_time_first',
    'l2_time_last',
    'crossed_after_l2update',
    'books',
    'matches',
  ),
};

const cryptofeed: Readonly<Record<string, Covered>> = {
  file: FILE,
  ...each(
    'test/expected/cryptofeed.test.ts',
    'sha256_uncompressed',
    'lines',
    'messages',
    'recv_first',
    'recv_last',
    'agg_trades',
    'books',
  ),
};

const pair = by('test/expected/cross-market.test.ts', time);

const FILES: Readonly<Record<string, Readonly<Record<string, Covered>>>> = {
  'binance_coinm_btcusd_perp_20240808-09': binance,
  'binance_spot_btcusdt_20240808-09': binance,
  binance_usdm_btcusdt_20240808: binance,
  'binance_usdm_ethusdt_20240718-19': binance,
  'cme_esh4_mbo_20231225_2200-2310': cme,
  cme_esm4_mbo_20240508_2s: cme,
  coinbase_advanced_btcusd_ethusd_20260809_first12s: {
    file: FILE,
    ...each(
      'test/expected/coinbase.test.ts',
      'sha256_uncompressed',
      'lines',
      'recv_first',
      'recv_last',
      'messages',
      'sequence_first',
      'sequence_last',
      'sequence_gaps',
      'crossed_after_l2_event',
      'books',
      'trades_in_updates',
    ),
  },
  coinbase_pro_btcusd_20180415_1min: coinbasePro,
  coinbase_pro_btcusd_20180417_10min: coinbasePro,
  crossmarket_btc_20240808: {
    A: prose('a name of the first market'),
    note: prose('where the recordings were made'),
    spot_vs_usdm: pair,
    spot_vs_coinm: pair,
    usdm_vs_coinm: pair,
  },
  crossvenue_202303_spreads: {
    formula: prose('what the spreads are: the test computes them so'),
    ...each(
      'test/expected/cross-venue.test.ts',
      'coinbase_BTCUSD_vs_binance_BTCUSDT_unadjusted',
      'same_adjusted_by_coinbase_USDTUSD',
      'coinbase_BTCUSD_vs_kraken_BTCUSD',
      'coinbase_BTCUSD_vs_binance_BTCUSDC_unadjusted',
      'binance_BTCUSDC_adjusted_by_kraken_USDCUSD',
    ),
  },
  cryptofeed_binance_us_20211012_30s: cryptofeed,
  cryptofeed_binance_usdm_20210722_30s: cryptofeed,
};

/** How the tests name a key of a pair, whose markets they go through. */
const spelling = (key: string): string => key.replace(/^(spot|usdm)_vs_\w+$/, '_vs_').replace(/\[.*/, '');

describeWithData('what was found out without this library', (data) => {
  const facts = (name: string) =>
    Object.keys(JSON.parse(readFileSync(data(`expected/${name}.json`), 'utf8')) as object).sort();

  it('has an entry for every file', () => {
    const present = readdirSync(data('expected')).map((name) => name.replace(/\.json$/, ''));
    expect(Object.keys(FILES).sort()).toEqual(present.sort());
  });

  it.each(Object.entries(FILES))(
    '%s: every key is asserted by a test that speaks of it, or is prose',
    (name, keys) => {
      expect(Object.keys(keys).sort()).toEqual(facts(name));
      const root = resolve(import.meta.dirname, '../..');
      for (const [key, covered] of Object.entries(keys)) {
        if ('prose' in covered) continue;
        for (const test of covered.by) {
          const source = readFileSync(join(root, test), 'utf8');
          expect(source, `${test} asserts ${key}`).toContain(
            key.startsWith('bbo_at_minute_end') ? 'bbo_at_minute_end' : spelling(key),
          );
          // A shared test lists its recordings by name.
          expect(source, `${test} is about ${name}`).toMatch(
            new RegExp(name.split('_').slice(0, 3).join('_')),
          );
        }
      }
    },
  );
});
