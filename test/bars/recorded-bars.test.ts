import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { compose } from '../../src/core/compose.js';
import { decimal } from '../../src/domain/decimal.js';
import type { TimedEvent } from '../../src/domain/event.js';
import type { Instrument } from '../../src/domain/instrument.js';
import { instrument } from '../../src/domain/instrument.js';
import { InstrumentTable } from '../../src/domain/instrument-table.js';
import { type BarSource, bars, type ClosedBar, timeBars } from '../../src/operators/bars/index.js';
import { books } from '../../src/operators/index.js';
import { openRecording } from '../../src/streams/index.js';
import { describeWithData } from '../shared-data.js';
import { at, play } from './play.js';

interface Candle {
  readonly o: string;
  readonly h: string;
  readonly l: string;
  readonly c: string;
  readonly qty?: string;
  readonly volume?: number;
  readonly n: number;
  readonly sum_pq?: string;
  readonly minute_utc?: string;
  readonly minute?: string;
}

/** One-minute bars by the venue's clock, the last one closed by an event long after. */
function minutesOf(
  events: readonly TimedEvent[],
  instruments: readonly Instrument[],
  of: BarSource = 'trade',
) {
  const core = compose(
    { instruments },
    books(),
    bars({ minute: timeBars({ every: '1m', on: 'event', of }) }),
  );
  const end = at((events.at(-1)?.ts ?? 0) + 120_000, { kind: 'epoch', epoch: 1, leader: 'a' });
  return play(core, [...events, end]).frames.flatMap((frame) => frame.bars);
}

const essence = ({
  start,
  plain: { open, high, low, close, volume },
  trades,
  turnover,
  vwap,
  late,
}: ClosedBar) => ({
  start,
  prices: [open, high, low, close],
  volume,
  trades,
  turnover,
  vwap,
  late,
});

describeWithData('bars of recorded trades', (data) => {
  const read = async (
    path: string,
  ): Promise<{ events: TimedEvent[]; instruments: readonly Instrument[] }> => {
    const { sources } = await openRecording(data(path));
    const events: TimedEvent[] = [];
    for await (const batch of sources[0]?.batches() ?? [])
      for (const timed of batch.events)
        if (timed.event.kind === 'trade' || timed.event.kind === 'bookOrder') events.push(timed);
    return { events, instruments: sources[0]?.instruments ?? [] };
  };
  const json = (name: string) => JSON.parse(readFileSync(data(`expected/${name}.json`), 'utf8'));
  const table = (path: string): string[][] =>
    gunzipSync(readFileSync(data(path)))
      .toString()
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','));

  it.each([
    'binance_spot_btcusdt_20240808-09',
    'binance_usdm_btcusdt_20240808',
    'binance_usdm_ethusdt_20240718-19',
    'binance_coinm_btcusd_perp_20240808-09',
  ])('%s: minutes by venue time, with volume, turnover and VWAP to the last digit', async (name) => {
    const { events, instruments } = await read(`binance/${name}.txt.gz`);
    const candles = json(name).trades.ohlcv_1m_by_T as Candle[];
    expect(minutesOf(events, instruments).map(essence)).toEqual(
      candles.map(({ minute_utc, o, h, l, c, qty = '', n, sum_pq = '' }) => ({
        start: Date.parse(minute_utc?.replace('Z', ':00Z') ?? ''),
        prices: [o, h, l, c].map(Number),
        volume: Number(qty),
        trades: n,
        turnover: sum_pq,
        vwap: Number(decimal(sum_pq).div(decimal(qty))),
        late: 0,
      })),
    );
  });

  it('XRP/ETH: 2,469 of 2,469 candles', () => {
    const xrp = instrument({
      venue: 'binance',
      symbol: 'XRPETH',
      kind: 'spot',
      base: 'XRP',
      quote: 'ETH',
      tick: '0.00000001',
      lot: '1',
    });
    const { prices, quantities } = new InstrumentTable([xrp]).at(0);
    const events = table('ohlcv/trades_xrp_eth_binance_20191011-13_freqtrade.csv.gz').map(
      ([time, tradeId, , side, price, amount]) =>
        at(Number(time), {
          kind: 'trade',
          instrument: xrp.id,
          venueTime: Number(time),
          price: prices.parse(price as string),
          quantity: quantities.parse(amount as string),
          aggressor: side as 'buy',
          tradeId: tradeId as string,
        }),
    );
    const candles = table('ohlcv/ohlcv_xrp_eth-1m_freqtrade.csv.gz').map((row) => row.map(Number));
    expect(candles.length).toBe(2_469);
    const core = compose(
      { instruments: [xrp] },
      books(),
      bars({ known: timeBars({ every: '1m' }), event: timeBars({ every: '1m', on: 'event' }) }),
    );
    const end = at((events.at(-1)?.ts ?? 0) + 120_000, { kind: 'epoch', epoch: 1, leader: 'a' });
    const closed = play(core, [...events, end]).frames.flatMap((frame) => frame.bars);
    for (const name of ['known', 'event']) {
      const rows = closed
        .filter((bar) => bar.name === name)
        .map(({ start, plain: { open, high, low, close, volume } }) => [
          start,
          open,
          high,
          low,
          close,
          volume,
        ]);
      expect(rows).toEqual(candles);
    }
  });

  it('ESU4: 4 of 4 minutes of the exchange’s own bars', async () => {
    const { events, instruments } = await read('cme/cme_esu4_trades_20240701_2358-0002.csv.gz');
    const minutes = minutesOf(events, instruments);
    const official = table('cme/cme_esu4_nqu4_ohlcv1m_20240701_2340-0010.csv.gz')
      .filter(([, symbol]) => symbol === 'ESU4')
      .map(([time, , ...values]) => [Number(time) / 1e6, ...values.map(Number)]);
    const rows = minutes.map(({ start, plain: { open, high, low, close, volume } }) => [
      start,
      open,
      high,
      low,
      close,
      volume,
    ]);
    expect(rows.length).toBe(4);
    expect(official).toEqual(expect.arrayContaining(rows));
  });

  it('ESH4: minutes from the executions of an order-by-order feed, the opening auction included', async () => {
    const name = 'cme_esh4_mbo_20231225_2200-2310';
    const { events, instruments } = await read(`cme/${name}.csv.gz`);
    const candles = json(name).ohlcv_1m_from_T_by_ts_event as (Candle & {
      buy_aggr: number;
      sell_aggr: number;
    })[];
    const minutes = minutesOf(events, instruments, 'bookTrade');
    expect(
      minutes.map(({ start, plain: { open, high, low, close }, volume, trades, buyVolume, sellVolume }) => [
        start,
        open,
        high,
        low,
        close,
        volume,
        trades,
        buyVolume,
        sellVolume,
      ]),
    ).toEqual(
      candles.map(({ minute, o, h, l, c, volume, n, buy_aggr, sell_aggr }) => [
        Date.parse(minute?.replace('Z', ':00Z') ?? ''),
        ...[o, h, l, c].map(Number),
        volume,
        n,
        buy_aggr,
        sell_aggr,
      ]),
    );
  });
});
