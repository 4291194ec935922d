import { beforeAll, describe, expect, it } from 'vitest';
import type { ListedInstrument } from '../../src/domain/instrument-table.js';
import { describeWithData } from '../shared-data.js';
import { BookAudit, contentOf, factsOf, ofKind, type Recorded, readRecorded, spelt } from './support.js';

interface Row {
  readonly t: string;
  readonly ts: number;
  readonly data: string;
}

describeWithData('half a minute of four symbols at Binance', (data) => {
  describe.each(['cryptofeed_binance_us_20211012_30s', 'cryptofeed_binance_usdm_20210722_30s'])(
    '%s',
    (name) => {
      const facts = factsOf(data(`expected/${name}.json`));
      let recorded: Recorded;
      let content: Awaited<ReturnType<typeof contentOf>>;
      let rows: Row[];
      beforeAll(async () => {
        recorded = await readRecorded(data(`binance/${name}.jsonl.gz`));
        content = await contentOf(data(`binance/${name}.jsonl.gz`));
        rows = content.lines.map((line) => JSON.parse(line) as Row).filter(({ t }) => t === 'recv');
      });

      it('sha256_uncompressed, lines, messages, recv_first, recv_last', () => {
        const { events } = recorded;
        expect([content.hash, content.lines.length]).toEqual([facts.sha256_uncompressed, facts.lines]);
        // Bars of the venue are left out by the reader: they are what it makes no event of.
        const bars = rows.filter((row) => row.data.includes('@kline_1m')).length;
        const received = events.filter(({ event }) => event.kind !== 'book' || event.action === 'delta');
        expect({
          depth: ofKind(events, 'book').filter(({ action }) => action === 'delta').length,
          bookTicker: ofKind(events, 'quote').length,
          aggTrade: ofKind(events, 'trade').length,
          kline_1m: bars,
        }).toEqual(facts.messages);
        expect(received.length + bars).toBe(rows.length);
        expect([rows[0]?.ts, rows.at(-1)?.ts]).toEqual([facts.recv_first, facts.recv_last]);
        // To the microsecond.
        const times = rows
          .filter((row) => !row.data.includes('@kline_1m'))
          .map(({ ts }) => Math.round(ts * 1e6) / 1e3);
        const raised = times.map((_, index) => Math.max(...times.slice(Math.max(0, index - 50), index + 1)));
        expect(received.map(({ ts }) => ts).filter((ts, index) => ts < (raised[index] as number))).toEqual(
          [],
        );
        expect(received.at(-1)?.ts).toBe(raised.at(-1));
      });

      it('agg_trades', () => {
        const counts: Record<string, number> = {};
        for (const { instrument } of ofKind(recorded.events, 'trade')) {
          const { symbol } = (recorded.listed.find(({ id }) => id === instrument) as ListedInstrument)
            .definition;
          counts[symbol] = (counts[symbol] ?? 0) + 1;
        }
        expect(counts).toEqual(facts.agg_trades);
      });

      it('books: chain, bbo_vs_bookTicker, final', () => {
        const { events, listed } = recorded;
        const found: Record<string, unknown> = {};
        for (const instrument of listed) {
          const audit = new BookAudit(
            ofKind(events, 'quote').filter((quote) => quote.instrument === instrument.id),
          );
          for (const book of ofKind(events, 'book')) if (book.instrument === instrument.id) audit.apply(book);
          const first = audit.firstApplied;
          found[instrument.definition.symbol] = {
            snapshot_lastUpdateId: audit.snapshot,
            diffs: audit.deltas,
            stale_dropped: audit.stale,
            applied: audit.applied,
            first_applied_brackets_snapshot:
              first !== undefined && first.first <= audit.snapshot + 1 && first.last >= audit.snapshot,
            gaps: audit.gaps,
            crossed: audit.crossed,
            bbo_vs_bookTicker: { compared: audit.compared, equal: audit.equal },
            final: spelt(audit.book, instrument, 10),
          };
        }
        expect(found).toEqual(facts.books);
      });
    },
  );
});
