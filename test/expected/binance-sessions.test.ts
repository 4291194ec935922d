import { beforeAll, describe, expect, it } from 'vitest';
import { clockMillis, isoMillis } from '../../src/streams/readers/times.js';
import { describeWithData } from '../shared-data.js';
import {
  BookAudit,
  contentOf,
  factsOf,
  ofKind,
  type Recorded,
  readRecorded,
  spelt,
  tradeSums,
} from './support.js';

/** Microseconds from the time of an event on the venue's clock, which its message says, to its `ts`. */
const SENT = /"E":(\d+)/;

describeWithData('sessions of Binance', (data) => {
  describe.each([
    'binance_spot_btcusdt_20240808-09',
    'binance_usdm_btcusdt_20240808',
    'binance_coinm_btcusd_perp_20240808-09',
    'binance_usdm_ethusdt_20240718-19',
  ])('%s', (name) => {
    const path = () => data(`binance/${name}.txt.gz`);
    const facts = factsOf(data(`expected/${name}.json`));
    let recorded: Recorded;
    let content: Awaited<ReturnType<typeof contentOf>>;
    beforeAll(async () => {
      recorded = await readRecorded(path());
      content = await contentOf(path());
    });

    it('sha256_uncompressed, lines, messages', () => {
      const { events } = recorded;
      const books = ofKind(events, 'book');
      expect([content.hash, content.lines.length]).toEqual([facts.sha256_uncompressed, facts.lines]);
      const depth = Object.keys(facts.messages).find((stream) => stream.startsWith('depth@')) as string;
      expect({
        [depth]: books.filter(({ action }) => action === 'delta').length,
        bookTicker: ofKind(events, 'quote').length,
        trade: ofKind(events, 'trade').length,
        rest_depth_snapshot: books.filter(({ action }) => action === 'snapshot').length,
      }).toEqual(facts.messages);
    });

    it('recv_first, recv_last, recv_backwards: every line is an event at its own time', () => {
      const { events } = recorded;
      const received = content.lines.map((line) => clockMillis(line.slice(0, line.indexOf(' ')), 'received'));
      expect(events.map(({ ts }) => ts)).toEqual(received);
      expect(events[0]?.ts).toBe(isoMillis(facts.recv_first, 'recv_first'));
      expect(events.at(-1)?.ts).toBe(isoMillis(facts.recv_last, 'recv_last'));
      expect(received.filter((ts, index) => ts < (received[index - 1] ?? 0)).length).toBe(
        facts.recv_backwards,
      );
    });

    it('recv_minus_E_us, to the microsecond', () => {
      const delays = content.lines.flatMap((line, index) => {
        const sent = line.includes('{"stream"') ? SENT.exec(line) : null;
        // Whole microseconds of the reception, as the recorder's were counted.
        return sent === null
          ? []
          : [Math.floor((recorded.events[index]?.ts ?? 0) * 1_000) - Number(sent[1]) * 1_000];
      });
      delays.sort((a, b) => a - b);
      const found = { min: delays[0], median: delays[delays.length >> 1], max: delays.at(-1) };
      for (const key of ['min', 'median', 'max'] as const)
        expect(Math.abs((found[key] as number) - facts.recv_minus_E_us[key])).toBeLessThanOrEqual(1);
    });

    it('book: chain, checkpoints_every_30s, bbo_vs_bookTicker, final', () => {
      const { events, listed } = recorded;
      const [instrument] = listed as [Recorded['listed'][number]];
      const audit = new BookAudit(ofKind(events, 'quote'));
      const expected = facts.book.checkpoints_every_30s as { readonly recv_ns: string; readonly u: number }[];
      const due = new Map(expected.map((point) => [point.u, point]));
      const checkpoints: unknown[] = [];
      for (const { ts, event } of events) {
        if (event.kind !== 'book') continue;
        audit.apply(event);
        const point = due.get(event.last);
        if (point === undefined || event.action === 'snapshot') continue;
        expect(ts).toBe(clockMillis(point.recv_ns, 'recv_ns'));
        checkpoints.push({ ...point, ...spelt(audit.book, instrument, 5) });
      }
      expect({
        snapshot_lastUpdateId: audit.snapshot,
        stale_diffs_dropped: audit.stale,
        first_applied: { U: audit.firstApplied?.first, u: audit.firstApplied?.last },
        diffs_applied: audit.applied,
        sequence_gaps: audit.gaps,
        crossed_after_apply: audit.crossed,
        bbo_vs_bookTicker: { compared: audit.compared, equal: audit.equal },
        checkpoints_every_30s: checkpoints,
        final: { u: audit.book.lastId, ...spelt(audit.book, instrument, 20) },
      }).toEqual(facts.book);
    });

    it('trades: ids, taker quantities, turnover', () => {
      const { events, listed } = recorded;
      const [instrument] = listed as [Recorded['listed'][number]];
      const trades = ofKind(events, 'trade');
      const ids = trades.map(({ tradeId }) => Number(tradeId));
      const taken = (aggressor: string) =>
        tradeSums(
          trades.filter((trade) => trade.aggressor === aggressor),
          instrument,
        ).quantity;
      const { ohlcv_1m_by_T: _bars, ...expected } = facts.trades;
      expect({
        count: trades.length,
        first_id: ids[0],
        last_id: ids.at(-1),
        ids_missing: (ids.at(-1) as number) - (ids[0] as number) + 1 - new Set(ids).size,
        // Such trades are left out by the reader: then there would be fewer events than lines.
        X_not_MARKET: content.lines.length - events.length,
        qty_taker_buy: taken('buy'),
        qty_taker_sell: taken('sell'),
        sum_price_x_qty: tradeSums(trades, instrument).turnover,
      }).toEqual(expected);
      expect(ids).toEqual([...ids].sort((a, b) => a - b));
    });
  });
});
