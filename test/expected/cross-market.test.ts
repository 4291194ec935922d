import { beforeAll, describe, expect, it } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { Frame } from '../../src/core/frame.js';
import { pure } from '../../src/core/pure.js';
import type { TimedEvent } from '../../src/domain/event.js';
import { books, type MarketFields } from '../../src/operators/books/books.js';
import { clockMillis } from '../../src/streams/readers/times.js';
import { play } from '../bars/play.js';
import { describeWithData } from '../shared-data.js';
import { contentOf, factsOf, type Recorded, readRecorded } from './support.js';

const FILES = {
  spot: 'binance_spot_btcusdt_20240808-09',
  usdm: 'binance_usdm_btcusdt_20240808',
  coinm: 'binance_coinm_btcusd_perp_20240808-09',
};

/** Quotes of two files may lie nearer to each other than a double of milliseconds tells apart, a quarter of a microsecond. */
interface Received extends TimedEvent {
  readonly ns: string;
}

/** What buying at one and selling at the other is worth in basis points, both ways. */
const edges = pure('edges', ({ markets }: Frame & MarketFields): readonly [number, number] => {
  // In cents, which are whole: some edges lie on a limit to the last digit.
  const cents = (price: number) => Math.round(price * 100);
  const edge = (buy: number, sell: number) => {
    const paid = cents(markets.ask(buy));
    return ((cents(markets.bid(sell)) - paid) * 1e4) / paid;
  };
  return [edge(0, 1), edge(1, 0)];
});

/** Grid and basis of the same file are asserted in test/time/recorded-time.test.ts. */
describeWithData('edges between three markets of one asset', (data) => {
  const facts = factsOf(data('expected/crossmarket_btc_20240808.json'));
  const quotes = new Map<string, readonly Received[]>();
  const sources = new Map<string, Recorded['source']>();
  beforeAll(async () => {
    for (const [market, name] of Object.entries(FILES)) {
      const path = data(`binance/${name}.txt.gz`);
      const { events, source } = await readRecorded(path);
      const { lines } = await contentOf(path);
      // Every line is an event.
      const received = events.map((timed, index) => ({
        ...timed,
        ns: (lines[index] as string).slice(0, 19),
      }));
      quotes.set(
        market,
        received.filter(({ event }) => event.kind === 'quote'),
      );
      sources.set(market, source);
    }
  });

  describe.each([
    ['spot', 'usdm'],
    ['spot', 'coinm'],
    ['usdm', 'coinm'],
  ])('%s and %s', (first, second) => {
    it('events_compared, events_with_taker_taker_edge_above_bps_before_fees, max_edge', () => {
      const expected = facts[`${first}_vs_${second}`];
      const [one, two] = [quotes.get(first) ?? [], quotes.get(second) ?? []];
      const end = Math.min(one.at(-1)?.ts ?? 0, two.at(-1)?.ts ?? 0);
      const events = [...one, ...two]
        .filter(({ ts }) => ts <= end)
        .sort((a, b) => (a.ns < b.ns ? -1 : a.ns > b.ns ? 1 : 0));
      const [a, b] = [sources.get(first)?.instruments[0], sources.get(second)?.instruments[0]];
      if (a === undefined || b === undefined) throw new Error('no instrument');
      const thresholds = Object.keys(expected.events_with_taker_taker_edge_above_bps_before_fees);
      const above: Record<string, number> = Object.fromEntries(thresholds.map((bps) => [bps, 0]));
      let compared = 0;
      let greatest = { bps: Number.NEGATIVE_INFINITY, ts: 0, direction: '' };
      const core = compose({ instruments: [a, b] }, books(), edges);
      for (const frame of play(core, events).frames) {
        if (frame.event.kind !== 'quote') continue;
        const [buyFirst, buySecond] = frame.edges;
        if (Number.isNaN(buyFirst) || Number.isNaN(buySecond)) continue;
        compared++;
        const bps = Math.max(buyFirst, buySecond);
        for (const limit of thresholds) if (bps > Number(limit)) above[limit] = (above[limit] ?? 0) + 1;
        if (bps > greatest.bps)
          greatest = { bps, ts: frame.ts, direction: buyFirst > buySecond ? 'buy A sell B' : 'buy B sell A' };
      }
      expect(compared).toBe(expected.events_compared);
      expect(above).toEqual(expected.events_with_taker_taker_edge_above_bps_before_fees);
      expect(greatest.bps).toBe(expected.max_edge_bps);
      expect(greatest.ts).toBe(clockMillis(expected.max_edge_recv_ns, 'max_edge_recv_ns'));
      expect(greatest.direction).toBe(expected.max_edge_direction);
    });
  });
});
