import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type BookSide, OrderByOrderBook } from '../../src/books/index.js';
import { describeWithData } from '../shared-data.js';
import { gridsOfEs as grids, ordersOf, plain, sha256 } from './recorded.js';

type Level = [price: string, size: number, count: number];
interface Expected {
  readonly events_crossed_or_locked: number;
  readonly 'bbo_at_minute_end[price,total_size,order_count]': Readonly<
    Record<string, { readonly last_event_ts_ns: string; readonly bid: Level; readonly ask: Level }>
  >;
  readonly final: {
    readonly orders: number;
    readonly n_bid_levels: number;
    readonly n_ask_levels: number;
    readonly levels_sha256: string;
  };
}

const minuteOf = (ns: bigint): string => `${new Date(Number(ns / 1_000_000n)).toISOString().slice(0, 16)}Z`;

describeWithData('order-by-order books rebuilt from recordings', (data) => {
  it.each(['cme_esh4_mbo_20231225_2200-2310', 'cme_esm4_mbo_20240508_2s'])('%s', (name) => {
    const facts = JSON.parse(readFileSync(data(`expected/${name}.json`), 'utf8')) as Expected;
    const book = new OrderByOrderBook();
    const ids = new Set<string>();
    /** Orders at every price, counted from the orders themselves. */
    const counts = (): Map<string, number> => {
      const found = new Map<string, number>();
      for (const id of ids) {
        const order = book.order(id);
        if (order === undefined) ids.delete(id);
        else found.set(order.side + order.price, (found.get(order.side + order.price) ?? 0) + 1);
      }
      return found;
    };
    const best = (side: BookSide, found: ReadonlyMap<string, number>): Level => {
      const price = book.priceAt(side, 0);
      return [plain(grids.price.format(price)), book.quantityAt(side, 0), found.get(side + price) ?? 0];
    };
    const minutes: Record<string, unknown> = {};
    let whole: bigint | undefined;
    let crossed = 0;
    const closeMinute = () => {
      if (whole === undefined) return;
      const found = counts();
      minutes[minuteOf(whole)] = {
        last_event_ts_ns: String(whole),
        bid: best('bid', found),
        ask: best('ask', found),
      };
    };
    for (const { ns, event } of ordersOf(data(`cme/${name}.csv.gz`))) {
      if (whole !== undefined && book.whole && minuteOf(ns) !== minuteOf(whole)) closeMinute();
      if (event.action === 'add') ids.add(event.orderId);
      expect(book.apply(event)).not.toBe('gap');
      if (!book.whole || event.snapshot) continue;
      whole = ns;
      if (book.bestBid >= book.bestAsk) crossed += 1;
    }
    closeMinute();
    expect(minutes).toEqual(facts['bbo_at_minute_end[price,total_size,order_count]']);
    expect(crossed).toBe(facts.events_crossed_or_locked);
    const { orders, n_bid_levels, n_ask_levels, levels_sha256 } = facts.final;
    for (const view of [book, OrderByOrderBook.restore(book.save())]) {
      expect([view.orderCount, view.depth('bid'), view.depth('ask')]).toEqual([
        orders,
        n_bid_levels,
        n_ask_levels,
      ]);
      const found = counts();
      expect(sha256(grids.spell(view, (side, price) => `,${found.get(side + price)}`))).toBe(levels_sha256);
    }
  });
});
