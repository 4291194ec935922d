import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { BookView } from '../../src/books/index.js';
import { compose } from '../../src/core/compose.js';
import type { Frame } from '../../src/core/frame.js';
import { pure } from '../../src/core/pure.js';
import { decimal, formatDecimal } from '../../src/domain/decimal.js';
import { InstrumentTable, type ListedInstrument } from '../../src/domain/instrument-table.js';
import { books, type MarketFields } from '../../src/operators/books/books.js';
import { openRecording } from '../../src/streams/readers/open-recording.js';
import type { RecordingSource } from '../../src/streams/recording/source.js';
import { backtest } from '../../src/streams/replay/backtest.js';
import { describeWithData } from '../shared-data.js';

interface Expected {
  readonly book: {
    readonly final: {
      readonly u: number;
      readonly n_bids: number;
      readonly n_asks: number;
      readonly book_sha256: string;
    };
  };
}

const plain = (text: string): string => formatDecimal(decimal(text));

/** `b,price,quantity` of every bid, then `a,price,quantity` of every ask, best first. */
function spell(book: BookView, { prices, quantities }: ListedInstrument): string {
  let text = '';
  for (const side of ['bid', 'ask'] as const) {
    for (let level = 0; level < book.depth(side); level++) {
      const price = plain(prices.format(book.priceAt(side, level)));
      text += `${side[0]},${price},${plain(quantities.format(book.quantityAt(side, level)))}\n`;
    }
  }
  return text;
}

describeWithData('books of recorded sessions, from the file to the stage', (data) => {
  it.each([
    'binance_spot_btcusdt_20240808-09',
    'binance_usdm_btcusdt_20240808',
    'binance_coinm_btcusd_perp_20240808-09',
  ])('%s ends level by level as the venue had it', { timeout: 30_000 }, async (name) => {
    const { book: facts } = JSON.parse(readFileSync(data(`expected/${name}.json`), 'utf8')) as Expected;
    const source = (await openRecording(data(`binance/${name}.txt.gz`))).sources[0] as RecordingSource;
    const instruments = new InstrumentTable(source.instruments);
    const listed = instruments.at(0);
    const { u, n_bids, n_asks, book_sha256 } = facts.final;
    // A view of a book is live: it is spelt within its pass.
    const final = pure('final', ({ event, book, synced }: Frame & MarketFields) =>
      event.kind === 'book' && event.action === 'delta' && event.last === u
        ? {
            synced,
            n_bids: book.depth('bid'),
            n_asks: book.depth('ask'),
            book_sha256: createHash('sha256').update(spell(book, listed)).digest('hex'),
          }
        : undefined,
    );
    const run = backtest(compose({ instruments }, books(), final), source);
    const found: unknown[] = [];
    const syncs: string[] = [];
    let last = -1;
    await run.forEach((frame) => {
      if (frame.final !== undefined) found.push(frame.final);
      if (frame.event.kind === 'sync') syncs.push(frame.event.state);
      if (frame.event.kind === 'book') last = frame.event.last;
    });
    expect(found).toEqual([{ synced: true, n_bids, n_asks, book_sha256 }]);
    // One start, and no gap.
    expect([last, syncs, run.halted]).toEqual([u, ['unsynced', 'synced'], undefined]);
  });
});
