import type { BookView } from '../../books/index.js';
import { L2Book } from '../../books/index.js';
import type { StageContext } from '../../core/context.js';
import { filledInPass } from '../../core/filled-in-pass.js';
import type { Frame } from '../../core/frame.js';
import { liveView } from '../../core/live-view.js';
import { type StageOperator, stage } from '../../core/stage.js';
import type { LinkEvent } from '../../domain/market-event.js';
import type { Plain } from '../../domain/plain.js';
import { type BookOptions, bookLimits, fingerprintOf } from './book-options.js';
import { MarketWatch } from './market-watch.js';
import { Markets, type MarketsView } from './markets.js';

/** What `books` adds to a frame. Prices and quantities are plain numbers, `NaN` when unknown. */
export interface MarketFields {
  /** Best bid of the frame's instrument. */
  bid: number;
  ask: number;
  bidQuantity: number;
  askQuantity: number;
  mid: number;
  lastPrice: number;
  /** Whether the instrument's market is known and not crossed: signals on it abstain while it is not. */
  synced: boolean;
  /** The instrument's book: live, for this pass only. */
  book: BookView;
  /** All markets by instrument index: live, for this pass only. */
  markets: MarketsView;
}

const EMPTY_BOOK: BookView = new L2Book();

/**
 * Keeps the book of every instrument and puts its best prices on each frame.
 *
 * ```
 * events    s-d-g---r-     snapshot, delta, delta after a gap, newer snapshot
 *           books()
 * synced    y---n---y-
 * mid       a-b-u---c-     u: unknown, NaN
 * requests  ----q-----     asks the venue for the book
 * ```
 *
 * A gap empties the book, puts a derived `sync` event into the stream and asks the venue for the book again; an answer
 * that is too old is asked for once more, and then with growing patience until the book is whole. A book that stays
 * crossed, one that hears nothing but old changes and a market that falls silent count as lost too.
 * Frames of an instrument that the table does not have carry `NaN`.
 *
 * @throws ConfigurationError for options that cannot be
 *
 * @example
 * compose({ instruments: [btc] }, books());
 */
export function books(options: BookOptions = {}): StageOperator<Frame, MarketFields> {
  const limits = bookLimits(options);
  return stage<Frame, MarketFields, MarketWatch>({
    name: 'books',
    version: 4,
    fingerprint: fingerprintOf(limits),
    adds: {
      bid: Number.NaN,
      ask: Number.NaN,
      bidQuantity: Number.NaN,
      askQuantity: Number.NaN,
      mid: Number.NaN,
      lastPrice: Number.NaN,
      synced: false,
      book: EMPTY_BOOK,
      markets: filledInPass<MarketsView>(),
    },
    init: (context) => new MarketWatch(new Markets(context.instruments), limits, context),
    step,
    save: (watch) => watch.save(),
    restore: (saved, context) => {
      const { markets } = saved as { readonly markets: Plain };
      const watch = new MarketWatch(Markets.restore(context.instruments, markets), limits, context);
      watch.restore(saved);
      return watch;
    },
  });
}

function step(watch: MarketWatch, frame: Frame & MarketFields, context: StageContext): void {
  const { event, instrument: index, ts } = frame;
  const { markets } = watch;
  watch.start(ts, context);
  if (index >= 0) {
    switch (event.kind) {
      case 'quote': {
        const change = markets.quote(index, event, ts);
        // Where a book is kept, quotes do not tell whether it is alive.
        if (!markets.keepsBook(index)) watch.follow(index, change, ts, context);
        break;
      }
      case 'book':
        watch.follow(index, markets.levels(index, event, ts), ts, context);
        break;
      case 'bookOrder':
        watch.follow(index, markets.order(index, event, ts), ts, context);
        break;
      case 'trade':
        markets.trade(index, event);
        break;
      case 'status':
        watch.phase(index, event, ts, context);
        break;
      case 'sync':
        // What this stage derived itself has happened already.
        if (frame.sub === 0 && event.state === 'unsynced')
          watch.announce(index, markets.desync(index, event.reason), ts, context);
        break;
      default:
    }
    const bid = markets.bids[index] as number;
    const ask = markets.asks[index] as number;
    frame.bid = bid;
    frame.ask = ask;
    frame.bidQuantity = markets.bidQuantities[index] as number;
    frame.askQuantity = markets.askQuantities[index] as number;
    frame.mid = (bid + ask) / 2;
    frame.lastPrice = markets.lastPrices[index] as number;
    frame.synced = markets.synced(index);
    frame.book = liveView(context, 'frame.book', markets.book(index));
  } else if (event.kind === 'link') follow(watch, event, ts, context);
  else if (event.kind === 'timer') watch.timer(event, ts, context);
  else if (event.kind === 'epoch') watch.reissue(context);
  frame.markets = liveView<MarketsView>(context, 'frame.markets', markets);
}

/** A link that goes down takes the markets of its venue with it; when it is up again they are asked for. */
function follow(watch: MarketWatch, event: LinkEvent, ts: number, context: StageContext): void {
  if (event.channel !== 'market') return;
  for (const { index, definition } of context.instruments.list) {
    if (definition.venue !== event.venue) continue;
    if (event.state === 'up') watch.reconnected(index, ts, context);
    else {
      const change = watch.markets.desync(index, `the link to ${event.venue} is down`);
      watch.announce(index, change, ts, context);
    }
  }
}
