import { expect, it } from 'vitest';
import type { BarEvent } from '../../src/domain/market-event.js';
import { describeWithData } from '../shared-data.js';
import { factsOf, ofKind, readRecorded } from './support.js';

const MINUTE = 60_000;

describeWithData('spreads between venues, minute by minute', (data) => {
  const facts = factsOf(data('expected/crossvenue_202303_spreads.json'));
  const tables = new Map<string, Promise<ReadonlyMap<number, number>>>();

  /** Closes of a table by the minute in which its bar starts, in the quote currency. */
  const closesOf = (market: string): Promise<ReadonlyMap<number, number>> => {
    const known = tables.get(market) ?? read(market);
    tables.set(market, known);
    return known;
  };
  const read = async (market: string): Promise<ReadonlyMap<number, number>> => {
    const { events, listed } = await readRecorded(
      data(`crossvenue_202303/${market}_1m_20230301-0309.csv.gz`),
    );
    const bars: readonly BarEvent[] = ofKind(events, 'bar');
    return new Map(bars.map(({ start, close }) => [start, listed[0]?.prices.toNumber(close) ?? Number.NaN]));
  };

  it.each([
    ['coinbase_BTCUSD_vs_binance_BTCUSDT_unadjusted', 'coinbase_btcusd', 'binance_btcusdt', ''],
    ['same_adjusted_by_coinbase_USDTUSD', 'coinbase_btcusd', 'binance_btcusdt', 'coinbase_usdtusd'],
    ['coinbase_BTCUSD_vs_kraken_BTCUSD', 'coinbase_btcusd', 'kraken_btcusd', ''],
    ['coinbase_BTCUSD_vs_binance_BTCUSDC_unadjusted', 'coinbase_btcusd', 'binance_btcusdc', ''],
    ['binance_BTCUSDC_adjusted_by_kraken_USDCUSD', 'coinbase_btcusd', 'binance_btcusdc', 'kraken_usdcusd'],
  ])('%s', async (key, first, second, rate) => {
    const expected = facts[key];
    const [one, two, rates] = [
      await closesOf(first),
      await closesOf(second),
      rate === '' ? undefined : await closesOf(rate),
    ];
    const spreads: { minute: number; bps: number }[] = [];
    for (const [minute, close] of one) {
      const other = two.get(minute);
      const worth = rates === undefined ? 1 : rates.get(minute);
      if (other === undefined || worth === undefined) continue;
      spreads.push({ minute, bps: Math.log((other * worth) / close) * 1e4 });
    }
    const size = ({ bps }: { bps: number }) => Math.abs(bps);
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const widest = spreads.reduce((most, spread) => (size(spread) > size(most) ? spread : most));
    expect(spreads.every(({ minute }) => minute % MINUTE === 0)).toBe(true);
    expect(spreads.length).toBe(expected.minutes);
    expect(mean(spreads.map(({ bps }) => bps))).toBeCloseTo(expected.mean_bps, 9);
    expect(mean(spreads.map(size))).toBeCloseTo(expected.mean_abs_bps, 9);
    expect(size(widest)).toBeCloseTo(expected.max_abs_bps, 9);
    expect(new Date(widest.minute).toISOString()).toBe(expected.at_utc.replace('Z', '.000Z'));
    const limits = Object.keys(expected.minutes_above_bps);
    expect(
      Object.fromEntries(limits.map((bps) => [bps, spreads.filter((one) => size(one) > Number(bps)).length])),
    ).toEqual(expected.minutes_above_bps);
  });
});
