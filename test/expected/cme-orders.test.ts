import { beforeAll, describe, expect, it } from 'vitest';
import { type BookSide, OrderByOrderBook } from '../../src/books/index.js';
import { compose } from '../../src/core/compose.js';
import type { BookOrderEvent } from '../../src/domain/market-event.js';
import { bars, timeBars } from '../../src/operators/bars/index.js';
import { books } from '../../src/operators/index.js';
import { isoMillis, nanoMillis } from '../../src/streams/readers/times.js';
import { at, play } from '../bars/play.js';
import { gridsOfEs as grids, plain, sha256 } from '../books/recorded.js';
import { describeWithData } from '../shared-data.js';
import { contentOf, factsOf, ofKind, type Recorded, readRecorded } from './support.js';

type Level = [price: string, size: number, count: number];

const BBO = 'bbo_at_minute_end[price,total_size,order_count]';
const LETTERS: Readonly<Record<BookOrderEvent['action'], string>> = {
  add: 'A',
  cancel: 'C',
  modify: 'M',
  clear: 'R',
  trade: 'T',
  fill: 'F',
};
const minuteOf = (time: number): string => `${new Date(time).toISOString().slice(0, 16)}Z`;

/** The book of a session, with the number of orders at each price, counted from the orders themselves. */
class Orders {
  readonly book = new OrderByOrderBook();
  readonly #ids = new Set<string>();

  apply(event: BookOrderEvent): string {
    if (event.action === 'add') this.#ids.add(event.orderId);
    return this.book.apply(event);
  }

  levels(side: BookSide, most: number): Level[] {
    const counts = new Map<string, number>();
    for (const id of this.#ids) {
      const order = this.book.order(id);
      if (order === undefined) this.#ids.delete(id);
      else counts.set(order.side + order.price, (counts.get(order.side + order.price) ?? 0) + 1);
    }
    return Array.from({ length: Math.min(most, this.book.depth(side)) }, (_, level) => {
      const price = this.book.priceAt(side, level);
      return [
        plain(grids.price.format(price)),
        this.book.quantityAt(side, level),
        counts.get(side + price) ?? 0,
      ];
    });
  }
}

describeWithData('order-by-order sessions of CME', (data) => {
  describe.each(['cme_esh4_mbo_20231225_2200-2310', 'cme_esm4_mbo_20240508_2s'])('%s', (name) => {
    const facts = factsOf(data(`expected/${name}.json`));
    let recorded: Recorded;
    let events: BookOrderEvent[];
    beforeAll(async () => {
      recorded = await readRecorded(data(`cme/${name}.csv.gz`));
      events = ofKind(recorded.events, 'bookOrder');
    });

    it('symbol, sha256_uncompressed, records, by_action', async () => {
      const content = await contentOf(data(`cme/${name}.csv.gz`));
      expect(recorded.source.instruments.map(({ symbol }) => symbol)).toEqual([facts.symbol]);
      expect(content.hash).toBe(facts.sha256_uncompressed);
      expect([events.length, content.lines.length - 1]).toEqual([facts.records, facts.records]);
      const counts: Record<string, number> = {};
      for (const { action } of events) counts[LETTERS[action]] = (counts[LETTERS[action]] ?? 0) + 1;
      expect(counts).toEqual(facts.by_action);
    });

    it('snapshot_records_flag32, first_live_ts_recv, last_ts_recv', () => {
      const live = recorded.events.filter(({ event }) => event.kind === 'bookOrder' && !event.snapshot);
      expect(recorded.events.length - live.length).toBe(facts.snapshot_records_flag32);
      expect([live[0]?.ts, live.at(-1)?.ts]).toEqual([
        isoMillis(facts.first_live_ts_recv, 'first_live_ts_recv'),
        isoMillis(facts.last_ts_recv, 'last_ts_recv'),
      ]);
    });

    it('cancel_or_modify_unknown_order, events_crossed_or_locked, last_crossed_ts_event, bbo at minute ends, final', () => {
      const orders = new Orders();
      const { book } = orders;
      const minutes: Record<string, unknown> = {};
      let whole: number | undefined;
      let unknown = 0;
      let crossed = 0;
      let lastCrossed: number | null = null;
      const closeMinute = () => {
        if (whole === undefined) return;
        const [bid, ask] = [orders.levels('bid', 1)[0], orders.levels('ask', 1)[0]];
        minutes[minuteOf(whole)] = { last_event_ts_ns: whole, bid, ask };
      };
      for (const event of events) {
        const time = event.venueTime;
        if (whole !== undefined && book.whole && minuteOf(time) !== minuteOf(whole)) closeMinute();
        if (orders.apply(event) === 'gap') unknown++;
        if (!book.whole || event.snapshot) continue;
        whole = time;
        if (book.bestBid < book.bestAsk) continue;
        crossed++;
        lastCrossed = time;
      }
      closeMinute();
      expect(unknown).toBe(facts.cancel_or_modify_unknown_order);
      expect(crossed).toBe(facts.events_crossed_or_locked);
      const last = facts.last_crossed_ts_event;
      expect(lastCrossed).toBe(last === null ? null : isoMillis(last, 'last_crossed_ts_event'));
      const expected = Object.entries(facts[BBO] as Record<string, { last_event_ts_ns: string }>).map(
        ([minute, best]) => [
          minute,
          { ...best, last_event_ts_ns: nanoMillis(best.last_event_ts_ns, 'last_event_ts_ns') },
        ],
      );
      expect(minutes).toEqual(Object.fromEntries(expected));
      const [bids, asks] = [orders.levels('bid', 1e6), orders.levels('ask', 1e6)];
      const spell = (side: string, levels: readonly Level[]) =>
        levels.map((level) => `${side},${level.join(',')}\n`).join('');
      expect({
        orders: book.orderCount,
        'bids_top10[price,size,count]': bids.slice(0, 10),
        'asks_top10[price,size,count]': asks.slice(0, 10),
        n_bid_levels: bids.length,
        n_ask_levels: asks.length,
        levels_sha256: sha256(spell('b', bids) + spell('a', asks)),
      }).toEqual(facts.final);
    });

    it('ohlcv_1m_from_T_by_ts_event', () => {
      const minute = timeBars({ every: '1m', on: 'event', of: 'bookTrade' });
      const core = compose({ instruments: recorded.source.instruments }, books(), bars({ minute }));
      const end = at((recorded.events.at(-1)?.ts ?? 0) + 120_000, { kind: 'epoch', epoch: 1, leader: 'a' });
      const found = play(core, [...recorded.events, end])
        .frames.flatMap((frame) => frame.bars)
        .map((bar) => ({
          minute: minuteOf(bar.start),
          o: String(bar.plain.open),
          h: String(bar.plain.high),
          l: String(bar.plain.low),
          c: String(bar.plain.close),
          volume: bar.volume,
          n: bar.trades,
          buy_aggr: bar.buyVolume,
          sell_aggr: bar.sellVolume,
        }));
      expect(found).toEqual(facts.ohlcv_1m_from_T_by_ts_event);
    });
  });
});
