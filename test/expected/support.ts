import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { BookSide, BookView } from '../../src/books/index.js';
import { L2Book } from '../../src/books/index.js';
import { decimal, formatDecimal } from '../../src/domain/decimal.js';
import type { TimedEvent } from '../../src/domain/event.js';
import { InstrumentTable, type ListedInstrument } from '../../src/domain/instrument-table.js';
import type { BookEvent, QuoteEvent, TradeEvent } from '../../src/domain/market-event.js';
import { openRecording } from '../../src/streams/readers/open-recording.js';
import { readChunks } from '../../src/streams/recording/read-chunks.js';
import type { RecordingSource } from '../../src/streams/recording/source.js';
import { plain, sha256 } from '../books/recorded.js';

/** What was found out about a recording without this library. */
// biome-ignore lint/suspicious/noExplicitAny: every file has a shape of its own, and comparing is what the tests do
export const factsOf = (path: string): any => JSON.parse(readFileSync(path, 'utf8'));

/** A recording read once, for all that is asserted of it. */
export interface Recorded {
  readonly source: RecordingSource;
  readonly listed: readonly ListedInstrument[];
  readonly events: readonly TimedEvent[];
}

export async function readRecorded(path: string): Promise<Recorded> {
  const source = (await openRecording(path)).sources[0] as RecordingSource;
  const events: TimedEvent[] = [];
  for await (const batch of source.batches()) for (const timed of batch.events) events.push(timed);
  return { source, listed: new InstrumentTable(source.instruments).list, events };
}

/** Of the whole unpacked content: its hash and its lines. */
export async function contentOf(path: string): Promise<{ readonly hash: string; readonly lines: string[] }> {
  const hash = createHash('sha256');
  const pieces: Buffer[] = [];
  for await (const { bytes } of readChunks(path)) {
    hash.update(bytes);
    pieces.push(bytes);
  }
  return { hash: hash.digest('hex'), lines: Buffer.concat(pieces).toString().trimEnd().split('\n') };
}

type Level = [price: string, quantity: string];

/** A book in the venue's own units: how deep it is, its hash and its best levels. */
export interface SpeltBook {
  readonly n_bids: number;
  readonly n_asks: number;
  readonly book_sha256: string;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

export function spelt(book: BookView, { prices, quantities }: ListedInstrument, top: number): SpeltBook {
  const side = (of: BookSide): Level[] =>
    Array.from({ length: book.depth(of) }, (_, level) => [
      plain(prices.format(book.priceAt(of, level))),
      plain(quantities.format(book.quantityAt(of, level))),
    ]);
  const [bids, asks] = [side('bid'), side('ask')];
  const text = [...bids.map((level) => ['b', ...level]), ...asks.map((level) => ['a', ...level])];
  return {
    n_bids: bids.length,
    n_asks: asks.length,
    book_sha256: sha256(text.map((level) => `${level.join(',')}\n`).join('')),
    bids: bids.slice(0, top),
    asks: asks.slice(0, top),
  };
}

/** What became of one instrument's deltas, and how its book compares with the best prices that the venue printed. */
export class BookAudit {
  readonly book: L2Book = new L2Book();
  /** The same, given the snapshot before what `book` holds back for it: what is applied at once there, it shows step by step. */
  readonly #steps = new L2Book();
  readonly #quotes: readonly QuoteEvent[];
  readonly #held: BookEvent[] = [];
  #snapshot = -1;
  deltas = 0;
  stale = 0;
  applied = 0;
  gaps = 0;
  crossed = 0;
  compared = 0;
  equal = 0;
  firstApplied: BookEvent | undefined;

  /** @param quotes of the instrument, all of them: they run ahead of the deltas, so they are found by their ids */
  constructor(quotes: readonly QuoteEvent[] = []) {
    this.#quotes = [...quotes].sort((a, b) => a.updateId - b.updateId);
  }

  get snapshot(): number {
    return this.#snapshot;
  }

  apply(event: BookEvent): void {
    if (event.action === 'delta') this.deltas++;
    else this.#snapshot = event.last;
    const outcome = this.book.apply(event);
    if (outcome === 'gap') this.gaps++;
    if (outcome === 'buffered') this.#held.push(event);
    else for (const one of [event, ...this.#held.splice(0)]) this.#step(one);
  }

  #step(event: BookEvent): void {
    const outcome = this.#steps.apply(event);
    if (event.action === 'snapshot') return;
    if (outcome === 'stale') this.stale++;
    if (outcome === 'applied') this.#applied(event);
  }

  #applied(event: BookEvent): void {
    this.applied++;
    this.firstApplied ??= event;
    const book = this.#steps;
    if (book.bestBid >= book.bestAsk) this.crossed++;
    const quote = this.#lastAtOrBefore(event.last);
    if (quote === undefined) return;
    this.compared++;
    const same =
      quote.bidPrice === book.bestBid &&
      quote.bidQuantity === book.bestBidQuantity &&
      quote.askPrice === book.bestAsk &&
      quote.askQuantity === book.bestAskQuantity;
    if (same) this.equal++;
  }

  #lastAtOrBefore(id: number): QuoteEvent | undefined {
    let low = 0;
    let high = this.#quotes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#quotes[middle] as QuoteEvent).updateId <= id) low = middle + 1;
      else high = middle;
    }
    return this.#quotes[low - 1];
  }
}

/** Sums over trades, exact. */
export function tradeSums(
  trades: readonly TradeEvent[],
  { definition }: ListedInstrument,
): { readonly quantity: string; readonly turnover: string } {
  let lots = 0n;
  let product = 0n;
  for (const { price, quantity } of trades) {
    lots += BigInt(quantity);
    product += BigInt(price) * BigInt(quantity);
  }
  const { tick, lot } = definition;
  return {
    quantity: formatDecimal(decimal(String(lots)).times(lot)),
    turnover: formatDecimal(decimal(String(product)).times(tick).times(lot)),
  };
}

/** Events of one kind. */
export const ofKind = <K extends TimedEvent['event']['kind']>(
  events: readonly TimedEvent[],
  kind: K,
): Extract<TimedEvent['event'], { kind: K }>[] =>
  events.flatMap(({ event }) =>
    event.kind === kind ? [event as Extract<TimedEvent['event'], { kind: K }>] : [],
  );
