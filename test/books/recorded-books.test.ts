import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { L2Book } from '../../src/books/index.js';
import { describeWithData } from '../shared-data.js';
import { delta, snapshot } from './events.js';
import { binanceDepth, Grids, linesOf, sha256 } from './recorded.js';

interface BookState {
  readonly n_bids: number;
  readonly n_asks: number;
  readonly book_sha256: string;
}
interface Expected {
  readonly book: {
    readonly snapshot_lastUpdateId: number;
    readonly stale_diffs_dropped: number;
    readonly diffs_applied: number;
    readonly checkpoints_every_30s: (BookState & { readonly recv_ns: string; readonly u: number })[];
    readonly final: BookState & { readonly u: number };
  };
  readonly books: Readonly<Record<string, BookState>>;
}

const stateOf = (book: L2Book, grids: Grids): BookState => ({
  n_bids: book.depth('bid'),
  n_asks: book.depth('ask'),
  book_sha256: sha256(grids.spell(book)),
});
const pick = ({ n_bids, n_asks, book_sha256 }: BookState): BookState => ({ n_bids, n_asks, book_sha256 });

describeWithData('books rebuilt from recordings', (data) => {
  const expected = (name: string): Expected =>
    JSON.parse(readFileSync(data(`expected/${name}.json`), 'utf8')) as Expected;

  it.each([
    // Its book holds quantities finer than the lot of 0.00001 in which orders are sent.
    ['binance_spot_btcusdt_20240808-09', '0.01', '0.00000001'],
    ['binance_usdm_btcusdt_20240808', '0.1', '0.001'],
    ['binance_coinm_btcusd_perp_20240808-09', '0.1', '1'],
    ['binance_usdm_ethusdt_20240718-19', '0.01', '0.001'],
  ])('%s: every 30 s and at the end', (name, tick, lot) => {
    const facts = expected(name).book;
    const grids = new Grids(tick, lot);
    const checkpoints = new Map(facts.checkpoints_every_30s.map((state) => [state.recv_ns, state]));
    const book = new L2Book();
    let deltas = 0;
    let stale = 0;
    let checked = 0;
    for (const line of linesOf(data(`binance/${name}.txt.gz`))) {
      const space = line.indexOf(' ');
      const event = binanceDepth(line.slice(space + 1), grids);
      if (event === undefined) continue;
      const outcome = book.apply(event);
      expect(outcome).not.toBe('gap');
      if (event.action === 'delta') {
        deltas += 1;
        if (outcome === 'stale' || (outcome === 'buffered' && event.last < facts.snapshot_lastUpdateId))
          stale += 1;
      }
      const checkpoint = checkpoints.get(line.slice(0, space));
      if (checkpoint !== undefined && checkpoint.u === book.lastId) {
        expect(stateOf(book, grids)).toEqual(pick(checkpoint));
        checked += 1;
      }
    }
    expect(checked).toBe(facts.checkpoints_every_30s.length);
    expect([book.synced, book.lastId]).toEqual([true, facts.final.u]);
    expect(stateOf(book, grids)).toEqual(pick(facts.final));
    expect([stale, deltas - stale]).toEqual([facts.stale_diffs_dropped, facts.diffs_applied]);
    const restored = L2Book.restore(book.save());
    expect(stateOf(restored, grids)).toEqual(pick(facts.final));
  });

  it.each(['coinbase_pro_btcusd_20180415_1min', 'coinbase_pro_btcusd_20180417_10min'])('%s', (name) => {
    type Message =
      | { type: 'snapshot'; bids: [string, string][]; asks: [string, string][] }
      | { type: 'l2update'; changes: [string, string, string][] }
      | { type: 'match' };
    const grids = new Grids('0.01', '0.00000001');
    const book = new L2Book();
    for (const line of linesOf(data(`coinbase/${name}.jsonl.gz`))) {
      const message = JSON.parse(line) as Message;
      if (message.type === 'snapshot') {
        book.apply(snapshot(grids.levels(message.bids), grids.levels(message.asks)));
      } else if (message.type === 'l2update') {
        const side = (word: string) =>
          grids.levels(message.changes.filter(([of]) => of === word).map(([, price, size]) => [price, size]));
        expect(book.apply(delta(side('buy'), side('sell')))).toBe('applied');
      }
    }
    expect(stateOf(book, grids)).toEqual(pick(expected(name).books['BTC-USD'] as BookState));
  });

  it('coinbase_advanced: two products on one connection', () => {
    const name = 'coinbase_advanced_btcusd_ethusd_20260809_first12s';
    interface Level {
      readonly side: 'bid' | 'offer';
      readonly price_level: string;
      readonly new_quantity: string;
    }
    interface Message {
      readonly channel: string;
      readonly events: { type: 'snapshot' | 'update'; product_id: string; updates: Level[] }[];
    }
    const grids = new Grids('0.01', '0.00000001');
    const books = new Map([
      ['BTC-USD', new L2Book()],
      ['ETH-USD', new L2Book()],
    ]);
    for (const line of linesOf(data(`coinbase/${name}.jsonl.gz`))) {
      const row = JSON.parse(line) as { t: string; data: string };
      if (row.t !== 'recv') continue;
      const message = JSON.parse(row.data) as Message;
      if (message.channel !== 'l2_data') continue;
      for (const { type, product_id, updates } of message.events) {
        const side = (word: string) =>
          grids.levels(
            updates
              .filter(({ side: of }) => of === word)
              .map((level) => [level.price_level, level.new_quantity]),
          );
        const make = type === 'snapshot' ? snapshot : delta;
        expect(books.get(product_id)?.apply(make(side('bid'), side('offer')))).toBe('applied');
      }
    }
    const facts = expected(name).books;
    for (const [product, book] of books) {
      expect(stateOf(book, grids)).toEqual(pick(facts[product] as BookState));
    }
  });

  it.each([
    ['cryptofeed_binance_us_20211012_30s', '0.0001', '0.00001'],
    ['cryptofeed_binance_usdm_20210722_30s', '0.00001', '1'],
  ])('%s: four symbols, each with its own snapshot', (name, tick, lot) => {
    const grids = new Grids(tick, lot);
    const books = new Map<string, L2Book>();
    for (const line of linesOf(data(`binance/${name}.jsonl.gz`))) {
      const row = JSON.parse(line) as { t: string; url?: string; data?: string };
      const symbol = row.url?.includes('depth')
        ? new URL(row.url).searchParams.get('symbol')
        : /^{"stream":"(\w+)@depth/.exec(row.data ?? '')?.[1]?.toUpperCase();
      if (!symbol || row.data === undefined) continue;
      const event = binanceDepth(row.data, grids);
      if (event === undefined) continue;
      const book = books.get(symbol) ?? new L2Book();
      books.set(symbol, book);
      expect(book.apply(event)).not.toBe('gap');
    }
    const facts = expected(name).books as unknown as Readonly<Record<string, { final: BookState }>>;
    expect([...books.keys()].sort()).toEqual(Object.keys(facts).sort());
    for (const [symbol, book] of books) {
      expect(stateOf(book, grids)).toEqual(pick((facts[symbol] as { final: BookState }).final));
    }
  });
});
