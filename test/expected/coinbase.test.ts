import { beforeAll, describe, expect, it } from 'vitest';
import { L2Book } from '../../src/books/index.js';
import type { TimedEvent } from '../../src/domain/event.js';
import type { ListedInstrument } from '../../src/domain/instrument-table.js';
import { isoMillis, secondMillis } from '../../src/streams/readers/times.js';
import { describeWithData } from '../shared-data.js';
import { contentOf, factsOf, ofKind, type Recorded, readRecorded, spelt, tradeSums } from './support.js';

/** How often each word stands for what a line is. */
const countBy = (words: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
};

/** The books of all products at the end, and how often one was crossed after a change. */
function rebuild(events: readonly TimedEvent[]): {
  readonly books: Map<string, L2Book>;
  readonly crossed: number;
} {
  const books = new Map<string, L2Book>();
  let crossed = 0;
  for (const event of ofKind(events, 'book')) {
    const book = books.get(event.instrument) ?? new L2Book();
    books.set(event.instrument, book);
    expect(book.apply(event)).toBe('applied');
    if (event.action === 'delta' && book.bestBid >= book.bestAsk) crossed++;
  }
  return { books, crossed };
}

describeWithData('sessions of Coinbase', (data) => {
  describe.each(['coinbase_pro_btcusd_20180415_1min', 'coinbase_pro_btcusd_20180417_10min'])('%s', (name) => {
    const facts = factsOf(data(`expected/${name}.json`));
    let recorded: Recorded;
    let content: Awaited<ReturnType<typeof contentOf>>;
    beforeAll(async () => {
      recorded = await readRecorded(data(`coinbase/${name}.jsonl.gz`));
      content = await contentOf(data(`coinbase/${name}.jsonl.gz`));
    });

    it('sha256_uncompressed, lines, messages', () => {
      const { events } = recorded;
      expect([content.hash, content.lines.length]).toEqual([facts.sha256_uncompressed, facts.lines]);
      const types = countBy(content.lines.map((line) => (JSON.parse(line) as { type: string }).type));
      expect(types).toEqual(facts.messages);
      const books = countBy(ofKind(events, 'book').map(({ action }) => action));
      expect([books['snapshot'], books['delta'], ofKind(events, 'trade').length]).toEqual([
        facts.messages.snapshot,
        facts.messages.l2update,
        facts.messages.match,
      ]);
    });

    it('l2_time_first, l2_time_last, crossed_after_l2update, books', () => {
      const { events, listed } = recorded;
      const deltas = ofKind(events, 'book').filter(({ action }) => action === 'delta');
      expect([deltas[0]?.venueTime, deltas.at(-1)?.venueTime]).toEqual([
        isoMillis(facts.l2_time_first, 'l2_time_first'),
        isoMillis(facts.l2_time_last, 'l2_time_last'),
      ]);
      const { books, crossed } = rebuild(events);
      expect(crossed).toBe(facts.crossed_after_l2update);
      const [only] = listed as [ListedInstrument];
      expect({ [only.definition.symbol]: spelt(books.get(only.id) as L2Book, only, 20) }).toEqual(
        facts.books,
      );
    });

    it('matches', () => {
      const trades = ofKind(recorded.events, 'trade');
      const ids = trades.map(({ tradeId }) => Number(tradeId));
      const { quantity, turnover } = tradeSums(trades, recorded.listed[0] as ListedInstrument);
      expect({
        'BTC-USD': {
          count: trades.length,
          first_id: ids[0],
          last_id: ids.at(-1),
          sequence_increasing: ids.every((id, index) => index === 0 || id > (ids[index - 1] as number)),
          qty: quantity,
          sum_pq: turnover,
        },
      }).toEqual(facts.matches);
    });
  });

  describe('coinbase_advanced_btcusd_ethusd_20260809_first12s', () => {
    const name = 'coinbase_advanced_btcusd_ethusd_20260809_first12s';
    const facts = factsOf(data(`expected/${name}.json`));
    let recorded: Recorded;
    let content: Awaited<ReturnType<typeof contentOf>>;
    let rows: { readonly ts: number; readonly message: { channel: string; sequence_num: number } }[];
    beforeAll(async () => {
      recorded = await readRecorded(data(`coinbase/${name}.jsonl.gz`));
      content = await contentOf(data(`coinbase/${name}.jsonl.gz`));
      rows = content.lines
        .map((line) => JSON.parse(line) as { t: string; ts: number; data: string })
        .filter(({ t }) => t === 'recv')
        .map(({ ts, data: text }) => ({ ts, message: JSON.parse(text) }));
    });

    it('sha256_uncompressed, lines, messages, recv_first, recv_last', () => {
      const { events } = recorded;
      expect([content.hash, content.lines.length]).toEqual([facts.sha256_uncompressed, facts.lines]);
      expect(countBy(rows.map(({ message }) => message.channel))).toEqual(facts.messages);
      expect([ofKind(events, 'book').length, ofKind(events, 'quote').length]).toEqual([
        facts.messages.l2_data,
        facts.messages.ticker,
      ]);
      expect([rows[0]?.ts, rows.at(-1)?.ts]).toEqual([facts.recv_first, facts.recv_last]);
      expect(events.at(-1)?.ts).toBe(secondMillis(facts.recv_last, 'recv_last'));
    });

    it('sequence_first, sequence_last, sequence_gaps: no event says that a book is lost', () => {
      const numbers = rows.map(({ message }) => message.sequence_num);
      expect([numbers[0], numbers.at(-1)]).toEqual([facts.sequence_first, facts.sequence_last]);
      expect(ofKind(recorded.events, 'sync').length).toBe(facts.sequence_gaps);
    });

    it('crossed_after_l2_event, books', () => {
      const { events, listed } = recorded;
      const { books, crossed } = rebuild(events);
      expect(crossed).toBe(facts.crossed_after_l2_event);
      const found = listed.map((instrument) => {
        const of = ofKind(events, 'book').filter((book) => book.instrument === instrument.id);
        const sum = (action: string) => {
          const some = of.filter((book) => book.action === action);
          return [
            some.length,
            some.reduce((levels, { bids, asks }) => levels + (bids.length + asks.length) / 2, 0),
          ];
        };
        const [snapshot, snapshot_levels] = sum('snapshot');
        const [update, update_levels] = sum('delta');
        return [
          instrument.definition.symbol,
          {
            events: { snapshot, snapshot_levels, update, update_levels },
            ...spelt(books.get(instrument.id) as L2Book, instrument, 20),
          },
        ];
      });
      expect(Object.fromEntries(found)).toEqual(facts.books);
    });

    it('trades_in_updates', () => {
      const found = recorded.listed.map((instrument) => {
        const trades = ofKind(recorded.events, 'trade').filter((trade) => trade.instrument === instrument.id);
        const { quantity, turnover } = tradeSums(trades, instrument);
        const ids = trades.map(({ tradeId }) => tradeId);
        return [
          instrument.definition.symbol,
          {
            count: trades.length,
            unique_ids: new Set(ids).size,
            first_id: ids[0],
            last_id: ids.at(-1),
            qty: quantity,
            sum_pq: turnover,
          },
        ];
      });
      expect(Object.fromEntries(found)).toEqual(facts.trades_in_updates);
    });
  });
});
